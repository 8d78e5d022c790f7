// SPDX-License-Identifier: Apache-2.0
// The requests of the page. URLs are relative to the base of the document, which is the web root.

const BOXCAR = 'api/boxcar/v1';
const MAILPIT = 'api/v1';

let namespace = '';

/** The selected inbox. The empty name is the inbox with all messages. */
export const currentNamespace = () => namespace;

export function useNamespace(name) {
    namespace = name;
}

/** A URL with these parameters and the namespace. */
function url(path, parameters = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
        if (value !== '' && value !== null && value !== undefined) {
            query.set(name, value);
        }
    }
    if (namespace) {
        query.set('ns', namespace);
    }
    const text = query.toString();
    return text ? `${path}?${text}` : path;
}

/** A response that is not 2xx, with a message for the user. Status 0 means that there was no response. */
export class RequestError extends Error {
    constructor(status, text) {
        super(text);
        this.status = status;
    }
}

export async function request(method, address, body, signal) {
    const options = {method, signal};
    if (body !== undefined) {
        options.body = typeof body === 'string' ? body : JSON.stringify(body);
        options.headers = {'Content-Type': 'application/json'};
    }
    let response;
    try {
        response = await fetch(address, options);
    } catch (failure) {
        throw failure.name === 'AbortError' ? failure : new RequestError(0, 'Boxcar does not respond');
    }
    if (!response.ok) {
        throw new RequestError(response.status, errorText(await response.text(), response.status));
    }
    return response;
}

function errorText(text, status) {
    try {
        const problem = JSON.parse(text);
        return problem.detail ?? problem.Error ?? `status ${status}`;
    } catch {
        return text || `status ${status}`;
    }
}

export const json = async (method, address, body, signal) => (await request(method, address, body, signal)).json();
const encoded = text => encodeURIComponent(text);
const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const list = (query, start, limit, signal) =>
    json('GET', url(`${BOXCAR}/messages`, {query, start, limit, tz: query ? timeZone() : ''}), undefined, signal);
/** The number of matching messages that are newer than a cursor. */
export const newer = async (query, cursor) =>
    (await json('GET', url(`${BOXCAR}/messages`, {query, after: cursor, limit: 1, tz: query ? timeZone() : ''}))).matches;
export const message = (id, signal) => json('GET', url(`${BOXCAR}/messages/${encoded(id)}`), undefined, signal);
/** A message that is a part of another one. */
export const embedded = (id, part, signal) =>
    json('GET', url(`${BOXCAR}/messages/${encoded(id)}/parts/${encoded(part)}/message`), undefined, signal);
export const change = (id, changes) => request('PUT', url(`${BOXCAR}/messages/${encoded(id)}`), changes);
export const remove = id => request('DELETE', url(`${BOXCAR}/messages/${encoded(id)}`));
export const markAll = (query, read) => json('PUT', url(`${BOXCAR}/messages`, {query, tz: timeZone()}), {read});
/** Changes of the messages of a choice: see Selection.choice. */
export const changeChosen = ({query, body}, changes) =>
    json('PUT', url(`${BOXCAR}/messages`, {query, tz: query ? timeZone() : ''}), {...body, ...changes});
export function removeChosen({query, body}) {
    const everything = !query && body.except?.length === 0;
    return json('DELETE', url(`${BOXCAR}/messages`, {query, tz: query ? timeZone() : '', all: everything ? 'true' : ''}),
        everything ? undefined : body);
}
export const releaseChosen = ({query, body}, to) =>
    json('POST', url(`${BOXCAR}/messages/release`, {query, tz: query ? timeZone() : ''}), {...body, to});
export const removeAll = query =>
    json('DELETE', url(`${BOXCAR}/messages`, query ? {query, tz: timeZone()} : {all: 'true'}));
export const namespaces = () => json('GET', `${BOXCAR}/namespaces`);
export const statistics = () => json('GET', `${BOXCAR}/statistics`);
export const about = () => json('GET', `${BOXCAR}/about`);
export const session = (id, signal) => json('GET', `${BOXCAR}/sessions/${encoded(id)}`, undefined, signal);
/** Sessions in the order of their last change. {@code over}, {@code after}, {@code wait} and {@code limit} are optional. */
export const sessions = (parameters, signal) => json('GET', url(`${BOXCAR}/sessions`, parameters), undefined, signal);
/** A session as text, in the form that {@code boxcar lab replay} plays. */
export const transcript = async id => (await request('GET', `${BOXCAR}/sessions/${encoded(id)}/transcript`)).text();
export const scripts = signal => json('GET', `${BOXCAR}/lab/scripts`, undefined, signal);
export const addScript = async text => (await request('POST', `${BOXCAR}/lab/scripts`, text)).json();
export const removeScript = id => request('DELETE', `${BOXCAR}/lab/scripts/${encoded(id)}`);
export const removeScripts = () => request('DELETE', `${BOXCAR}/lab/scripts`);
export const releaseScript = id => json('POST', `${BOXCAR}/lab/scripts/${encoded(id)}/release`);
export const settings = () => json('GET', `${MAILPIT}/webui`);
export const tagCounts = () => json('GET', url(`${BOXCAR}/tags`));
export const tags = () => json('GET', url(`${MAILPIT}/tags`));
export const release = (id, to) => request('POST', url(`${MAILPIT}/message/${encoded(id)}/release`), {To: to});

