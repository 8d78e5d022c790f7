// SPDX-License-Identifier: Apache-2.0
// The sessions: the list on the left, the open session on the right.

import {h} from './dom.js';
import {OpenSession} from './open-session.js';
import {SessionList} from './session-list.js';

/**
 * Calls {@code open(id)} when the user chooses a session, {@code open(null)} to go back to the list, and
 * {@code openMessage(id)} to see a message.
 */
export class SessionsView {
    constructor(open, openMessage) {
        this.open = open;
        this.id = null;
        this.list = new SessionList(open);
        this.view = new OpenSession({close: () => open(null), openMessage, loaded: session => this.list.loaded(session)});
        this.element = h('main', {class: 'panes sessions'}, this.list.element,
            h('section', {class: 'right', 'aria-label': 'Session'}, this.view.element));
    }

    useAbout(about) {
        this.list.useAbout(about);
    }

    /** Shows the list, and the session {@code id} unless it is null; or hides everything. */
    show(shown, id) {
        this.element.hidden = !shown;
        this.id = shown ? id : null;
        if (shown) {
            document.body.classList.toggle('reading', id !== null);
            this.list.start();
        } else {
            this.list.stop();
        }
        if (this.id === null) {
            this.view.close();
        } else {
            this.view.show(this.id);
        }
        this.list.select(this.id);
    }

    /** Starts over, for another namespace. */
    restart() {
        this.list.restart();
    }

    /** Handles a key; returns whether it has a meaning here. */
    key({key}) {
        const action = {
            j: () => this.list.step(1), ArrowDown: () => this.list.step(1), k: () => this.list.step(-1), ArrowUp: () => this.list.step(-1),
            Enter: () => this.id === null && this.list.step(1), Escape: () => this.id !== null && this.open(null),
            g: () => this.list.toTop(),
        }[key];
        action?.();
        return action !== undefined;
    }
}
