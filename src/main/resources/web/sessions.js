// SPDX-License-Identifier: Apache-2.0
// The list of sessions, also those without a message, and the open session.

import * as api from './api.js';
import {copyable, curlCommand, smtpAddress} from './dialogs.js';
import {h, iconButton, longTime, toast} from './dom.js';
import {countOf} from './evidence.js';
import {SessionFeed} from './session-feed.js';
import {duration} from './session.js';
import {showSession} from './train.js';

const REFRESH_MILLIS = 1000;
const MAX_JUDGED = 40;
const MAX_LINKS = 5;
const UNJUDGED = {violations: [], clean: false, advice: 0, faults: 0, trips: ''};
const CLOCK = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'});

/**
 * Calls {@code open(id)} when the user chooses a session, {@code open(null)} to go back to the list, and
 * {@code openMessage(id)} to see a message.
 */
export class SessionsView {
    constructor(open, openMessage) {
        this.open = open;
        this.openMessage = openMessage;
        this.id = null;
        this.shown = false;
        this.about = {smtp: [], tls: 'off', auth: 'off'};
        this.rows = new Map();
        this.judged = new Map();
        this.feed = new SessionFeed(() => this.draw(), text => this.fail(text));
        this.list = h('div', {class: 'session-list', role: 'listbox', tabindex: 0, 'aria-label': 'Sessions, newest first'});
        this.counts = h('span', {class: 'session-counts'});
        this.errorLine = h('p', {class: 'complaint', role: 'alert'});
        this.empty = h('div', {class: 'empty'});
        this.view = h('article', {class: 'session-view', 'aria-label': 'Session'});
        this.element = h('main', {class: 'panes sessions'},
            h('section', {class: 'left', 'aria-label': 'Sessions'}, h('div', {class: 'list-bar'}, this.counts), this.errorLine, this.list, this.empty),
            h('section', {class: 'right', 'aria-label': 'Session'}, this.view));
        this.clear('No session is open.');
    }

    useAbout(about) {
        this.about = about;
        this.draw();
    }

    show(shown, id) {
        this.element.hidden = !shown;
        if (shown !== this.shown) {
            this.shown = shown;
            if (shown) {
                this.feed.start();
            } else {
                this.feed.stop();
            }
        }
        if (shown) {
            document.body.classList.toggle('reading', id !== null);
        }
        if (id === null) {
            this.close();
            this.clear('No session is open.');
        } else if (id !== this.id) {
            this.load(id);
        }
        this.draw();
    }

    restart() {
        this.judged.clear();
        if (this.shown) {
            this.feed.restart();
        } else {
            this.feed.reset();
        }
    }

    close() {
        this.id = null;
        this.request?.abort();
        this.drawing?.abort();
        clearTimeout(this.timer);
    }

    clear(text) {
        this.view.replaceChildren(h('p', {class: 'nothing'}, text));
    }

    async load(id) {
        this.close();
        this.id = id;
        this.request = new AbortController();
        this.drawn = null;
        this.evidence = null;
        this.clear('Loading…');
        await this.refresh(id, this.request.signal);
        this.draw();
    }

    /** Draws the session if it has changed, and again soon while it is open. */
    async refresh(id, signal) {
        try {
            const session = document.hidden && this.drawn ? null : await api.session(id, signal);
            if (signal.aborted) {
                return;
            }
            if (session !== null && JSON.stringify(session) !== this.drawn) {
                this.drawn = JSON.stringify(session);
                this.drawSession(session);
            }
            if (session === null || !session.over) {
                this.timer = setTimeout(() => this.refresh(id, signal), REFRESH_MILLIS);
            }
        } catch (failure) {
            if (signal.aborted) {
                return;
            }
            if (failure.status === 404) {
                this.clear('There is no recording of this session. It was dropped to make room, or the server has been restarted.');
                return;
            }
            if (!this.drawn) {
                this.clear(failure.message);
            }
            this.timer = setTimeout(() => this.refresh(id, signal), REFRESH_MILLIS);
        }
    }

