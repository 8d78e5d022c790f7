// SPDX-License-Identifier: Apache-2.0
// The list of sessions, newest first, also those without a message.

import * as api from './api.js';
import {copyable, curlCommand, smtpAddress} from './dialogs.js';
import {h, longTime} from './dom.js';
import {countOf} from './evidence.js';
import {SessionFeed} from './session-feed.js';
import {duration} from './session.js';

const MAX_JUDGED = 40;
const UNJUDGED = {violations: [], clean: false, advice: 0, faults: 0, trips: ''};
const CLOCK = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'});

/** Calls {@code open(id)} when the user chooses a session. It asks the server for news only between start and stop. */
export class SessionList {
    constructor(open) {
        this.open = open;
        this.id = null;
        this.running = false;
        this.about = {smtp: [], tls: 'off', auth: 'off'};
        this.rows = new Map();
        this.judged = new Map();
        this.errorLine = h('p', {class: 'complaint', role: 'alert'});
        this.feed = new SessionFeed(() => this.draw(), text => { this.errorLine.textContent = text; });
        this.list = h('div', {class: 'session-list', role: 'listbox', tabindex: 0, 'aria-label': 'Sessions, newest first'});
        this.counts = h('span', {class: 'session-counts'});
        this.empty = h('div', {class: 'empty'});
        this.element = h('section', {class: 'left', 'aria-label': 'Sessions'},
            h('div', {class: 'session-bar'}, this.counts), this.errorLine, this.list, this.empty);
    }

    useAbout(about) {
        this.about = about;
        this.draw();
    }

    start() {
        if (!this.running) {
            this.running = true;
            this.feed.start();
        }
    }

    stop() {
        this.running = false;
        this.feed.stop();
    }

    /** Starts over, for another namespace. */
    restart() {
        this.judged.clear();
        if (this.running) {
            this.feed.restart();
        } else {
            this.feed.reset();
        }
    }

    /** Marks a session as selected, and scrolls it into view. */
    select(id) {
        this.id = id;
        this.draw();
    }

    /** The page has loaded this session. */
    loaded(session) {
        this.judged.set(session.id, judgement(session));
        this.draw();
    }

    /** Whether there is no session at all. */
    isEmpty() {
        return this.feed.loaded && this.feed.list().length === 0;
    }

    toTop() {
        this.list.scrollTo(0, 0);
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

    /** Draws in the next frame. Several calls before that draw once. */
    draw() {
        this.frame ??= requestAnimationFrame(() => {
            this.frame = null;
            this.drawNow();
        });
    }

    drawNow() {
        const sessions = this.feed.list();
        const nothing = this.isEmpty();
        this.list.hidden = nothing;
        this.empty.hidden = !nothing;
        this.element.parentElement.classList.toggle('blank-list', nothing && this.id === null);
        if (nothing) {
            const kind = JSON.stringify(this.about);
            if (this.empty.dataset.kind !== kind) {
                this.empty.dataset.kind = kind;
                this.empty.replaceChildren(firstSession(this.about));
            }
        }
        this.counts.textContent = this.feed.loaded ? countsText(sessions) : '';
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
        if (!next || this.judging || !this.running || document.hidden) {
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
}

function countsText(sessions) {
    const open = sessions.filter(session => !session.over).length;
    const namespace = api.currentNamespace();
    return `${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}`
        + (open > 0 ? `, ${open} open` : '') + (namespace ? ` of ${namespace}` : '');
}

/** What a row shows of a session. */
function judgement(session) {
    const verdicts = session.verdicts ?? [];
    const violations = [...new Set(verdicts.filter(verdict => verdict.level === 'VIOLATION').map(verdict => verdict.id))];
    const last = Math.max(0, ...session.flights.map(one => one.endMicros), ...session.trains.map(one => one.atMicros));
    const trips = `${session.roundTrips} ${session.roundTrips === 1 ? 'round trip' : 'round trips'}, ${duration(last)}`;
    return {
        violations, clean: verdicts.length > 0 && violations.length === 0, advice: countOf(session, 'ADVICE'),
        faults: (session.faults ?? []).length, trips, over: session.over,
    };
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
