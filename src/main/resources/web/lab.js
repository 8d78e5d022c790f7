// SPDX-License-Identifier: Apache-2.0
// The places beside the mail: the sessions, and in a lab the scripts. The URL names the place.

import {h} from './dom.js';
import {ScriptsView} from './scripts.js';
import {SessionsView} from './sessions.js';

/**
 * Calls {@code go(place)} when the user goes to another place: '' for the mail, sessions, sessions/ID or scripts. Calls
 * {@code openMessage(id)} when the user wants to see a message.
 */
export class Lab {
    constructor(go, openMessage) {
        this.go = go;
        this.place = '';
        this.about = {};
        this.sessions = new SessionsView(id => go(id === null ? 'sessions' : `sessions/${encodeURIComponent(id)}`), openMessage);
        this.scripts = new ScriptsView();
        this.links = [['', 'Mail'], ['sessions', 'Sessions'], ['scripts', 'Scripts']].map(([place, name]) =>
            h('a', {href: place || '.', 'data-place': place, onclick: event => {
                if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                    event.preventDefault();
                    go(place);
                }
            }}, name));
        this.nav = h('nav', {class: 'places', 'aria-label': 'Places', hidden: true}, ...this.links);
        this.elements = [this.sessions.element, this.scripts.element];
        this.show('');
    }

    /** The place that a path below the web root names. */
    static placeOf(path) {
        const [, id] = /^sessions\/([^/]+)$/.exec(path) ?? [];
        return id ? `sessions/${encodeURIComponent(id)}` : path === 'scripts' || path === 'sessions' ? path : '';
    }

    /** Tells what this server can do. */
    useAbout(about) {
        this.about = about;
        this.nav.hidden = !about.sessions && !about.lab;
        for (const link of this.links) {
            const {place} = link.dataset;
            link.hidden = (place === 'sessions' && !about.sessions) || (place === 'scripts' && !about.lab);
        }
        this.sessions.useAbout(about);
    }

    show(place) {
        this.place = place;
        const [name, id] = place.split('/');
        for (const link of this.links) {
            if (link.dataset.place === name) {
                link.setAttribute('aria-current', 'page');
            } else {
                link.removeAttribute('aria-current');
            }
        }
        document.body.classList.toggle('beside-mail', place !== '');
        this.sessions.show(name === 'sessions', id ? decodeURIComponent(id) : null);
        this.scripts.show(name === 'scripts');
    }

    /** Another namespace was selected. */
    useNamespace() {
        this.sessions.restart();
    }

    /** The page's title in this place. */
    title() {
        return this.place === 'scripts' ? 'Scripts' : 'Sessions';
    }

    /** Handles a key; returns whether it has a meaning here. */
    key(event) {
        const places = {M: '', S: 'sessions', E: 'scripts'};
        const to = places[event.key];
        if (to !== undefined && !this.links.find(link => link.dataset.place === to).hidden && !this.nav.hidden) {
            this.go(to);
            return true;
        }
        return this.place.startsWith('sessions') && this.sessions.key(event);
    }
}
