// SPDX-License-Identifier: Apache-2.0
// The message list. It is as tall as all of its rows, but only visible rows are in the document.

import {h, icon, longTime, shortTime} from './dom.js';

const ROW_HEIGHT = 68;
const EXTRA_ROWS = 6;
const MAX_TAGS = 3;

/** The list of a store. Calls {@code open(id)} when the user chooses a row. {@code hrefOf(id)} is the URL of a message. */
export class List {
    constructor(store, selection, open, hrefOf) {
        this.store = store;
        this.selection = selection;
        this.open = open;
        this.hrefOf = hrefOf;
        this.selected = null;
        this.active = null;
        this.elements = new Map();
        this.rows = h('div', {class: 'rows'});
        this.spacer = h('div', {class: 'tall', role: 'presentation'}, this.rows);
        this.element = h('div', {
            class: 'list', role: 'listbox', tabindex: 0, 'aria-label': 'Messages, newest first', 'aria-multiselectable': 'true',
            onscroll: () => this.draw(), onclick: event => this.clicked(event),
            onmousedown: event => event.shiftKey && event.preventDefault(), // would select text
        }, this.spacer);
        new ResizeObserver(() => this.draw()).observe(this.element);
    }

    /**
     * A click in the gutter selects, and so does one with Shift. Ctrl adds to a selection that exists, and otherwise
     * opens a tab, as on any link.
     */
    clicked(event) {
        const {left, top} = this.element.getBoundingClientRect();
        const row = this.store.at(Math.floor((event.clientY - top + this.element.scrollTop) / ROW_HEIGHT));
        if (!row) {
            return;
        }
        const inGutter = event.clientX - left < this.gutterWidth();
        const withCtrl = event.ctrlKey || event.metaKey;
        if (withCtrl && !inGutter && this.selection.size === 0) {
            return;
        }
        if (!event.target.matches('input')) {
            event.preventDefault();
        }
        this.active = row.id;
        if (event.shiftKey) {
            this.selection.rangeTo(row.id, this.selected);
        } else if (inGutter || withCtrl) {
            this.selection.toggle(row.id);
        } else {
            this.open(row.id);
        }
    }

    gutterWidth() {
        return this.rows.querySelector('.row-check')?.getBoundingClientRect().width ?? 0;
    }

    /** Selects or unselects the row where the keyboard is: the row used last, the open message or the newest. */
    toggleCurrent() {
        const row = this.store.get(this.current());
        if (row) {
            this.active = row.id;
            this.selection.toggle(row.id);
        }
    }

    current() {
        return this.active ?? this.selected ?? this.store.at(0)?.id;
    }

    /** Extends the selection to the row that is {@code rows} below. */
    extend(rows) {
        const from = this.store.indexOf(this.current());
        const row = this.store.at(Math.min(this.store.matches - 1, Math.max(0, from + rows)));
        if (row) {
            const start = this.current();
            this.active = row.id;
            this.scrollTo(this.store.indexOf(row.id));
            this.selection.rangeTo(row.id, start);
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
            this.stretch();
            this.element.scrollTop += rows * ROW_HEIGHT;
        }
        this.draw();
    }

    drawNow() {
        const {store} = this;
        this.stretch();
        const first = Math.max(0, Math.floor(this.element.scrollTop / ROW_HEIGHT) - EXTRA_ROWS);
        const end = Math.min(store.matches,
            Math.ceil((this.element.scrollTop + this.element.clientHeight) / ROW_HEIGHT) + EXTRA_ROWS);
        store.setVisible(first, end);
        const previous = this.elements;
        this.elements = new Map();
        for (let index = first; index < end; index++) {
            const row = store.at(index);
            const key = row ? row.id : `empty ${index}`;
            const href = row ? this.hrefOf(row.id) : '';
            const signature = row ? JSON.stringify([row.read, row.tags, shortTime(row.received), href]) : '';
            let element = previous.get(key);
            previous.delete(key);
            if (!element || element.dataset.signature !== signature) {
                element?.remove();
                element = row ? rowElement(row, href) : h('div', {class: 'row waiting', role: 'option', 'aria-busy': 'true'});
                element.dataset.signature = signature;
            }
            element.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
            element.setAttribute('aria-setsize', store.matches);
            element.setAttribute('aria-posinset', index + 1);
            this.mark(element, row);
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
        this.element.classList.toggle('selecting', this.selection.size > 0);
        const active = this.active ?? this.selected;
        if (this.elements.has(active)) {
            this.element.setAttribute('aria-activedescendant', `row-${active}`);
        } else {
            this.element.removeAttribute('aria-activedescendant');
        }
    }

    /** Shows whether a row is open and whether it is selected. While nothing is selected, the open row is. */
    mark(element, row) {
        if (!row) {
            return;
        }
        const {selection} = this;
        const ticked = selection.size > 0 && selection.has(row.id);
        const open = row.id === this.selected;
        element.setAttribute('aria-selected', selection.size > 0 ? ticked : open);
        element.toggleAttribute('aria-current', open);
        if (open) {
            element.setAttribute('aria-current', 'true');
        }
        element.classList.toggle('ticked', ticked);
        element.classList.toggle('active', row.id === this.active && this.active !== this.selected);
        element.querySelector('input').checked = ticked;
    }

    /** Marks a row as selected and scrolls it into view. */
    select(id) {
        if (id !== this.selected) {
            this.active = null;
        }
        this.selected = id;
        this.scrollTo(id === null ? -1 : this.store.indexOf(id));
        this.draw();
    }

    scrollTo(index) {
        if (index < 0) {
            return;
        }
        this.stretch(); // rows that are loaded may not have been drawn yet
        const {scrollTop, clientHeight} = this.element;
        if (index * ROW_HEIGHT < scrollTop) {
            this.element.scrollTop = index * ROW_HEIGHT;
        } else if ((index + 1) * ROW_HEIGHT > scrollTop + clientHeight && clientHeight > 0) {
            this.element.scrollTop = (index + 1) * ROW_HEIGHT - clientHeight;
        }
    }

    /** Makes the list as long as its rows, so that it can be scrolled to each of them. */
    stretch() {
        this.spacer.style.height = `${this.store.matches * ROW_HEIGHT}px`;
    }

    /** Scrolls to a row that may not have been loaded yet. */
    reveal(index) {
        this.stretch();
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

function rowElement(row, href) {
    const from = row.from.name || row.from.address || row.sender || '(no sender)';
    const to = row.recipients.length > 1 ? `${row.recipients[0]} +${row.recipients.length - 1}` : row.recipients[0] ?? '';
    const tags = row.tags.slice(0, MAX_TAGS).map(tag => h('span', {class: 'tag'}, tag));
    return h('div', {class: row.read ? 'row' : 'row unread', role: 'option', id: `row-${row.id}`},
        h('a', {class: 'row-link', href, tabindex: -1, draggable: 'false'},
            h('div', {class: 'row-top'},
                h('span', {class: 'row-from'}, from),
                row.attachmentCount > 0 && h('span', {class: 'row-clip', title: `${row.attachmentCount} attached`}, icon('clip')),
                h('time', {datetime: row.received, title: longTime(row.received)}, shortTime(row.received))),
            h('div', {class: 'row-subject'}, h('bdi', {}, row.subject || '(no subject)'), ...tags),
            h('div', {class: 'row-snippet'}, `to ${to}${row.snippet && ` · ${row.snippet}`}`),
            !row.read && h('span', {class: 'hidden'}, ', unread')),
        h('label', {class: 'row-check'},
            h('input', {type: 'checkbox', tabindex: -1, 'aria-label': `Select ${row.subject || '(no subject)'}`})));
}
