// SPDX-License-Identifier: Apache-2.0
// The part of the message list that has been loaded. Rows are stored by their position counted from the oldest message,
// because that position does not change when messages arrive.

import * as api from './api.js';

const CHUNK = 100;
const REFRESH_MILLIS = 300;

/**
 * A list of messages, newest first. Loads only the visible rows. Calls {@code changed} when it must be redrawn, and
 * {@code grew(rows)} when a refresh has found new messages.
 */
export class Store {
    constructor(changed, failed, grew) {
        this.changed = changed;
        this.failed = failed;
        this.grew = grew;
        this.reset('');
    }

    /** Starts over with this search. */
    load(query) {
        this.reset(query);
        this.fetch(0, CHUNK);
    }

    /** Empties the list. {@code whenLoaded} resolves as soon as it has rows again, whichever request brings them. */
    reset(query) {
        if (!this.nowLoaded) {
            this.whenLoaded = new Promise(resolve => { this.nowLoaded = resolve; });
        }
        this.query = query;
        this.rows = new Map();
        this.positions = new Map();
        this.matches = 0;
        this.total = 0;
        this.unread = 0;
        this.cursor = 0;
        this.loaded = false;
        this.request?.abort();
        this.request = null;
        this.visible = [0, CHUNK];
        clearTimeout(this.timer);
        this.timer = 0;
    }

    at(index) {
        return this.rows.get(this.matches - 1 - index);
    }

    /** The index of a message in the list, or -1. */
    indexOf(id) {
        const position = this.positions.get(id);
        return position === undefined ? -1 : this.matches - 1 - position;
    }

    get(id) {
        return this.rows.get(this.positions.get(id));
    }

    /** These rows are visible: loads those that are missing. */
    setVisible(first, end) {
        this.visible = [first, end];
        if (this.request || !this.loaded) {
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

    async fetch(start, limit, replace = false) {
        this.request?.abort();
        const request = new AbortController();
        this.request = request;
        try {
            const page = await api.list(this.query, start, limit, request.signal);
            if (this.request !== request) {
                return;
            }
            this.request = null;
            this.add(page, replace);
        } catch (failure) {
            if (this.request === request && failure.name !== 'AbortError') {
                this.request = null;
                this.failed(failure);
            }
        }
    }

    add(page, replace) {
        const more = replace ? page.matches - this.matches : 0;
        if (replace) {
            this.rows.clear();
            this.positions.clear();
        }
        this.total = page.total;
        this.unread = page.unread;
        this.matches = page.matches;
        this.cursor = Math.max(this.cursor, page.cursor);
        this.loaded = true;
        page.messages.forEach((row, index) => this.put(page.matches - 1 - page.start - index, row));
        if (more > 0) {
            this.grew(more);
        }
        this.changed();
        this.nowLoaded?.();
        this.nowLoaded = null;
        this.setVisible(...this.visible);
    }

    put(place, row) {
        this.rows.set(place, row);
        this.positions.set(row.id, place);
    }

    /** Loads the visible rows again soon. Several calls before that load once. */
    refresh() {
        if (!this.timer) {
            this.timer = setTimeout(() => {
                this.timer = 0;
                const [first, end] = this.visible;
                const start = Math.max(0, first - CHUNK / 4);
                this.fetch(start, Math.max(CHUNK, end - start), true);
            }, REFRESH_MILLIS);
        }
    }

    /** A message arrived. Returns whether it was added to the list immediately. */
    arrived(row) {
        if (!this.loaded || this.query) {
            this.refresh();
            return false;
        }
        if (row.cursor <= this.cursor || this.positions.has(row.id)) {
            return false;
        }
        this.cursor = row.cursor;
        this.put(this.matches, row);
        this.matches++; // a separate event sets total and unread, which may already include this message
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
        const position = this.positions.get(id);
        if (position === undefined) {
            this.refresh();
            return;
        }
        const rows = [...this.rows];
        this.rows.clear();
        this.positions.clear();
        for (const [place, row] of rows) {
            if (place !== position) {
                this.put(place > position ? place - 1 : place, row);
            }
        }
        this.matches--;
    }

    counts({total, unread}) {
        this.total = total;
        this.unread = unread;
    }
}
