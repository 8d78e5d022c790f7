// SPDX-License-Identifier: Apache-2.0
// The list as far as it was looked at. Rows are kept by their place from the oldest on, which does not change when mail arrives.

import * as api from './api.js';

const CHUNK = 100;
const REFRESH_MILLIS = 300;

/** A list of messages, newest first, of which only what is shown is fetched. Calls {@code changed} when there is something to draw. */
export class Store {
    constructor(changed, failed) {
        this.changed = changed;
        this.failed = failed;
        this.forget('');
    }

    /** Begins anew, for this search. */
    look(query) {
        this.forget(query);
        return this.fetch(0, CHUNK);
    }

    forget(query) {
        this.query = query;
        this.rows = new Map();
        this.places = new Map();
        this.matches = 0;
        this.total = 0;
        this.unread = 0;
        this.cursor = 0;
        this.loaded = false;
        this.asking?.abort();
        this.asking = null;
        this.shown = [0, CHUNK];
        clearTimeout(this.timer);
        this.timer = 0;
    }

    at(index) {
        return this.rows.get(this.matches - 1 - index);
    }

    /** Where a message stands, or -1. */
    indexOf(id) {
        const place = this.places.get(id);
        return place === undefined ? -1 : this.matches - 1 - place;
    }

    get(id) {
        return this.rows.get(this.places.get(id));
    }

    /** These rows are to be shown: what is missing is fetched. */
    want(first, end) {
        this.shown = [first, end];
        if (this.asking || !this.loaded) {
            return;
        }
        let missing = first;
        while (missing < end && this.at(missing)) {
            missing++;
        }
        if (missing < Math.min(end, this.matches)) {
            this.fetch(Math.max(0, missing - CHUNK / 4), CHUNK);
        }
    }

    async fetch(start, limit, anew = false) {
        this.asking?.abort();
        const asking = new AbortController();
        this.asking = asking;
        try {
            const page = await api.list(this.query, start, limit, asking.signal);
            if (this.asking !== asking) {
                return;
            }
            this.asking = null;
            this.take(page, anew);
        } catch (failure) {
            if (this.asking === asking && failure.name !== 'AbortError') {
                this.asking = null;
                this.failed(failure);
            }
        }
    }

    take(page, anew) {
        if (anew) {
            this.rows.clear();
            this.places.clear();
        }
        this.total = page.total;
        this.unread = page.unread;
        this.matches = page.matches;
        this.cursor = Math.max(this.cursor, page.cursor);
        this.loaded = true;
        page.messages.forEach((row, index) => this.put(page.matches - 1 - page.start - index, row));
        this.changed();
        this.want(...this.shown);
    }

    put(place, row) {
        this.rows.set(place, row);
        this.places.set(row.id, place);
    }

    /** Asks again for what is shown, soon, and once however often this is called meanwhile. */
    refresh() {
        if (!this.timer) {
            this.timer = setTimeout(() => {
                this.timer = 0;
                const [first, end] = this.shown;
                const start = Math.max(0, first - CHUNK / 4);
                this.fetch(start, Math.max(CHUNK, end - start), true);
            }, REFRESH_MILLIS);
        }
    }

    /** A message has come; whether it is in the list at once. */
    arrived(row) {
        if (!this.loaded || this.query) {
            this.refresh();
            return false;
        }
        if (row.cursor <= this.cursor || this.places.has(row.id)) {
            return false;
        }
        this.cursor = row.cursor;
        this.put(this.matches, row);
        this.matches++; // total and unread come by themselves: they may have this one already
        return true;
    }

    updated({id, read, tags}) {
        const row = this.get(id);
        if (row) {
            row.read = read ?? row.read;
            row.tags = tags ?? row.tags;
        }
        if (this.query) {
            this.refresh();
        }
    }

    deleted(id) {
        const gone = this.places.get(id);
        if (gone === undefined) {
            this.refresh();
            return;
        }
        const rows = [...this.rows];
        this.rows.clear();
        this.places.clear();
        for (const [place, row] of rows) {
            if (place !== gone) {
                this.put(place > gone ? place - 1 : place, row);
            }
        }
        this.matches--;
    }

    counts({total, unread}) {
        this.total = total;
        this.unread = unread;
    }
}
