// SPDX-License-Identifier: Apache-2.0
// The page: the list on the left, a message on the right, updated by events. The URL names the inbox, the search and
// the open message.

import * as api from './api.js';
import {SelectionBar} from './bulk.js';
import {firstMail, keyHelp, searchHelp} from './dialogs.js';
import {confirmed, h, icon, iconButton, toast, toggleTheme} from './dom.js';
import {Lab} from './lab.js';
import {List} from './list.js';
import {MessageView} from './message.js';
import {Notifications} from './notify.js';
import {Selection} from './selection.js';
import {Store} from './store.js';
import {TagList} from './taglist.js';

const SEARCH_MILLIS = 250;

const root = new URL(document.baseURI);
const state = {query: '', id: null, part: '', place: ''};
const settings = {mayRelease: false, relay: '', checks: {html: false, links: false, spam: false}};
let about = {smtp: [], tls: 'off', auth: 'off', version: '', label: ''};
let stopEvents = () => {};
let searchTimer = 0;

const store = new Store(() => changed(), failure => showError(failure), rows => list.grew(rows));
const selection = new Selection(store, () => drawSelection(), failure => toast(failure.message));
const list = new List(store, selection, id => go({id}), id => urlOf({...state, place: '', id, part: ''}));
const lab = new Lab(place => go({place, id: null}), id => go({place: '', id}));
const view = new MessageView({
    close: () => go({id: null}), remove: () => removeOpen(), unread: () => unreadOpen(), openPart: part => go({part}), closePart,
}, settings);

const field = h('input', {
    type: 'search', id: 'search', placeholder: 'Search', 'aria-label': 'Search messages', autocomplete: 'off', spellcheck: 'false',
    oninput: () => {
        clearTimeout(searchTimer);
        searchTimer = setTimeout(search, SEARCH_MILLIS);
    },
    onkeydown: event => {
        if (event.key === 'Enter') {
            search();
        } else if (event.key === 'Escape') {
            field.blur();
        }
    },
});
const errorLine = h('p', {class: 'complaint', role: 'alert'});
const counts = h('span', {class: 'counts', 'aria-live': 'off'});
const live = h('span', {class: 'live', role: 'status', title: 'Connecting to the server'}, 'connecting');
const label = h('span', {class: 'label'});
const inboxes = h('select', {class: 'inboxes', 'aria-label': 'Inbox', onchange: () => useNamespace(inboxes.value)});
const markRead = iconButton('checks', 'Mark all as read (Shift A)', readAll);
const deleteAll = iconButton('trash', 'Delete all messages', removeAll);
const empty = h('div', {class: 'empty'});
const selectionBar = new SelectionBar(selection, settings, failure => toast(failure.message));
const selectAll = h('input', {
    type: 'checkbox', onchange: () => (selection.all ? selection.clear() : selection.selectAll()),
});
const tagList = new TagList(query => {
    field.value = query;
    go({query, id: null});
}, query => urlOf({query, id: null, part: ''}));
const notifications = new Notifications(id => go({place: '', id}));

const mail = h('main', {class: 'panes'},
    h('section', {class: 'left', 'aria-label': 'Inbox'},
        h('div', {class: 'list-bar'}, inboxes, h('label', {class: 'select-all'}, selectAll), counts, markRead, deleteAll, selectionBar.element),
        tagList.element, errorLine, list.element, empty),
    h('section', {class: 'right', 'aria-label': 'Message'}, view.element));

document.getElementById('app').append(
    h('header', {class: 'bar'},
        h('a', {class: 'brand', href: root.pathname, onclick: event => {
            event.preventDefault();
            field.value = '';
            go({place: '', id: null, query: ''});
            list.toTop();
        }}, h('img', {src: 'icon.svg', alt: '', width: 26, height: 26}), h('h1', {}, 'Boxcar'), label),
        lab.nav,
        h('div', {class: 'search', role: 'search'}, icon('search'), field, iconButton('help', 'Search help', searchHelp)),
        h('div', {class: 'bar-end'}, live, notifications.button,
            h('a', {class: 'icon-button api-link', href: 'docs.html', title: 'API documentation', 'aria-label': 'API documentation'}, icon('code')),
            iconButton('keys', 'Keyboard shortcuts (?)', keyHelp, {class: 'icon-button keys-button'}), iconButton('theme', 'Toggle dark mode (d)', toggleTheme))),
    mail, ...lab.elements);

