// SPDX-License-Identifier: Apache-2.0
// The list: as tall as all of its rows, with only those in sight in the document.

import {h, icon, longTime, shortTime} from './dom.js';

const ROW = 68;
const SPARE = 6;
const MOST_TAGS = 3;

/** The list of a store; {@code open(id)} is called for the row that is chosen. */
export class List {
    constructor(store, open) {
        this.store = store;
        this.open = open;
        this.chosen = null;
        this.elements = new Map();
        this.rows = h('div', {class: 'rows'});
        this.tall = h('div', {class: 'tall', role: 'presentation'}, this.rows);
        this.element = h('div', {
            class: 'list', role: 'listbox', tabindex: 0, 'aria-label': 'Messages, newest first',
            onscroll: () => this.draw(), onclick: event => this.clicked(event),
        }, this.tall);
        new ResizeObserver(() => this.draw()).observe(this.element);
    }

    clicked(event) {
        const place = event.clientY - this.element.getBoundingClientRect().top + this.element.scrollTop;
        const row = this.store.at(Math.floor(place / ROW));
        if (row) {
            this.open(row.id);
        }
    }

    /** Draws in the next frame, once however often it is called before. */
    draw() {
        this.frame ??= requestAnimationFrame(() => {
            this.frame = null;
            this.drawNow();
        });
    }

    /** Rows came in above: what is being looked at stays where it is, unless that is the top. */
    grew(rows) {
        if (this.element.scrollTop > 0) {
            this.tall.style.height = `${this.store.matches * ROW}px`;
            this.element.scrollTop += rows * ROW;
        }
        this.draw();
    }

    drawNow() {
        const {store} = this;
        this.tall.style.height = `${store.matches * ROW}px`;
        const first = Math.max(0, Math.floor(this.element.scrollTop / ROW) - SPARE);
        const end = Math.min(store.matches,
            Math.ceil((this.element.scrollTop + this.element.clientHeight) / ROW) + SPARE);
        store.want(first, end);
        const before = this.elements;
        this.elements = new Map();
        for (let index = first; index < end; index++) {
            const row = store.at(index);
            const key = row ? row.id : `empty ${index}`;
            const look = row ? JSON.stringify([row.read, row.tags, shortTime(row.received)]) : '';
            let element = before.get(key);
            before.delete(key);
            if (!element || element.dataset.look !== look) {
                element?.remove();
                element = row ? rowElement(row) : h('div', {class: 'row waiting', role: 'option', 'aria-busy': 'true'});
                element.dataset.look = look;
            }
            element.style.transform = `translateY(${index * ROW}px)`;
            element.setAttribute('aria-setsize', store.matches);
            element.setAttribute('aria-posinset', index + 1);
            element.setAttribute('aria-selected', row?.id === this.chosen);
            this.elements.set(key, element);
        }
        before.forEach(element => element.remove());
        let next = this.rows.firstChild; // the document has them in the order in which they are seen
        for (const element of this.elements.values()) {
            if (element === next) {
                next = next.nextSibling;
            } else {
                this.rows.insertBefore(element, next);
            }
        }
        if (this.elements.has(this.chosen)) {
            this.element.setAttribute('aria-activedescendant', `row-${this.chosen}`);
        } else {
            this.element.removeAttribute('aria-activedescendant');
        }
    }

    /** Marks a row as the one that is read, and brings it into sight. */
    choose(id) {
        this.chosen = id;
        const index = id === null ? -1 : this.store.indexOf(id);
        if (index >= 0) {
            const {scrollTop, clientHeight} = this.element;
            if (index * ROW < scrollTop) {
                this.element.scrollTop = index * ROW;
            } else if ((index + 1) * ROW > scrollTop + clientHeight && clientHeight > 0) {
                this.element.scrollTop = (index + 1) * ROW - clientHeight;
            }
        }
        this.draw();
    }

    /** Opens the row so many places below the chosen one. */
    step(rows) {
        const from = this.chosen === null ? -1 : this.store.indexOf(this.chosen);
        const to = from < 0 ? 0 : Math.min(this.store.matches - 1, Math.max(0, from + rows));
        const row = this.store.at(to);
        if (row && to !== from) {
            this.open(row.id);
        }
    }

    toTop() {
        this.element.scrollTop = 0;
        this.draw();
    }
}

function rowElement(row) {
    const from = row.from.name || row.from.address || row.sender || 'nobody';
    const to = row.recipients.length > 1 ? `${row.recipients[0]} +${row.recipients.length - 1}` : row.recipients[0] ?? '';
    const tags = row.tags.slice(0, MOST_TAGS).map(tag => h('span', {class: 'tag'}, tag));
    return h('div', {class: row.read ? 'row' : 'row unread', role: 'option', id: `row-${row.id}`},
        h('div', {class: 'row-top'},
            h('span', {class: 'row-from'}, from),
            row.attachmentCount > 0 && h('span', {class: 'row-clip', title: `${row.attachmentCount} attached`}, icon('clip')),
            h('time', {datetime: row.received, title: longTime(row.received)}, shortTime(row.received))),
        h('div', {class: 'row-subject'}, row.subject || '(no subject)', ...tags),
        h('div', {class: 'row-snippet'}, `to ${to}${row.snippet && ` · ${row.snippet}`}`),
        !row.read && h('span', {class: 'hidden'}, ', unread'));
}
