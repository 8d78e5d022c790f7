// SPDX-License-Identifier: Apache-2.0
// Notifications of the browser for new messages, if the user has switched them on. Shown only while the page is not in use.

import {iconButton, toast} from './dom.js';

const KEY = 'boxcar.notifications';
const COLLECT_MILLIS = 500;

/** The switch and the notifications. {@code open(id)} opens a message. */
export class Notifications {
    constructor(open) {
        this.open = open;
        this.waiting = [];
        this.button = iconButton('bell', '', () => this.toggle(), {class: 'icon-button bell'});
        this.button.hidden = !('Notification' in window);
        this.on = false;
        try {
            this.on = localStorage.getItem(KEY) === 'on' && Notification.permission === 'granted';
        } catch {
            // without storage, the choice lasts until the page is closed
        }
        this.draw();
    }

    draw() {
        const label = this.on ? 'Switch notifications off' : 'Notify me of new messages';
        this.button.title = label;
        this.button.setAttribute('aria-label', label);
        this.button.setAttribute('aria-pressed', String(this.on));
    }

    async toggle() {
        if (!this.on && (await Notification.requestPermission()) !== 'granted') {
            toast('The browser blocks notifications of this page');
            return;
        }
        this.on = !this.on;
        this.draw();
        toast(this.on ? 'Notifications are on' : 'Notifications are off');
        try {
            localStorage.setItem(KEY, this.on ? 'on' : 'off');
        } catch {
            // as above
        }
    }

    /** A message arrived. Messages that arrive at about the same time share a notification. */
    arrived(message) {
        if (!this.on || (document.visibilityState === 'visible' && document.hasFocus())) {
            return;
        }
        this.waiting.push(message);
        this.timer ??= setTimeout(() => {
            this.timer = null;
            this.show(this.waiting.splice(0));
        }, COLLECT_MILLIS);
    }

    show(messages) {
        const [{id, subject, from, sender}] = messages.slice(-1);
        const single = messages.length === 1;
        const title = single ? subject || '(no subject)' : `${messages.length} new messages`;
        const body = single ? from.name || from.address || sender : `The last one: ${subject || '(no subject)'}`;
        // All tabs use the same tag, so that the browser shows one notification.
        const notification = new Notification(title, {body, tag: `boxcar ${id}`, icon: 'icon.svg'});
        notification.onclick = () => {
            window.focus();
            notification.close();
            this.open(id);
        };
    }
}