export const htmlCheck = (id, signal) => json('GET', url(`${MAILPIT}/message/${encoded(id)}/html-check`), undefined, signal);
export const linkCheck = (id, follow, signal) =>
    json('GET', url(`${MAILPIT}/message/${encoded(id)}/link-check`, {follow: follow ? 'true' : ''}), undefined, signal);
export const spamCheck = (id, signal) => json('GET', url(`${MAILPIT}/message/${encoded(id)}/sa-check`), undefined, signal);

/** The bytes of a message, which may be a part of another one. */
export const rawUrl = ({id, part}) => (part ? partDownloadUrl(id, part) : url(`${BOXCAR}/messages/${encoded(id)}/raw`));
export const downloadUrl = ({id, part}) => (part ? partDownloadUrl(id, part) : url(`${MAILPIT}/message/${encoded(id)}/raw`, {dl: 1}));
export const partUrl = (id, part) => url(`${MAILPIT}/message/${encoded(id)}/part/${encoded(part)}`);
export const partDownloadUrl = (id, part) => url(`${BOXCAR}/messages/${encoded(id)}/parts/${encoded(part)}`);
export const viewUrl = ({id, part}, remote) => url(`view/${encoded(id)}.html`, {embed: 1, remote: remote ? 1 : '', part});

/** The text of bytes that may be cut off, by the charset of a Content-Type; UTF-8 or else windows-1252 if there is none. */
function decoded(content, type, whole) {
    const [, charset] = /charset="?([^\s;"]+)/i.exec(type ?? '') ?? [];
    const options = {stream: !whole};
    try {
        return new TextDecoder(charset ?? 'utf-8', {fatal: charset === undefined}).decode(content, options);
    } catch {
        return charset === undefined ? new TextDecoder('windows-1252').decode(content) : decoded(content, '', whole);
    }
}

/** The first {@code maxBytes} bytes at a URL as text, and whether that is the whole content. */
export async function beginning(address, maxBytes, signal) {
    const response = await request('GET', address, undefined, signal);
    const reader = response.body.getReader();
    const chunks = [];
    let left = maxBytes;
    let whole = true;
    for (let read = await reader.read(); !read.done && whole; read = await reader.read()) {
        whole = read.value.length <= left;
        chunks.push(read.value.subarray(0, left));
        left -= Math.min(left, read.value.length);
        if (!whole) {
            await reader.cancel();
        }
    }
    const content = await new Blob(chunks).arrayBuffer();
    return {text: decoded(content, response.headers.get('Content-Type'), whole), whole};
}

const EVENT_TYPES = ['arrived', 'updated', 'deleted', 'changed', 'truncated', 'pruned', 'counts'];
const RETRY_MILLIS = 2000;

/** A WebSocket. Calls {@code closed(wasOpen)} once. */
function openSocket(on, opened, closed) {
    const address = new URL(url(`${BOXCAR}/events`), document.baseURI);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    let wasOpen = false;
    socket.onopen = () => {
        wasOpen = true;
        opened();
    };
    socket.onmessage = event => {
        const {type, data} = JSON.parse(event.data);
        on(type, data);
    };
    socket.onclose = () => closed(wasOpen);
    return () => {
        socket.onclose = null;
        socket.close();
    };
}

/** Server-sent events, for networks without WebSockets. Calls {@code closed(wasOpen)} once. */
function openStream(on, opened, closed) {
    const source = new EventSource(url(`${BOXCAR}/events`));
    let wasOpen = false;
    for (const type of EVENT_TYPES) {
        source.addEventListener(type, event => on(type, JSON.parse(event.data)));
    }
    source.onopen = () => {
        wasOpen = true;
        opened();
    };
    source.onerror = () => {
        source.close();
        closed(wasOpen);
    };
    return () => source.close();
}

/**
 * Subscribes to events. Calls {@code on(type, data)} for each event, {@code state(true)} when the connection opens, and
 * {@code state(false)} when it is lost. Events before {@code state(true)} may have been missed. Returns a function that
 * ends the subscription. A page that the browser keeps for the back button has no connection.
 */
export function events(on, state) {
    let connect = openSocket;
    let disconnect = () => {};
    let timer = 0;
    let ended = false;
    const open = () => {
        clearTimeout(timer);
        disconnect();
        disconnect = connect(on, () => state(true), closed);
    };
    const closed = async wasOpen => {
        state(false);
        clearTimeout(timer);
        timer = setTimeout(open, RETRY_MILLIS);
        if (!wasOpen && connect === openSocket && await about().catch(() => null) && !ended) {
            connect = openStream; // the server responds, but WebSockets do not get through
        }
    };
    const hide = () => {
        clearTimeout(timer);
        disconnect();
        disconnect = () => {};
    };
    const show = event => event.persisted && open();
    addEventListener('pagehide', hide);
    addEventListener('pageshow', show);
    open();
    return () => {
        ended = true;
        removeEventListener('pagehide', hide);
        removeEventListener('pageshow', show);
        hide();
    };
}
