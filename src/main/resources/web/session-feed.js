// SPDX-License-Identifier: Apache-2.0
// The newest sessions, kept up to date. It asks only while it runs and the page is visible, because a browser allows
// few connections per host.

import * as api from './api.js';

const MAX_SESSIONS = 500;
const WAIT = '25s';
const PAUSE_MILLIS = 200;
const RETRY_MILLIS = 2000;
const OPEN_MILLIS = 2000;

/** Calls {@code changed} when the list must be redrawn, and {@code failed(text)} with the reason if it cannot be loaded. */
export class SessionFeed {
    constructor(changed, failed) {
        this.changed = changed;
        this.failed = failed;
        this.request = null;
        this.reset();
        document.addEventListener('visibilitychange', () => this.wanted && (document.hidden ? this.pause() : this.resume()));
    }

    reset() {
        this.byId = new Map();
        this.cursor = null;
        this.loaded = false;
    }

    /** The sessions, the newest first. */
    list() {
        return [...this.byId.values()].sort((one, other) => (one.began < other.began ? 1 : one.began > other.began ? -1 : 0));
    }

    get(id) {
        return this.byId.get(id);
    }

    start() {
        this.wanted = true;
        if (!document.hidden) {
            this.resume();
        }
    }

    stop() {
        this.wanted = false;
        this.pause();
    }

    /** Starts over, for example for another namespace. */
    restart() {
        this.pause();
        this.reset();
        this.start();
    }

    pause() {
        this.request?.abort();
        this.request = null;
        clearInterval(this.timer);
    }

    resume() {
        if (this.request === null) {
            this.request = new AbortController();
            this.follow(this.request.signal);
            this.timer = setInterval(() => this.refreshOpen(this.request.signal), OPEN_MILLIS);
        }
    }

    async follow(signal) {
        while (!signal.aborted) {
            try {
                const known = this.cursor !== null;
                const page = await api.sessions({limit: MAX_SESSIONS, ...(known ? {after: this.cursor, wait: WAIT} : {})}, signal);
                if (signal.aborted) {
                    return;
                }
                this.add(page.sessions);
                // After so many changes there are newer sessions, and the ones in between would not be kept.
                this.cursor = known && page.sessions.length === MAX_SESSIONS ? null : page.cursor;
                this.loaded = true;
                this.failed('');
                this.changed();
                await pause(PAUSE_MILLIS);
            } catch (failure) {
                if (failure.name === 'AbortError') {
                    return;
                }
                this.failed(failure.message);
                await pause(RETRY_MILLIS);
                if (!signal.aborted) {
                    this.reset(); // the server may have been restarted
                }
            }
        }
    }

    /** The number of messages of an open session grows without notice. */
    async refreshOpen(signal) {
        if (![...this.byId.values()].some(session => !session.over)) {
            return;
        }
        try {
            const {sessions} = await api.sessions({over: false, limit: MAX_SESSIONS}, signal);
            this.add(sessions.filter(session => this.byId.get(session.id)?.over === false));
            this.changed();
        } catch {
            // follow() reports it
        }
    }

    add(sessions) {
        for (const session of sessions) {
            this.byId.set(session.id, session);
        }
        if (this.byId.size > MAX_SESSIONS) {
            for (const {id} of this.list().slice(MAX_SESSIONS)) {
                this.byId.delete(id);
            }
        }
    }
}

const pause = millis => new Promise(resolve => setTimeout(resolve, millis));