/** The inbox, the search, the open message and the open part of it that the URL names. */
function readUrl() {
    const path = decodeURIComponent(location.pathname.slice(root.pathname.length));
    const parameters = new URLSearchParams(location.search);
    const shown = /^view\/([^/]+)$/.exec(path);
    return {
        id: shown ? shown[1] : null, part: (shown && parameters.get('part')) || '', place: Lab.placeOf(path),
        query: parameters.get('q') ?? parameters.get('query') ?? '', ns: parameters.get('ns') ?? '',
    };
}

const currentUrl = () => urlOf(state);

function urlOf({place = '', id, part, query: search}) {
    const path = place || (id ? `view/${encodeURIComponent(id)}` : search ? 'search' : '');
    const parameters = new URLSearchParams();
    if (search && !place) {
        parameters.set('q', search);
    }
    if (api.currentNamespace()) {
        parameters.set('ns', api.currentNamespace());
    }
    if (id && part) {
        parameters.set('part', part);
    }
    const query = parameters.toString();
    return root.pathname + path + (query ? `?${query}` : '');
}

/** Shows another message, another search, or both, or a message in a part of the open message. */
function go(to) {
    const wasOpen = state.id !== null;
    const wasSession = state.place.includes('/');
    const searched = to.query !== undefined && to.query !== state.query;
    Object.assign(state, {part: ''}, to);
    if (state.part) {
        history.pushState({opensPart: true}, '', currentUrl()); // the way back is one step in the history
    } else {
        // When the user moves from message to message, or from session to session, the list stays one step back in the history.
        const moved = (wasOpen && state.id !== null) || (wasSession && state.place.includes('/'));
        history[moved ? 'replaceState' : 'pushState'](null, '', currentUrl());
    }
    show(searched);
    if (wasOpen && state.id === null && !state.place && document.activeElement !== field) { // unless the user is typing a search
        list.element.focus({preventScroll: true});
    }
}

/** Back from a part to the message that contains it. */
function closePart() {
    if (history.state?.opensPart) {
        history.back();
    } else {
        go({part: state.part.split(':').slice(0, -1).join(':')});
    }
}

function show(searched) {
    document.body.classList.toggle('reading', state.id !== null);
    lab.show(state.place);
    mail.hidden = state.place !== '';
    document.body.classList.toggle('blank', isBlank());
    if (searched) {
        list.active = null;
        selection.clear();
        tagList.draw(state.query);
        store.load(state.query);
        list.toTop();
        errorLine.textContent = '';
    }
    list.select(state.id);
    if (state.id === null) {
        view.clear();
    } else if (!view.shows(state.id, state.part)) {
        open(state.id);
    }
    title();
}

async function open(id) {
    if (!(await view.show(id, state.part)) || view.message === null || (state.id !== id && state.id !== 'latest')) {
        return;
    }
    const {message} = view;
    state.id = message.id;
    list.select(message.id);
    reveal(message);
    if (message.read === false) {
        message.read = true;
        attempt(() => api.change(message.id, {read: true}));
    }
}

/** Scrolls the list to a message that was opened by its URL. */
async function reveal(message) {
    await store.whenLoaded;
    if (store.indexOf(message.id) < 0) {
        const index = await attempt(() => api.newer(state.query, message.cursor));
        if (index !== null && state.id === message.id) {
            list.reveal(index);
        }
    } else {
        list.select(state.id);
    }
}

async function attempt(action) {
    try {
        return await action();
    } catch (failure) {
        toast(failure.message);
        return null;
    }
}

/** Whether there is no mail at all, so that the page explains how to send the first message. */
function isBlank() {
    return store.loaded && store.matches === 0 && store.total === 0 && !state.query && state.id === null && !state.place;
}

function changed() {
    errorLine.textContent = '';
    const nothing = store.loaded && store.matches === 0;
    empty.hidden = !nothing;
    document.body.classList.toggle('blank', isBlank());
    list.element.hidden = nothing;
    if (nothing) {
        const kind = store.total > 0 || state.query ? `nothing ${state.query}` : `first ${about.smtp}`;
        if (empty.dataset.kind !== kind) {
            empty.dataset.kind = kind;
            empty.replaceChildren(kind.startsWith('first') ? firstMail(about) : h('p', {class: 'nothing'}, 'No messages match.'));
        }
    }
    const number = new Intl.NumberFormat();
    counts.textContent = state.query
        ? `${number.format(store.matches)} of ${number.format(store.total)}`
        : `${number.format(store.total)} ${store.total === 1 ? 'message' : 'messages'}, ${number.format(store.unread)} unread`;
    markRead.disabled = store.unread === 0;
    deleteAll.disabled = store.matches === 0;
    const label = state.query ? 'Delete all matching messages' : 'Delete all messages';
    deleteAll.title = label;
    deleteAll.setAttribute('aria-label', label);
    selectAll.disabled = store.matches === 0;
    const allLabel = state.query ? 'Select all matching messages (*)' : 'Select all messages (*)';
    selectAll.setAttribute('aria-label', allLabel);
    selectAll.parentNode.title = allLabel;
    list.draw();
    title();
}

