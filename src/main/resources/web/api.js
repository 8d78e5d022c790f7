// SPDX-License-Identifier: Apache-2.0
// What the page asks of the sink. Addresses are relative: the page's base says where the web stands.

const OURS = 'api/boxcar/v1';
const MAILPIT = 'api/v1';

let namespace = '';

/** The inbox that is looked at; empty for the one that has every message. */
export const currentNamespace = () => namespace;

export function useNamespace(name) {
    namespace = name;
}

/** An address with these parameters, and the namespace. */
function at(path, parameters = {}) {
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

/** An answer that is not 2yz: its message is for the reader. */
export class Refused extends Error {
    constructor(status, text) {
        super(text);
        this.status = status;
    }
}

async function ask(method, address, body, signal) {
    const options = {method, signal};
    if (body !== undefined) {
        options.body = JSON.stringify(body);
        options.headers = {'Content-Type': 'application/json'};
    }
    let response;
    try {
        response = await fetch(address, options);
    } catch (failure) {
        throw failure.name === 'AbortError' ? failure : new Refused(0, 'Boxcar does not answer');
    }
    if (!response.ok) {
        throw new Refused(response.status, why(await response.text(), response.status));
    }
    return response;
}

function why(text, status) {
    try {
        const problem = JSON.parse(text);
        return problem.detail ?? problem.Error ?? `status ${status}`;
    } catch {
        return text || `status ${status}`;
    }
}

const json = async (method, address, body, signal) => (await ask(method, address, body, signal)).json();
const id = text => encodeURIComponent(text);
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const list = (query, start, limit, signal) =>
    json('GET', at(`${OURS}/messages`, {query, start, limit, tz: query ? zone() : ''}), undefined, signal);
export const message = (name, signal) => json('GET', at(`${OURS}/messages/${id(name)}`), undefined, signal);
export const change = (name, what) => ask('PUT', at(`${OURS}/messages/${id(name)}`), what);
export const remove = name => ask('DELETE', at(`${OURS}/messages/${id(name)}`));
export const markAll = (query, read) => json('PUT', at(`${OURS}/messages`, {query, tz: zone()}), {read});
export const removeAll = query =>
    json('DELETE', at(`${OURS}/messages`, query ? {query, tz: zone()} : {all: 'true'}));
export const namespaces = () => json('GET', `${OURS}/namespaces`);
export const statistics = () => json('GET', `${OURS}/statistics`);
export const about = () => json('GET', `${OURS}/about`);
export const session = name => json('GET', `${OURS}/sessions/${id(name)}`);
export const settings = () => json('GET', `${MAILPIT}/webui`);
export const tags = () => json('GET', at(`${MAILPIT}/tags`));
export const release = (name, to) => ask('POST', at(`${MAILPIT}/message/${id(name)}/release`), {To: to});

export const rawAddress = name => at(`${OURS}/messages/${id(name)}/raw`);
export const downloadAddress = name => at(`${MAILPIT}/message/${id(name)}/raw`, {dl: 1});
export const partAddress = (name, part) => at(`${MAILPIT}/message/${id(name)}/part/${id(part)}`);
export const partDownload = (name, part) => at(`${OURS}/messages/${id(name)}/parts/${id(part)}`);
export const viewAddress = (name, remote) => at(`view/${id(name)}.html`, {embed: 1, remote: remote ? 1 : ''});

/** What makes text of octets: by the charset that is named, if browsers know it. */
function decoderOf(type) {
    const [, charset] = /charset="?([^\s;"]+)/i.exec(type ?? '') ?? [];
    try {
        return new TextDecoder(charset ?? 'utf-8');
    } catch {
        return new TextDecoder('utf-8');
    }
}

/** At most {@code most} octets of an address as text, and whether that is all. */
export async function beginning(address, most, signal) {
    const response = await ask('GET', address, undefined, signal);
    const reader = response.body.getReader();
    const decoder = decoderOf(response.headers.get('Content-Type'));
    let text = '';
    let length = 0;
    for (;;) {
        const {done, value} = await reader.read();
        if (done) {
            return {text: text + decoder.decode(), whole: true};
        }
        const rest = value.subarray(0, most - length);
        length += rest.length;
        text += decoder.decode(rest, {stream: true});
        if (rest.length < value.length) {
            await reader.cancel();
            return {text, whole: false};
        }
    }
}

/**
 * Listens to what happens, until the answer is called: {@code on(type, data)} for each event, {@code state(live)} when the connection
 * comes (then what was missed must be asked for) and goes.
 */
export function events(on, state) {
    const patience = 2000;
    let source;
    let timer = 0;
    const open = () => {
        source = new EventSource(at(`${OURS}/events`));
        for (const type of ['arrived', 'updated', 'deleted', 'changed', 'truncated', 'pruned', 'counts']) {
            source.addEventListener(type, event => on(type, JSON.parse(event.data)));
        }
        source.onopen = () => state(true);
        source.onerror = () => {
            state(false);
            if (source.readyState === EventSource.CLOSED) {
                timer = setTimeout(open, patience);
            }
        };
    };
    open();
    return () => {
        clearTimeout(timer);
        source.close();
    };
}