    drawSession(session) {
        this.drawing?.abort();
        this.drawing = new AbortController();
        const scrolled = this.view.querySelector('.panel')?.scrollTop ?? 0;
        const tall = this.view.querySelector('.trains')?.offsetHeight ?? 0;
        const panel = h('div', {class: 'panel panel-train', tabindex: 0, role: 'region', 'aria-label': 'What happened in the session'});
        const evidence = showSession(panel, session, {before: this.evidence, signal: this.drawing.signal});
        this.view.replaceChildren(this.header(session), panel);
        panel.querySelector('.trains').style.minHeight = `${tall}px`; // until the trains are drawn, so that the scrolling stays
        evidence.refocus();
        this.evidence = evidence;
        panel.scrollTop = scrolled;
        this.judged.set(session.id, judgement(session));
    }

    header(session) {
        return h('header', {class: 'message-head'},
            h('div', {class: 'message-bar'},
                iconButton('back', 'Back to the list (Escape)', () => this.open(null), {class: 'icon-button back'}),
                h('h2', {}, `Session ${session.id}`),
                session.over && h('div', {class: 'actions'},
                    iconButton('download', 'Save as a transcript for boxcar lab replay', () => saveTranscript(session.id)))),
            h('div', {class: 'facts'},
                h('span', {}, `from ${session.client}`),
                h('time', {datetime: session.began}, longTime(session.began)),
                !session.over && h('span', {class: 'live on'}, 'open'),
                ...messagesOf(session).slice(0, MAX_LINKS).map((id, number) => this.messageLink(id, number + 1))));
    }

    messageLink(id, number) {
        return h('a', {href: `view/${encodeURIComponent(id)}`, onclick: event => {
            if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                event.preventDefault();
                this.openMessage(id);
            }
        }}, `Message ${number}`);
    }

    fail(text) {
        this.errorLine.textContent = text;
    }

    /** Draws in the next frame. Several calls before that draw once. */
    draw() {
        this.frame ??= requestAnimationFrame(() => {
            this.frame = null;
            this.drawNow();
        });
    }

    drawNow() {
        const sessions = this.feed.list();
        const nothing = this.feed.loaded && sessions.length === 0;
        this.list.hidden = nothing;
        this.empty.hidden = !nothing;
        this.element.classList.toggle('blank-list', nothing && this.id === null);
        if (nothing) {
            const kind = JSON.stringify(this.about);
            if (this.empty.dataset.kind !== kind) {
                this.empty.dataset.kind = kind;
                this.empty.replaceChildren(firstSession(this.about));
            }
        }
        const open = sessions.filter(session => !session.over).length;
        this.counts.textContent = this.feed.loaded
            ? `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}${open > 0 ? `, ${open} open` : ''}${api.currentNamespace() ? ` of ${api.currentNamespace()}` : ''}` : '';
        const old = this.rows;
        this.rows = new Map();
        for (const session of sessions) {
            const signature = JSON.stringify([session, this.judged.get(session.id)]);
            let row = old.get(session.id);
            if (row?.dataset.signature !== signature) {
                row = this.row(session);
                row.dataset.signature = signature;
            }
            row.setAttribute('aria-selected', session.id === this.id);
            this.rows.set(session.id, row);
        }
        this.placeRows();
        this.judgeSome(sessions);
    }

    /** Puts the rows into the list and moves only those that are not in their place, so that the list keeps its scrolling. */
    placeRows() {
        const wanted = new Set(this.rows.values());
        for (const element of [...this.list.children]) {
            if (!wanted.has(element)) {
                element.remove();
            }
        }
        let next = this.list.firstChild;
        for (const element of wanted) {
            if (element === next) {
                next = next.nextSibling;
            } else {
                this.list.insertBefore(element, next);
            }
        }
        const selected = this.rows.get(this.id);
        if (selected) {
            this.list.setAttribute('aria-activedescendant', selected.id);
        } else {
            this.list.removeAttribute('aria-activedescendant');
        }
        if (this.revealed !== this.id) {
            this.revealed = this.id;
            selected?.scrollIntoView({block: 'nearest'});
        }
    }

    row(session) {
        const {violations, clean, advice, faults, trips} = this.judged.get(session.id) ?? UNJUDGED;
        const messages = session.messages === 0 ? 'no message' : session.messages === 1 ? '1 message' : `${session.messages} messages`;
        return h('div', {class: 'session-row', role: 'option', id: `session-${session.id}`, onclick: () => this.open(session.id)},
            h('div', {class: 'row-top'},
                h('span', {class: 'row-from'}, session.client),
                session.namespace && h('span', {class: 'tag'}, session.namespace),
                h('time', {datetime: session.began, title: longTime(session.began)}, CLOCK.format(new Date(session.began)))),
            h('div', {class: 'row-subject'}, messages, !session.over && h('span', {class: 'live on'}, 'open')),
            h('div', {class: 'row-snippet'},
                ...violations.map(id => h('span', {class: 'mark bad'}, id)),
                faults > 0 && h('span', {class: 'mark fault', title: 'a script changed this session'}, `✱ ${faults}`),
                clean && session.over && h('span', {class: 'mark good'}, 'no violation'),
                advice > 0 && h('span', {class: 'mark'}, `${advice} advice`),
                trips));
    }

    /** Loads what the rows show beside the list's own facts, one finished session after the other. */
    async judgeSome(sessions) {
        const next = sessions.slice(0, MAX_JUDGED).find(session => session.over && !this.judged.get(session.id)?.over);
        if (!next || this.judging || !this.shown || document.hidden) {
            return;
        }
        this.judging = true;
        try {
            this.judged.set(next.id, judgement(await api.session(next.id)));
        } catch {
            this.judged.set(next.id, {...UNJUDGED, over: true});
        }
        this.judging = false;
        for (const id of this.judged.keys()) {
            if (!this.feed.get(id)) {
                this.judged.delete(id);
            }
        }
        this.draw();
    }

    /** Opens the session that is {@code rows} below the open one. */
    step(rows) {
        const sessions = this.feed.list();
        const from = sessions.findIndex(session => session.id === this.id);
        const to = from < 0 ? 0 : Math.min(sessions.length - 1, Math.max(0, from + rows));
        if (sessions[to] && to !== from) {
            this.open(sessions[to].id);
        }
    }

    key({key}) {
        const action = {
            j: () => this.step(1), ArrowDown: () => this.step(1), k: () => this.step(-1), ArrowUp: () => this.step(-1),
            Enter: () => this.id === null && this.step(1), Escape: () => this.id !== null && this.open(null),
            g: () => this.list.scrollTo(0, 0),
        }[key];
        action?.();
        return action !== undefined;
    }
}

