// SPDX-License-Identifier: Apache-2.0
// The open session. It is loaded again while it goes on.

import * as api from './api.js';
import {h, iconButton, longTime, toast} from './dom.js';
import {showSession} from './train.js';

const REFRESH_MILLIS = 1000;
const MAX_LINKS = 5;

/**
 * Calls {@code act.close()} to go back to the list, {@code act.openMessage(id)} to see a message, and
 * {@code act.loaded(session)} when it has loaded a session.
 */
export class OpenSession {
    constructor(act) {
        this.act = act;
        this.id = null;
        this.element = h('article', {class: 'session-view', 'aria-label': 'Session'});
        this.close();
    }

    /** Shows no session. */
    close() {
        this.stop();
        this.clear('No session is open.');
    }

    stop() {
        this.id = null;
        this.request?.abort();
        this.drawing?.abort();
        clearTimeout(this.timer);
    }

    clear(text) {
        this.element.replaceChildren(h('p', {class: 'nothing'}, text));
    }

    show(id) {
        if (id === this.id) {
            return;
        }
        this.stop();
        this.id = id;
        this.request = new AbortController();
        this.drawn = null;
        this.evidence = null;
        this.clear('Loading…');
        this.refresh(id, this.request.signal);
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
                this.draw(session);
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

    draw(session) {
        this.drawing?.abort();
        this.drawing = new AbortController();
        const scrolled = this.element.querySelector('.panel')?.scrollTop ?? 0;
        const tall = this.element.querySelector('.trains')?.offsetHeight ?? 0;
        const panel = h('div', {class: 'panel panel-train', tabindex: 0, role: 'region', 'aria-label': 'What happened in the session'});
        const evidence = showSession(panel, session, {before: this.evidence, signal: this.drawing.signal});
        this.element.replaceChildren(this.header(session), panel);
        panel.querySelector('.trains').style.minHeight = `${tall}px`; // until the trains are drawn, so that the scrolling stays
        evidence.refocus();
        this.evidence = evidence;
        panel.scrollTop = scrolled;
        this.act.loaded(session);
    }

    header(session) {
        return h('header', {class: 'message-head'},
            h('div', {class: 'message-bar'},
                iconButton('back', 'Back to the list (Escape)', this.act.close, {class: 'icon-button back'}),
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
                this.act.openMessage(id);
            }
        }}, `Message ${number}`);
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
