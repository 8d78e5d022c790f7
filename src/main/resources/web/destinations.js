// SPDX-License-Identifier: Apache-2.0
// The destinations of the queue: how many messages wait for each, and how it does.

import {confirmed, h, iconButton, longTime} from './dom.js';
import {until} from './queue-text.js';

const MAX_SHOWN = 200;

/** Calls {@code act.choose(name)} to show the messages of one, and {@code act.changeAll(name, change)}. */
export class DestinationList {
    constructor(act) {
        this.act = act;
        this.rows = h('ul', {class: 'destinations', 'aria-label': 'Destinations'});
        this.heading = h('h2', {}, 'Destinations');
        this.element = h('div', {class: 'destination-place', hidden: true}, this.heading, this.rows);
    }

    /** Shows the destinations; {@code chosen} is the one whose messages are listed, or null. */
    draw(destinations, chosen) {
        const focused = document.activeElement?.closest?.('.destination')?.dataset.name;
        const part = document.activeElement?.className;
        this.element.hidden = destinations.length === 0;
        this.rows.replaceChildren(...destinations.slice(0, MAX_SHOWN).map(one => this.row(one, one.name === chosen)));
        if (focused !== undefined) {
            [...this.rows.children].find(one => one.dataset.name === focused)
                ?.querySelector(`[class="${part}"]`)?.focus({preventScroll: true});
        }
    }

    row(one, isChosen) {
        const name = one.name || 'not known yet';
        const facts = [
            `${one.waiting} waiting`,
            one.inDelivery > 0 && `${one.inDelivery} in delivery`,
            one.connections > 0 && `${one.connections} ${one.connections === 1 ? 'connection' : 'connections'}`,
        ].filter(fact => fact);
        return h('li', {class: `destination${one.deadUntil ? ' dead' : ''}`, 'data-name': one.name},
            h('button', {type: 'button', class: 'destination-choice', 'aria-pressed': `${isChosen}`, title: 'Show its messages alone', onclick: () => this.act.choose(one.name)},
                h('span', {class: 'destination-top'}, h('b', {}, name),
                    one.deadUntil && h('span', {class: 'state state-dead', title: longTime(one.deadUntil)}, `dead, next try ${until(one.deadUntil)}`)),
                h('span', {class: 'destination-facts'}, facts.join(', ')),
                one.lastReply && h('span', {class: 'destination-reply'}, one.lastReply)),
            one.name && one.waiting > 0 && h('span', {class: 'destination-actions'},
                iconButton('retry', `Retry all messages for ${name} now`, () => this.act.changeAll(one.name, 'retry'), {class: 'icon-button retry-all'}),
                iconButton('hold', `Hold all messages for ${name}`, () => this.act.changeAll(one.name, 'hold'), {class: 'icon-button hold-all'}),
                iconButton('play', `Release all messages for ${name}`, () => this.act.changeAll(one.name, 'release'), {class: 'icon-button release-all'}),
                iconButton('trash', `Delete all messages for ${name}`, () => this.removeAll(one), {class: 'icon-button remove-all'})));
    }

    async removeAll(one) {
        if (await confirmed(`Delete all messages for ${one.name}, without a report to their senders?`, 'Delete')) {
            this.act.changeAll(one.name, 'rm');
        }
    }
}