/** The ids of the messages that a session delivered: the reply to each has the id. */
const messagesOf = session => session.items.filter(item => item.kind === 'MESSAGE')
    .map(item => / queued as (\S+)$/.exec(session.replies[item.reply]?.text ?? '')?.[1]).filter(id => id);

async function saveTranscript(id) {
    let text;
    try {
        text = await api.transcript(id);
    } catch (failure) {
        toast(failure.message);
        return;
    }
    const link = h('a', {href: URL.createObjectURL(new Blob([text], {type: 'text/plain'})), download: `${id}.smtp`});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function judgement(session) {
    const verdicts = session.verdicts ?? [];
    const violations = [...new Set(verdicts.filter(verdict => verdict.level === 'VIOLATION').map(verdict => verdict.id))];
    const last = Math.max(0, ...session.flights.map(one => one.endMicros), ...session.trains.map(one => one.atMicros));
    const trips = `${session.roundTrips} ${session.roundTrips === 1 ? 'round trip' : 'round trips'}, ${duration(last)}`;
    return {violations, clean: verdicts.length > 0 && violations.length === 0, advice: countOf(session, 'ADVICE'), faults: (session.faults ?? []).length, trips, over: session.over};
}

/** Shown instead of an empty list: what to do. */
function firstSession(about) {
    const {host, port} = smtpAddress(about.smtp);
    return h('div', {class: 'first-mail'},
        h('h2', {}, 'No session yet'),
        h('p', {}, 'Every connection to this address appears here at once, also one that sends no message. '
            + (about.lab ? 'The lab shows what your client sent in which order, and judges it by the RFCs.' : 'You see what your client sent, in which order, and how long it took.')),
        h('dl', {class: 'where'}, h('dt', {}, 'Host'), h('dd', {}, h('code', {}, host)), h('dt', {}, 'Port'), h('dd', {}, h('code', {}, port))),
        h('h3', {}, 'Point your client at it, or try this in a shell'), copyable(curlCommand(about)),
        about.lab && h('p', {class: 'note'}, 'To see how your client copes with refusals, delays and lost connections, put a script in force under Scripts.'));
}