function drawSelection() {
    const some = selection.size > 0;
    selectAll.checked = some && selection.all && selection.unticked.size === 0;
    selectAll.indeterminate = some && !selectAll.checked;
    [counts, markRead, deleteAll].forEach(one => { one.hidden = some; });
    selectionBar.draw();
    list.draw();
}

function title() {
    const name = about.label ? `Boxcar ${about.label}` : 'Boxcar';
    document.title = state.place ? `${lab.title()} · ${name}` : store.unread > 0 ? `(${store.unread}) ${name}` : name;
}

function showError(failure) {
    errorLine.textContent = failure.message;
    if (!store.loaded) { // the counts are those of the previous search
        counts.textContent = '';
        markRead.disabled = true;
        deleteAll.disabled = true;
    }
}

function search() {
    clearTimeout(searchTimer);
    const query = field.value.trim();
    if (query !== state.query) {
        go({query, id: null});
    }
}

async function remove() {
    if (selection.size > 0) {
        selectionBar.remove();
    } else {
        await removeOpen();
    }
}

async function removeOpen() {
    const id = state.id;
    if (id === null || view.message === null || state.part) {
        return;
    }
    const index = store.indexOf(id);
    const neighbour = store.at(index + 1) ?? store.at(index - 1);
    if ((await attempt(() => api.remove(id))) !== null) {
        toast('Deleted');
        const wide = matchMedia('(min-width: 760px)').matches;
        go({id: wide && index >= 0 && neighbour ? neighbour.id : null});
    }
}

async function unread() {
    if (selection.size > 0) {
        selectionBar.mark(false);
    } else {
        await unreadOpen();
    }
}

async function unreadOpen() {
    const id = state.id;
    if (id !== null && !state.part && (await attempt(() => api.change(id, {read: false}))) !== null) {
        go({id: null});
    }
}

async function readAll() {
    const done = await attempt(() => api.markAll(state.query, true));
    if (done !== null) {
        toast(`${done.changed} marked as read`);
    }
}

async function removeAll() {
    const {query} = state;
    const question = query ? `Delete all ${store.matches} matching messages?` : `Delete all ${store.total} messages?`;
    if (await confirmed(question, 'Delete')) {
        const done = await attempt(() => api.removeAll(query));
        if (done !== null) {
            toast(`${done.deleted} deleted`);
            go({id: null});
            store.refresh();
        }
    }
}

function useNamespace(name) {
    api.useNamespace(name);
    lab.useNamespace();
    listen();
    Object.assign(state, {id: null, part: ''});
    history.pushState(null, '', currentUrl());
    show(true);
    tagList.load();
}

async function readNamespaces() {
    const answer = await attempt(api.namespaces);
    const some = answer !== null && (answer.namespaces.length > 1 || api.currentNamespace() !== '');
    inboxes.hidden = !some;
    if (some) {
        const names = new Map(answer.namespaces.map(one => [one.name, one]));
        const mine = api.currentNamespace();
        if (!names.has(mine)) {
            names.set(mine, {name: mine, unread: 0});
        }
        inboxes.replaceChildren(...[...names.values()].map(one =>
            h('option', {value: one.name, selected: one.name === mine}, (one.name || 'All inboxes') + (one.unread ? ` (${one.unread})` : ''))));
    }
}

let namespaceTimer = 0;

function readNamespacesSoon() {
    namespaceTimer ||= setTimeout(() => {
        namespaceTimer = 0;
        readNamespaces();
    }, 1000);
}

function listen() {
    stopEvents();
    stopEvents = api.events(handleEvent, connected => {
        live.textContent = connected ? 'live' : 'offline';
        live.title = connected ? 'New messages appear automatically' : 'The connection is lost; reconnecting';
        live.classList.toggle('on', connected);
        if (connected && store.loaded) {
            tagList.refresh();
            store.refresh(); // events may have been missed while there was no connection
        }
        if (connected && state.id !== null && view.message === null) {
            open(state.id); // the server may have been restarted
        }
    });
}

