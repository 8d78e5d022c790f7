// SPDX-License-Identifier: Apache-2.0
// The selected messages: single ones, or all that match the search except some.

import * as api from './api.js';

/** The selection in the list of a store. Calls {@code changed} after each change, and {@code failed} if a request fails. */
export class Selection {
    constructor(store, changed, failed) {
        this.store = store;
        this.changed = changed;
        this.failed = failed;
        this.reset();
    }

    reset() {
        this.ids = new Set();
        this.allCount = -1;
        this.allCursor = 0;
        this.unticked = new Set();
        this.arrivals = new Set();
        this.anchor = null;
        this.beforeRange = null;
    }

    clear() {
        this.reset();
        this.changed();
    }

    /** Whether all matching messages are selected, except some. */
    get all() {
        return this.allCount >= 0;
    }

    get size() {
        return this.all ? this.allCount - this.unticked.size : this.ids.size;
    }

    has(id) {
        return this.all ? !this.unticked.has(id) && !this.arrivals.has(id) : this.ids.has(id);
    }

    /** Selects all messages that match now. Those that arrive later are not selected. */
    selectAll() {
        this.reset();
        if (this.store.matches > 0) {
            this.allCount = this.store.matches;
            this.allCursor = this.store.cursor;
        }
        this.changed();
    }

    set(id, selected) {
        if (this.all) {
            if (selected) {
                this.allCount += this.arrivals.delete(id) ? 1 : 0;
                this.unticked.delete(id);
            } else {
                this.unticked.add(id);
            }
        } else if (selected) {
            this.ids.add(id);
        } else {
            this.ids.delete(id);
        }
        if (this.size === 0) {
            this.reset();
        }
    }

    toggle(id) {
        this.set(id, !this.has(id));
        this.anchor = id;
        this.beforeRange = null;
        this.changed();
    }

    /** Selects everything from the message that was selected last, or from {@code start}, to this one. */
    async rangeTo(id, start) {
        this.anchor ??= start ?? id;
        const [from, to] = [this.store.indexOf(this.anchor), this.store.indexOf(id)].sort((a, b) => a - b);
        if (from < 0) {
            this.toggle(id);
            return;
        }
        let range;
        try {
            range = await this.between(from, to);
        } catch (failure) {
            this.failed(failure);
            return;
        }
        if (this.all) {
            range.forEach(one => this.set(one, true));
        } else {
            this.beforeRange ??= new Set(this.ids);
            this.ids = new Set([...this.beforeRange, ...range]);
        }
        this.changed();
    }

    /** The ids of these rows; asks the server for rows that are not loaded. */
    async between(from, to) {
        const ids = [];
        for (let index = from; index <= to; index++) {
            const row = this.store.at(index);
            if (!row) {
                return (await api.list(this.store.query, from, to - from + 1)).messages.map(one => one.id);
            }
            ids.push(row.id);
        }
        return ids;
    }

    /** A message arrived. Its event may come late, when the message is already among those that were selected. */
    arrived({id, cursor}) {
        if (this.all && cursor > this.allCursor) {
            this.arrivals.add(id);
        }
    }

    /** A message was deleted. */
    deleted(id) {
        if (this.all) {
            this.allCount -= this.arrivals.delete(id) || this.unticked.delete(id) ? 0 : 1;
        }
        this.ids.delete(id);
        if (this.size <= 0) {
            this.reset();
        }
        this.changed();
    }

    /** What a request sends to name the selected messages: the query, and fields of the body. */
    choice() {
        return this.all
            ? {query: this.store.query, body: {except: [...this.unticked, ...this.arrivals]}}
            : {query: '', body: {ids: [...this.ids]}};
    }
}
