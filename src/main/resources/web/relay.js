// SPDX-License-Identifier: Apache-2.0
// The page of the relay: the destinations and the queued messages on the left, a message with its attempts on the
// right, updated by events. The URL names the open message.

import {events} from './api.js';
import {h, icon, iconButton, toast, toggleTheme} from './dom.js';
import * as queue from './queue-api.js';
import {DestinationList} from './destinations.js';
import {QueuedMessageView} from './queued-message.js';
import {stateMark, until} from './queue-text.js';

const PAGE = 100;
const MAX_SHOWN = 1000;
const CLOCK_MILLIS = 10_000;
const STATES = ['', 'active', 'deferred', 'held', 'scheduled'];

const root = new URL(document.baseURI);
const state = {id: null, destination: null, filter: '', limit: PAGE};
let about = {hostname: '', label: ''};
let refreshing = false;
let again = false;

const live = h('span', {class: 'live', role: 'status', title: 'Connecting to the server'}, 'connecting');
const label = h('span', {class: 'label'});
const host = h('span', {class: 'relay-host'});
const counts = h('p', {class: 'relay-counts', 'aria-live': 'off'});
const obstacle = h('p', {class: 'obstacle', role: 'alert'});
const errorLine = h('p', {class: 'complaint', role: 'alert'});
const rows = h('ul', {class: 'queue-list', 'aria-label': 'Queued messages'});
const more = h('button', {type: 'button', class: 'more', hidden: true, onclick: showMore}, 'Show more');
const nothing = h('p', {class: 'nothing', hidden: true});
const chosen = h('span', {class: 'chosen-destination'});
const states = h('select', {'aria-label': 'State', onchange: () => {
    Object.assign(state, {filter: states.value, limit: PAGE});
    refresh();
}}, ...STATES.map(one => h('option', {value: one}, one || 'all states')));
const destinations = new DestinationList({
    choose: name => chooseDestination(name),
    changeAll: (name, what) => attempt(async () => {
        const {changed} = await queue.changeAll(name, what);
        toast(`${changed} ${changed === 1 ? 'message' : 'messages'}: ${what}`);
    }),
});
const view = new QueuedMessageView({
    close: () => go(null),
    change: (id, what) => attempt(() => queue.change(id, what)),
});

document.getElementById('app').append(
    h('header', {class: 'bar'},
        h('a', {class: 'brand', href: root.pathname, onclick: event => {
            event.preventDefault();
            states.value = '';
            Object.assign(state, {destination: null, filter: '', limit: PAGE});
            go(null);
            refresh();
        }}, h('img', {src: 'icon.svg', alt: '', width: 26, height: 26}), h('h1', {}, 'Boxcar'), label),
        host, counts,
        h('div', {class: 'bar-end'}, live,
            h('a', {class: 'icon-button api-link', href: 'docs.html', title: 'API documentation', 'aria-label': 'API documentation'}, icon('code')),
            iconButton('theme', 'Toggle dark mode', toggleTheme))),
    obstacle,
    h('main', {class: 'panes relay-panes'},
        h('section', {class: 'left', 'aria-label': 'Queue'},
            destinations.element,
            h('div', {class: 'list-bar queue-bar'}, h('h2', {}, 'Messages'), chosen, states),
            errorLine, h('div', {class: 'queue-scroll'}, rows, nothing, more)),
        h('section', {class: 'right', 'aria-label': 'Message'}, view.element)));

function chooseDestination(name) {
    Object.assign(state, {destination: state.destination === name ? null : name, limit: PAGE});
    refresh();
}

function showMore() {
    state.limit = Math.min(MAX_SHOWN, state.limit + PAGE);
    refresh();
}

async function attempt(action) {
    try {
        await action();
    } catch (failure) {
        toast(failure.message);
    }
    refresh();
}

/** Reads again what the page shows. While that goes on, further calls lead to one more. */
async function refresh() {
    if (refreshing) {
        again = true;
        return;
    }
    refreshing = true;
    try {
        do {
            again = false;
            const {destination, filter, limit} = state;
            const [figures, places, messages] = await Promise.all([
                queue.statistics(), queue.destinations(), queue.list({state: filter, destination, limit})]);
            draw(figures, places, messages);
            await view.refresh();
        } while (again);
    } catch (failure) {
        errorLine.textContent = failure.message;
    } finally {
        refreshing = false;
    }
}

