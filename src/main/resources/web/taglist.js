// SPDX-License-Identifier: Apache-2.0
// The tags of all messages, with counts. A click adds the tag to the search, and another one removes it.

import * as api from './api.js';
import {h} from './dom.js';

const REFRESH_MILLIS = 400;

/** The list. {@code search(query)} starts a search, {@code hrefOf(query)} is its URL. */
export class TagList {
    constructor(search, hrefOf) {
        this.search = search;
        this.hrefOf = hrefOf;
        this.tags = [];
        this.query = '';
        this.element = h('nav', {class: 'tag-list', 'aria-label': 'Tags', hidden: true});
    }

    /** Loads the tags soon. Several calls before that load once. */
    refresh() {
        this.timer ??= setTimeout(() => {
            this.timer = null;
            this.load();
        }, REFRESH_MILLIS);
    }

    async load() {
        try {
            const namespace = api.currentNamespace();
            const {tags} = await api.tagCounts();
            if (namespace === api.currentNamespace()) {
                this.tags = tags;
                this.draw(this.query);
            }
        } catch {
            // the list shows what is wrong with the server
        }
    }

    draw(query) {
        this.query = query;
        this.element.hidden = this.tags.length === 0;
        const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.tag : null;
        this.element.replaceChildren(...this.tags.map(({name, messages}) => {
            const term = `tag:"${name}"`;
            const terms = query.split(term).map(part => part.trim());
            const active = terms.length > 1;
            const target = (active ? terms : [query, term]).filter(part => part).join(' ');
            return h('a', {
                class: 'tag-filter', href: this.hrefOf(target), 'data-tag': name, 'aria-current': active ? 'true' : null,
                title: active ? `Show messages with any tag` : `Show messages with the tag ${name}`,
                onclick: event => {
                    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                        event.preventDefault();
                        this.search(target);
                    }
                },
            }, h('span', {class: 'tag-name'}, name), ' ', h('span', {class: 'tag-count'}, messages));
        }));
        [...this.element.children].find(link => link.dataset.tag === focused)?.focus();
    }
}
