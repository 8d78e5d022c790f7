// SPDX-License-Identifier: Apache-2.0
// Most of the tabs. Each function draws into a panel. Its signal is aborted when another tab is opened.

import * as api from './api.js';
import {h, icon, longTime, bytes} from './dom.js';

const MAX_SOURCE_BYTES = 1024 * 1024;
const WIDTHS = [['phone', 'Phone, 375 px', 375], ['tablet', 'Tablet, 768 px', 768], ['full', 'Full width', 0]];

let width = 0;

/** The HTML in a sandboxed frame: no scripts, no forms, and only the message's own parts are loaded. */
export function rendered(panel, message) {
    if (!message.html) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no HTML.'));
        return;
    }
    let remote = false;
    const stage = h('div', {class: 'stage'});
    const show = () => {
        const frame = h('iframe', {
            sandbox: 'allow-popups allow-popups-to-escape-sandbox', title: 'The message as HTML', referrerpolicy: 'no-referrer',
            src: api.viewUrl(message, remote),
        });
        frame.style.maxWidth = width ? `${width}px` : '';
        stage.classList.toggle('narrow', width > 0);
        stage.replaceChildren(frame);
    };
    const widths = WIDTHS.map(([name, label, pixels]) => h('button', {
        type: 'button', class: 'icon-button', title: label, 'aria-label': label, 'aria-pressed': String(width === pixels),
        onclick: event => {
            width = pixels;
            widths.forEach(other => other.setAttribute('aria-pressed', String(other === event.currentTarget)));
            stage.classList.toggle('narrow', width > 0);
            stage.firstChild.style.maxWidth = width ? `${width}px` : '';
        },
    }, icon(name)));
    const switchRemote = h('label', {class: 'switch'},
        h('input', {type: 'checkbox', onchange: event => {
            remote = event.target.checked;
            show();
        }}),
        'Load remote content');
    panel.append(
        h('div', {class: 'panel-bar'}, h('div', {class: 'group', role: 'group', 'aria-label': 'Width'}, ...widths), switchRemote),
        stage);
    show();
}

/** The plain text, with clickable links. */
export function text(panel, message) {
    if (!message.text) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no plain text.'));
        return;
    }
    const parts = message.text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/);
    panel.append(h('pre', {class: 'text'},
        ...parts.map((part, index) => (index % 2 ? h('a', {href: part, target: '_blank', rel: 'noreferrer noopener'}, part) : part))));
}

/** All header fields, in order, with encoded words decoded. The tooltip has the value as it was sent. */
export function headers(panel, message) {
    panel.append(h('div', {class: 'scroll'}, h('table', {class: 'fields'},
        h('thead', {class: 'hidden'}, h('tr', {}, h('th', {}, 'Field'), h('th', {}, 'Value'))),
        h('tbody', {}, ...message.headers.map(({name, value, decoded}) =>
            h('tr', {}, h('th', {scope: 'row'}, name), h('td', {title: decoded === value.trim() ? null : value}, decoded)))))));
}

/** The message as it was received. */
export async function source(panel, message, signal) {
    const pre = h('pre', {class: 'source'}, 'Loading…');
    panel.append(pre);
    try {
        const {text: content, whole} = await api.beginning(api.rawUrl(message), MAX_SOURCE_BYTES, signal);
        pre.textContent = content;
        if (!whole) {
            panel.prepend(h('p', {class: 'note'}, `The first ${bytes(MAX_SOURCE_BYTES)} of ${bytes(message.size)}. `,
                h('a', {href: api.downloadUrl(message), download: `${message.id}.eml`}, 'Download the whole message')));
        }
    } catch (failure) {
        if (failure.name !== 'AbortError') {
            pre.textContent = failure.message;
        }
    }
}

/** The envelope: paths and parameters in order, with duplicates, and facts about the session. */
export function envelope(panel, message) {
    const {envelope: data} = message;
    panel.append(h('div', {class: 'scroll'},
        h('table', {class: 'fields'}, h('tbody', {},
            row('Reverse-path', code(data.reversePath), parameters(data.parameters)),
            ...data.forwardPaths.map((to, index) =>
                row(index === 0 ? 'Forward-paths' : '', code(to.path), parameters(to.parameters))),
            row('Client', data.client),
            row('EHLO or HELO', data.helo),
            row('Protocol', data.protocol),
            message.user && row('User', message.user),
            message.listener && row('Listener', message.listener),
            data.flags.length > 0 && row('Flags', data.flags.join(', ')),
            row('Session', code(message.session)),
            row('Message', code(message.id)),
            row('Received', longTime(message.received))))));
}

const row = (name, ...value) => h('tr', {}, h('th', {scope: 'row'}, name), h('td', {}, ...value));
const code = value => h('code', {}, value);
const parameters = value => (value ? h('span', {class: 'parameters'}, value) : null);
