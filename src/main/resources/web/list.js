// SPDX-License-Identifier: Apache-2.0
// The message list. It is as tall as all of its rows, but only visible rows are in the document.

import {h, icon, longTime, shortTime} from './dom.js';

const ROW_HEIGHT = 68;
const EXTRA_ROWS = 6;
const MAX_TAGS = 3;

/** The list of a store. Calls {@code open(id)} when the user chooses a row. */
export class List {
    constructor(store, open) {
        this.store = store;
        this.open = open;
        this.selected = null;
        this.elements = new Map();
        this.rows = h('div', {class: 'rows'});
        this.spacer = h('div', {class: 'tall', role: 'presentation'}, this.rows);
        this.element = h('div', {
            class: 'list', role: 'listbox', tabindex: 0, 'aria-label': 'Messages, newest first',
            onscroll: () => this.draw(), onclick: event => this.clicked(event),
        }, this.spacer);
        new ResizeObserver(() => this.draw()).observe(this.element);
    }

    clicked(event) {
        const place = event.clientY - this.element.getBoundingClientRect().top + this.element.scrollTop;
        const row = this.store.at(Math.floor(place / ROW_HEIGHT));
        if (row) {
            this.open(row.id);
        }
    }

    /** Draws in the next frame. Several calls before that draw once. */
    draw() {
        this.frame ??= requestAnimationFrame(() => {
            this.frame = null;
            this.drawNow();
        });
    }

    /** Rows were added at the top. Keeps the visible rows in place unless the list is scrolled to the top. */
    grew(rows) {
        if (this.element.scrollTop > 0) {
            this.spacer.style.height = `${this.store.matches * ROW_HEIGHT}px`;
            this.element.scrollTop += rows * ROW_HEIGHT;
        }
        this.draw();
    }

    drawNow() {
        const {store} = this;
        this.spacer.style.height = `${store.matches * ROW_HEIGHT}px`;
        const first = Math.max(0, Math.floor(this.element.scrollTop / ROW_HEIGHT) - EXTRA_ROWS);
        const end = Math.min(store.matches,
            Math.ceil((this.element.scrollTop + this.element.clientHeight) / ROW_HEIGHT) + EXTRA_ROWS);
        store.setVisible(first, end);
        const previous = this.elements;
        this.elements = new Map();
        for (let index = first; index < end; index++) {
            const row = store.at(index);
            const key = row ? row.id : `empty ${index}`;
            const signature = row ? JSON.stringify([row.read, row.tags, shortTime(row.received)]) : '';
            let element = previous.get(key);
            previous.delete(key);
            if (!element || element.dataset.signature !== signature) {
                element?.remove();
                element = row ? rowElement(row) : h('div', {class: 'row waiting', role: 'option', 'aria-busy': 'true'});
                element.dataset.signature = signature;
            }
            element.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
            element.setAttribute('aria-setsize', store.matches);
            element.setAttribute('aria-posinset', index + 1);
            element.setAttribute('aria-selected', row?.id === this.selected);
            this.elements.set(key, element);
        }
        previous.forEach(element => element.remove());
        let next = this.rows.firstChild; // the elements are in the visible order, for screen readers
        for (const element of this.elements.values()) {
            if (element === next) {
                next = next.nextSibling;
            } else {
                this.rows.insertBefore(element, next);
            }
        }
        if (this.elements.has(this.selected)) {
            this.element.setAttribute('aria-activedescendant', `row-${this.selected}`);
        } else {
            this.element.removeAttribute('aria-activedescendant');
        }
    }

    /** Marks a row as selected and scrolls it into view. */
    select(id) {
        this.selected = id;
        const index = id === null ? -1 : this.store.indexOf(id);
        if (index >= 0) {
            const {scrollTop, clientHeight} = this.element;
            if (index * ROW_HEIGHT < scrollTop) {
                this.element.scrollTop = index * ROW_HEIGHT;
            } else if ((index + 1) * ROW_HEIGHT > scrollTop + clientHeight && clientHeight > 0) {
                this.element.scrollTop = (index + 1) * ROW_HEIGHT - clientHeight;
            }
        }
        this.draw();
    }

    /** Scrolls to a row that may not have been loaded yet. */
    reveal(index) {
        this.spacer.style.height = `${this.store.matches * ROW_HEIGHT}px`;
        this.element.scrollTop = Math.max(0, index * ROW_HEIGHT - this.element.clientHeight / 2);
        this.draw();
    }

    /** Opens the row that is {@code rows} below the selected one. */
    step(rows) {
        const from = this.selected === null ? -1 : this.store.indexOf(this.selected);
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
    const from = row.from.name || row.from.address || row.sender || '(no sender)';
    const to = row.recipients.length > 1 ? `${row.recipients[0]} +${row.recipients.length - 1}` : row.recipients[0] ?? '';
    const tags = row.tags.slice(0, MAX_TAGS).map(tag => h('span', {class: 'tag'}, tag));
    return h('div', {class: row.read ? 'row' : 'row unread', role: 'option', id: `row-${row.id}`},
        h('div', {class: 'row-top'},
            h('span', {class: 'row-from'}, from),
            row.attachmentCount > 0 && h('span', {class: 'row-clip', title: `${row.attachmentCount} attached`}, icon('clip')),
            h('time', {datetime: row.received, title: longTime(row.received)}, shortTime(row.received))),
        h('div', {class: 'row-subject'}, row.subject || '(no subject)', ...tags),
        h('div', {class: 'row-snippet'}, `to ${to}${row.snippet && ` · ${row.snippet}`}`),
        !row.read && h('span', {class: 'hidden'}, ', unread'));
}
