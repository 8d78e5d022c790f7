// SPDX-License-Identifier: Apache-2.0
// Help: the search language, keyboard shortcuts, and how to send the first message.

import {dialog, h} from './dom.js';

const TERMS = [
    ['invoice  "due soon"', 'text anywhere in the message'],
    ['from:ada  to:  cc:  bcc:  reply-to:', 'a name or address in that field'],
    ['addressed:ada', 'a name or address in any of these five fields'],
    ['subject:welcome  message-id:', 'text in that field'],
    ['rcpt:ada  sender:bounces', 'a recipient or the sender in the envelope'],
    ['header:X-Run=42  header:X-Run', 'a value of a header field; the field exists'],
    ['tag:late  is:tagged', 'has this tag; has any tag'],
    ['is:read  is:unread', 'read; unread'],
    ['has:attachment  has:inline', 'has an attachment; has an inline image'],
    ['after:2026-01-31  before:3d', 'received since this day; more than three days ago'],
    ['larger:1.5MB  smaller:2000', 'size in bytes'],
    ['subject:/^order \\d+/i', 'a regular expression'],
    ['-is:read  !from:ada', 'messages that do not match the term'],
    ['from:ada OR from:bob', 'messages that match either term'],
];

const KEYS = [
    ['j  ↓', 'next message'],
    ['k  ↑', 'previous message'],
    ['Enter', 'open the newest message, if none is open'],
    ['Escape', 'clear the selection; back to the list'],
    ['Ctrl Enter', 'open in a new tab'],
    ['u', 'mark as unread (the open message, or all selected)'],
    ['#  Delete', 'delete'],
    ['l', 'add a tag'],
    ['x', 'select or unselect'],
    ['Shift ↓  Shift ↑', 'extend the selection'],
    ['*  Ctrl A', 'select all that match'],
    ['1 … 9', 'the tabs of the message, from left to right'],
    ['/', 'search'],
    ['g', 'scroll to the top of the list'],
    ['Shift A', 'mark all as read'],
    ['Shift M  Shift S  Shift E', 'mail, sessions, scripts'],
    ['d', 'toggle dark mode'],
    ['?', 'show this help'],
];

const pairs = (list, name) => h('table', {class: name},
    h('tbody', {}, ...list.map(([left, right]) => h('tr', {},
        h('th', {scope: 'row'}, ...left.split('  ').map(one => h('code', {}, one))), h('td', {}, right)))));

/** Explains the search language. */
export const searchHelp = () => dialog('Search',
    h('p', {}, 'A message must match all terms. Case is ignored, and text is also found inside words.'),
    h('div', {class: 'scroll'}, pairs(TERMS, 'help-table')),
    h('p', {}, h('a', {class: 'button', href: 'docs.html'}, 'API documentation')));

/** Explains the keyboard shortcuts. */
export const keyHelp = () => dialog('Keyboard shortcuts', pairs(KEYS, 'help-table keys'));

/** The SMTP host and port that an application must be configured with. */
export function smtpAddress(listeners) {
    const split = listeners.map(text => /^(.*):(\d+)$/.exec(text)).filter(found => found);
    const [, host, port] = split[0] ?? ['', 'localhost', '1025'];
    const bare = host.replace(/^\[|\]$/g, '');
    if (bare === '127.0.0.1' || bare === '::1' || bare === 'localhost') {
        return {host: 'localhost', port};
    }
    return bare === '0.0.0.0' || bare === '::' || /^[0:]+$/.test(bare) ? {host: location.hostname, port} : {host, port};
}

const TLS = {off: 'none', optional: 'STARTTLS (optional)', required: 'STARTTLS (required)'};
const AUTH = {off: 'none', optional: 'optional', required: 'required'};

/** The options that curl needs. The certificate may be self-signed. */
function curlAccess({tls, auth}) {
    return (tls === 'required' ? ' --ssl-reqd --insecure' : '') + (auth === 'required' ? ' --user NAME:PASSWORD' : '');
}

/** A shell command that sends a message. */
export function curlCommand(about) {
    const {host, port} = smtpAddress(about.smtp);
    return `printf 'From: me@example.org\\r\\nTo: you@example.org\\r\\nSubject: Hello\\r\\n\\r\\nHello, Boxcar.\\r\\n' | `
        + `curl -s smtp://${host}:${port} --mail-from me@example.org --mail-rcpt you@example.org${curlAccess(about)} -T -`;
}

/** Shown instead of an empty list: how to send the first message. */
export function firstMail(about) {
    const {host, port} = smtpAddress(about.smtp);
    const settings = `SMTP_HOST=${host} SMTP_PORT=${port}`;
    return h('div', {class: 'first-mail'},
        h('h2', {}, 'No mail yet'),
        h('p', {}, 'Boxcar catches everything your application sends to this address. Nothing is delivered.'),
        h('dl', {class: 'where'}, h('dt', {}, 'Host'), h('dd', {}, h('code', {}, host)), h('dt', {}, 'Port'), h('dd', {}, h('code', {}, port)),
            h('dt', {}, 'TLS'), h('dd', {}, TLS[about.tls]), h('dt', {}, 'User'), h('dd', {}, AUTH[about.auth])),
        h('h3', {}, 'In your application'), copyable(settings),
        h('h3', {}, 'Or from a shell'), copyable(curlCommand(about)));
}

/** Text with a button that copies it. */
export function copyable(text) {
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
