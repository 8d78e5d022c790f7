// SPDX-License-Identifier: Apache-2.0
// What explains the page: search, keys, and how the first mail gets here.

import {dialog, h} from './dom.js';

const TERMS = [
    ['invoice  "due soon"', 'this text anywhere in it'],
    ['from:ada  to:  cc:  bcc:  reply-to:', 'in a name or address of that field'],
    ['addressed:ada', 'in any of these five'],
    ['subject:welcome  message-id:', 'in that field'],
    ['rcpt:ada  sender:bounces', 'in the envelope'],
    ['header:X-Run=42  header:X-Run', 'in that header field; has that field'],
    ['tag:late  is:tagged', 'with this tag; with any'],
    ['is:read  is:unread', 'read or not'],
    ['has:attachment  has:inline', 'with a file; with a picture within'],
    ['after:2026-01-31  before:3d', 'received since; until three days ago'],
    ['larger:1.5MB  smaller:2000', 'by size'],
    ['subject:/^order \\d+/i', 'a regular expression'],
    ['-is:read  !from:ada', 'not so'],
    ['from:ada OR from:bob', 'either'],
];

const KEYS = [
    ['j  ↓', 'next message'],
    ['k  ↑', 'previous message'],
    ['Enter', 'open the newest, where none is open'],
    ['Escape', 'back to the list'],
    ['u', 'mark as unread'],
    ['#  Delete', 'delete'],
    ['l', 'add a tag'],
    ['1 … 7', 'Rendered, Text, Headers, Source, Parts, Envelope, Train'],
    ['/', 'search'],
    ['g', 'to the top of the list'],
    ['Shift A', 'mark all as read'],
    ['d', 'dark or light'],
    ['?', 'these keys'],
];

const pairs = (list, name) => h('table', {class: name},
    h('tbody', {}, ...list.map(([left, right]) => h('tr', {},
        h('th', {scope: 'row'}, ...left.split('  ').map(one => h('code', {}, one))), h('td', {}, right)))));

/** The search language in a few lines. */
export const searchHelp = () => dialog('Search',
    h('p', {}, 'A message must match every term; texts are found in any case and within words.'),
    h('div', {class: 'scroll'}, pairs(TERMS, 'help-table')));

/** The keys. */
export const keyHelp = () => dialog('Keys', pairs(KEYS, 'help-table keys'));

/** Where mail is taken, as an application has to be told: host and port. */
export function smtpAddress(listeners) {
    const split = listeners.map(text => /^(.*):(\d+)$/.exec(text)).filter(found => found);
    const [, host, port] = split[0] ?? ['', 'localhost', '1025'];
    const bare = host.replace(/^\[|\]$/g, '');
    if (bare === '127.0.0.1' || bare === '::1' || bare === 'localhost') {
        return {host: 'localhost', port};
    }
    return bare === '0.0.0.0' || bare === '::' || /^[0:]+$/.test(bare) ? {host: location.hostname, port} : {host, port};
}

const TLS = {off: 'none', optional: 'STARTTLS, for those who want it', required: 'STARTTLS is required'};
const AUTH = {off: 'none', optional: 'not needed', required: 'required'};

/** What curl must be told beside the address. The certificate may be one that this machine made for itself. */
function curlAccess({tls, auth}) {
    return (tls === 'required' ? ' --ssl-reqd --insecure' : '') + (auth === 'required' ? ' --user NAME:PASSWORD' : '');
}

/** What stands in place of a list that has nothing: how to send the first mail. */
export function firstMail(about) {
    const {host, port} = smtpAddress(about.smtp);
    const curl = `printf 'From: me@example.org\\r\\nTo: you@example.org\\r\\nSubject: Hello\\r\\n\\r\\nHello, Boxcar.\\r\\n' | `
        + `curl -s smtp://${host}:${port} --mail-from me@example.org --mail-rcpt you@example.org${curlAccess(about)} -T -`;
    const settings = `SMTP_HOST=${host} SMTP_PORT=${port}`;
    return h('div', {class: 'first-mail'},
        h('h2', {}, 'No mail yet'),
        h('p', {}, 'Whatever your application sends to this address is caught here, and passed on to nobody.'),
        h('dl', {class: 'where'}, h('dt', {}, 'Host'), h('dd', {}, h('code', {}, host)), h('dt', {}, 'Port'), h('dd', {}, h('code', {}, port)),
            h('dt', {}, 'TLS'), h('dd', {}, TLS[about.tls]), h('dt', {}, 'User'), h('dd', {}, AUTH[about.auth])),
        h('h3', {}, 'In your application'), copied(settings),
        h('h3', {}, 'Or from a shell'), copied(curl));
}

function copied(text) {
    const button = h('button', {type: 'button', onclick: async () => {
        try {
            await navigator.clipboard.writeText(text);
            button.textContent = 'Copied';
        } catch {
            getSelection().selectAllChildren(code);
        }
    }}, 'Copy');
    const code = h('code', {}, text);
    return h('div', {class: 'copied'}, h('pre', {}, code), button);
}