function handleEvent(type, data) {
    switch (type) {
        case 'arrived':
            selection.arrived(data);
            if (store.arrived(data)) {
                list.grew(1);
            }
            notifications.arrived(data);
            readNamespacesSoon();
            if (data.tags.length > 0) {
                tagList.refresh();
            }
            break;
        case 'updated':
            store.updated(data);
            if (view.message?.id === data.id && data.tags) {
                view.tagged(data.tags);
            }
            if (data.tags) {
                tagList.refresh();
            }
            break;
        case 'deleted':
            store.deleted(data.id);
            selection.deleted(data.id);
            tagList.refresh();
            if (state.id === data.id) {
                go({id: null});
            }
            break;
        case 'pruned':
            toast(`${data.messages} old ${data.messages === 1 ? 'message' : 'messages'} removed (retention limit)`);
            store.refresh();
            tagList.refresh();
            break;
        case 'counts':
            store.counts(data);
            if (!inboxes.hidden) {
                readNamespacesSoon();
            }
            break;
        default:
            store.refresh();
            tagList.refresh();
    }
    changed();
}

const KEYS = {
    j: () => list.step(1), ArrowDown: () => list.step(1), k: () => list.step(-1), ArrowUp: () => list.step(-1),
    Enter: () => enter(), Escape: () => escape(), x: () => list.toggleCurrent(), '*': () => selection.selectAll(),
    u: () => unread(), '#': () => remove(), Delete: () => remove(), l: () => (selection.size > 0 ? selectionBar.tag() : view.editTags()), '/': () => field.select(),
    g: () => list.toTop(), A: () => readAll(), d: () => toggleTheme(), '?': () => keyHelp(),
};

const SHIFTED_KEYS = {ArrowDown: () => list.extend(1), ArrowUp: () => list.extend(-1)};

/** Opens the row where the keyboard is, or the newest one. */
function enter() {
    if (list.active !== null && list.active !== state.id) {
        go({id: list.active});
    } else if (state.id === null) {
        list.step(1);
    }
}

/** Leaves what was entered last: the selection, a message in a message, the message. */
function escape() {
    if (selection.size > 0) {
        selection.clear();
    } else if (state.part) {
        closePart();
    } else if (state.id !== null) {
        go({id: null});
    }
}

addEventListener('keydown', event => {
    const inField = event.target.closest?.('input:not([type="checkbox"]), textarea, select, dialog');
    if (event.key === 'Enter' && event.ctrlKey && event.target === list.element && list.current()) {
        window.open(urlOf({...state, id: list.current(), part: ''}), '_blank', 'noopener');
        return;
    }
    if (event.key === 'a' && (event.ctrlKey || event.metaKey) && !inField && event.target.closest('.left')) {
        event.preventDefault(); // the browser would select the text of the whole page
        selection.selectAll();
        return;
    }
    // an open dialog has all keys, also while the button that has just been pressed is disabled, so that nothing has the focus
    if (inField || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
        return;
    }
    const onButton = event.target.closest('button, a, summary, .panel');
    if (onButton && ['Enter', 'ArrowDown', 'ArrowUp'].includes(event.key)) {
        return;
    }
    if (lab.key(event)) {
        event.preventDefault();
        return;
    }
    if (state.place && !['d', '?'].includes(event.key)) {
        return; // the other keys are about mail
    }
    const action = /^[1-9]$/.test(event.key)
        ? () => view.open(Number(event.key)) : (event.shiftKey && SHIFTED_KEYS[event.key]) || KEYS[event.key];
    if (action) {
        event.preventDefault();
        action();
    }
});

addEventListener('popstate', () => {
    const {id, part, place, query, ns} = readUrl();
    const otherNamespace = ns !== api.currentNamespace();
    if (otherNamespace) {
        api.useNamespace(ns);
        lab.useNamespace();
        listen();
        readNamespaces();
        tagList.load();
    }
    field.value = query;
    const searched = otherNamespace || query !== state.query;
    Object.assign(state, {id, part, place, query});
    show(searched);
});

async function start() {
    const {id, part, place, query, ns} = readUrl();
    api.useNamespace(ns);
    field.value = query;
    Object.assign(state, {id, part, place, query});
    inboxes.hidden = true;
    empty.hidden = true;
    listen();
    const aboutRequest = attempt(api.about);
    const settingsRequest = attempt(api.settings);
    about = (await aboutRequest) ?? about;
    label.textContent = about.label;
    lab.useAbout(about);
    const webui = await settingsRequest;
    const relay = webui?.MessageRelay;
    Object.assign(settings.checks, {html: webui?.HTMLCheck, links: webui?.LinkCheck, spam: webui?.SpamAssassin});
    if (relay?.Enabled) {
        settings.mayRelease = true;
        settings.relay = relay.SMTPServer;
    }
    show(true);
    tagList.load();
    readNamespaces();
}

start();
