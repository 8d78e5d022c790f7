// SPDX-License-Identifier: Apache-2.0
// A queued message: its recipients with the last reply, what an operator may do, and each attempt drawn as trains.

import {bytes, confirmed, h, icon, iconButton, longTime} from './dom.js';
import * as queue from './queue-api.js';
import {stateMark, until} from './queue-text.js';
import {showAttempt} from './train.js';

const secured = {
    none: 'without TLS', encrypted: 'in TLS, with any certificate', verified: 'in TLS, verified', sts: 'in TLS, verified by MTA-STS', dane: 'in TLS, verified by DANE',
};

/** Calls {@code act.close()} to go back to the list, and {@code act.change(id, change)}. */
export class QueuedMessageView {
    constructor(act) {
        this.act = act;
        this.id = null;
        this.element = h('article', {class: 'session-view queued-message', 'aria-label': 'Queued message'});
        this.clear('Choose a message to see its recipients and what happened at each attempt.');
    }

    clear(text) {
        this.drawing?.abort();
        this.drawn = null;
        this.element.replaceChildren(
            this.id === null ? '' : h('div', {class: 'message-bar only-back'}, this.back()), h('p', {class: 'nothing'}, text));
    }

    back() {
        return iconButton('back', 'Back to the list (Escape)', this.act.close, {class: 'icon-button back'});
    }

    /** Shows the message with this id; none if it is null. */
    show(id) {
        if (id === this.id) {
            return;
        }
        this.id = id;
        this.unfolded = null;
        this.clear(id === null ? 'Choose a message to see its recipients and what happened at each attempt.' : 'Loading…');
        this.refresh();
    }

    /** Draws the message again if it has changed. A message that has left the queue keeps its last attempts. */
    async refresh() {
        const id = this.id;
        if (id === null) {
            return;
        }
        const [message, attempts] = await Promise.all([found(queue.message(id)), found(queue.attempts(id))]);
        if (id !== this.id) {
            return;
        }
        if (message === null && attempts === null) {
            this.clear('This message is not in the queue any more: it was delivered, returned or removed.');
            return;
        }
        const text = JSON.stringify([message, attempts]);
        if (text !== this.drawn) {
            this.draw(message, attempts ?? []);
            this.drawn = text;
        }
        this.tellTime(message);
    }

    draw(message, attempts) {
        this.drawing?.abort();
        this.drawing = new AbortController();
        const scrolled = this.element.querySelector('.panel')?.scrollTop ?? 0;
        const focused = document.activeElement?.closest?.('.queued-message [data-do]')?.dataset.do;
        const panel = h('div', {class: 'panel panel-train', tabindex: 0, role: 'region', 'aria-label': 'Recipients and attempts'},
            message && this.recipients(message), this.attempts(message, attempts));
        this.element.replaceChildren(this.header(message), panel);
        this.element.querySelector(`[data-do="${focused}"]`)?.focus({preventScroll: true});
        panel.scrollTop = scrolled;
    }

    header(message) {
        const due = this.due = h('span', {class: 'due'});
        return h('header', {class: 'message-head'},
            h('div', {class: 'message-bar'}, this.back(),
                h('h2', {}, message ? message.from || 'Without a sender' : 'Not in the queue any more'),
                message && this.actions(message)),
            h('div', {class: 'facts'},
                h('code', {}, this.id),
                message && stateMark(message.state),
                message && h('time', {datetime: message.arrived}, `accepted ${longTime(message.arrived)}`),
                message && h('span', {}, bytes(message.size)),
                message?.destination && h('span', {}, `for ${message.destination}`), due));
    }

    tellTime(message) {
        if (message && this.due) {
            const waits = message.state === 'deferred' || message.state === 'scheduled';
            this.due.textContent = waits ? `next attempt ${until(message.nextAttempt)}` : '';
            this.due.title = longTime(message.nextAttempt);
        }
    }

    actions({state}) {
        const button = (what, name, text, ask) => h('button', {type: 'button', 'data-do': what, onclick: () => this.change(what, ask)}, icon(name), text);
        return h('div', {class: 'actions queue-actions'},
            state === 'held' ? button('release', 'play', 'Release') : button('hold', 'hold', 'Hold'),
            state !== 'held' && button('retry', 'retry', 'Retry now'),
            button('bounce', 'undo', 'Return', 'Return this message to its sender now?'),
            button('rm', 'trash', 'Delete', 'Delete this message, without a report to its sender?'));
    }

    async change(what, ask) {
        const id = this.id;
        if (!ask || await confirmed(ask, what === 'rm' ? 'Delete' : 'Return')) {
            this.act.change(id, what);
        }
    }

    recipients({recipients}) {
        return h('section', {'aria-label': 'Recipients'}, h('h3', {}, recipients.length === 1 ? 'Recipient' : `Recipients (${recipients.length})`),
            h('ul', {class: 'queue-recipients'}, ...recipients.map(one => h('li', {},
                h('b', {}, one.address), h('span', {class: 'quiet'}, one.reply || 'not tried yet')))));
    }

    attempts(message, attempts) {
        const numbers = new Set([...(message?.history ?? []).map(one => one.attempt), ...attempts.map(one => one.attempt)]);
        const newestFirst = [...numbers].sort((a, b) => b - a);
        this.unfolded ??= new Set(newestFirst.slice(0, 1));
        return h('section', {class: 'attempts', 'aria-label': 'Attempts'}, h('h3', {}, 'Attempts'),
            newestFirst.length === 0 && h('p', {class: 'quiet'}, 'No attempt was made yet.'),
            ...newestFirst.map(number => this.attempt(number, message?.history.find(one => one.attempt === number),
                attempts.filter(one => one.attempt === number))));
    }

    attempt(number, past, sessions) {
        const place = h('div', {class: 'attempt-sessions'});
        const {signal} = this.drawing;
        const host = past?.host || sessions.at(-1)?.host || '';
        const box = h('details', {class: 'attempt', open: this.unfolded.has(number), ontoggle: () => {
            this.unfolded[box.open ? 'add' : 'delete'](number);
            fill();
        }},
        h('summary', {}, h('b', {}, `Attempt ${number}`), past && h('time', {datetime: past.time}, longTime(past.time)),
            host && h('span', {class: 'attempt-host'}, host),
            h('span', {class: 'attempt-reply'}, past ? past.reply : sessions.some(one => !one.session.over) ? 'going on' : '')), place);
        const fill = () => {
            if (!box.open || place.hasChildNodes()) {
                return;
            }
            if (sessions.length === 0) {
                place.append(h('p', {class: 'quiet'}, 'There is no recording: no connection was made, the recording was dropped to make room, or the relay was started again since.'));
            }
            for (const {host: name, session, transaction, tls, dkim} of sessions) {
                place.append(h('h4', {}, `Session ${session.id} with ${name}`, session.server && session.server !== name ? ` (${session.server})` : '', `, ${secured[tls]}`,
                    dkim === 'signed' ? ', DKIM signed' : dkim === 'failed' ? ', DKIM failed: sent unsigned' : ''));
                showAttempt(place, session, transaction, signal);
            }
        };
        fill();
        return box;
    }
}

/** The answer; null if it is 404. */
async function found(answer) {
    try {
        return await answer;
    } catch (failure) {
        if (failure.status === 404) {
            return null;
        }
        throw failure;
    }
}