const number = new Intl.NumberFormat();
const many = (count, one, several) => `${number.format(count)} ${count === 1 ? one : several}`;

function draw(figures, places, messages) {
    errorLine.textContent = '';
    obstacle.textContent = figures.ready ? '' : `The relay takes no mail: ${figures.obstacle}.`;
    const {sent, bounced, expired} = figures.results;
    counts.replaceChildren(...[
        h('b', {}, many(figures.total, 'message', 'messages')), ' queued',
        figures.inDelivery > 0 && `, ${number.format(figures.inDelivery)} in delivery`,
        figures.deadDestinations > 0 && h('span', {class: 'bad-count'}, `, ${many(figures.deadDestinations, 'dead destination', 'dead destinations')}`),
        h('span', {class: 'since-start'}, ` · since the start ${number.format(sent)} delivered, ${number.format(bounced + expired)} returned`),
    ].filter(part => part));
    destinations.draw(places, state.destination);
    drawList(messages);
    document.title = `${figures.total > 0 ? `(${figures.total}) ` : ''}${about.label || about.hostname || 'Boxcar relay'}`;
}

function drawList(messages) {
    chosen.replaceChildren(...(state.destination === null ? [] : [
        h('span', {class: 'quiet'}, `for ${state.destination || 'a destination not known yet'}`),
        iconButton('close', 'Show all destinations', () => chooseDestination(state.destination))]));
    const focused = document.activeElement?.closest?.('.queue-row')?.dataset.id;
    rows.replaceChildren(...messages.map(row));
    rows.querySelector(`[data-id="${focused}"] a`)?.focus({preventScroll: true});
    nothing.hidden = messages.length > 0;
    nothing.textContent = state.destination === null && !state.filter ? 'The queue is empty: everything was delivered or returned.' : 'No messages match.';
    more.hidden = messages.length < state.limit || state.limit === MAX_SHOWN;
}

function row(message) {
    const [first, ...others] = message.recipients;
    const to = first ? first.address + (others.length > 0 ? ` and ${others.length} more` : '') : '';
    const reply = message.recipients.find(one => one.reply)?.reply ?? '';
    const when = message.state === 'deferred' || message.state === 'scheduled' ? until(message.nextAttempt) : '';
    return h('li', {class: 'queue-row', 'data-id': message.id, 'aria-current': message.id === state.id},
        h('a', {class: 'queue-link', href: urlOf(message.id), onclick: event => {
            if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                event.preventDefault();
                go(message.id);
            }
        }},
        h('span', {class: 'queue-top'}, h('b', {class: 'queue-to'}, to), stateMark(message.state), h('time', {datetime: message.nextAttempt}, when)),
        h('span', {class: 'queue-from'}, `from ${message.from || '<>'}`, message.attempts > 0 && `, ${many(message.attempts, 'attempt', 'attempts')}`),
        reply && h('span', {class: 'queue-reply'}, reply)));
}

const urlOf = id => root.pathname + (id ? `queue/${encodeURIComponent(id)}` : '');

function go(id) {
    const wasOpen = state.id !== null;
    if (id !== state.id) {
        history[wasOpen && id !== null ? 'replaceState' : 'pushState'](null, '', urlOf(id));
    }
    show(id);
}

function show(id) {
    state.id = id;
    document.body.classList.toggle('reading', id !== null);
    for (const one of rows.children) {
        one.toggleAttribute('aria-current', one.dataset.id === id);
    }
    view.show(id);
}

const idInUrl = () => {
    const found = /^queue\/([^/]+)$/.exec(decodeURIComponent(location.pathname.slice(root.pathname.length)));
    return found ? found[1] : null;
};

addEventListener('popstate', () => show(idInUrl()));
addEventListener('keydown', event => {
    if (event.key === 'Escape' && state.id !== null && !document.querySelector('dialog[open]')) {
        go(null);
    }
});
setInterval(() => !document.hidden && refresh(), CLOCK_MILLIS); // the times go on while nothing happens

queue.about().then(answer => {
    about = answer;
    label.textContent = about.label;
    host.textContent = about.hostname;
}, failure => toast(failure.message));
show(idInUrl());
refresh();
events(type => type === 'changed' && refresh(), connected => {
    live.textContent = connected ? 'live' : 'offline';
    live.title = connected ? 'The page follows the queue' : 'The connection is lost; reconnecting';
    live.classList.toggle('on', connected);
    if (connected) {
        refresh(); // events may have been missed
    }
});
