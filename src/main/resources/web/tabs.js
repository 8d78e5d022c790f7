// SPDX-License-Identifier: Apache-2.0
// What is behind the tabs, but for Train. Each draws into a panel, and stops when its signal says that another tab is open.

import * as api from './api.js';
import {h, icon, longTime, octets} from './dom.js';

const MOST_SOURCE = 1024 * 1024;
const MOST_PREVIEW = 256 * 1024;
const IMAGE = /^image\/(png|jpeg|gif|webp|bmp|avif|svg\+xml|x-icon)$/i;
const TEXT = /^(text\/|application\/(json|xml|x-yaml|javascript)|message\/)/i;
const WIDTHS = [['phone', 'Phone, 375 px', 375], ['tablet', 'Tablet, 768 px', 768], ['full', 'Full width', 0]];

let width = 0;

/** The HTML in a frame that may run nothing, be no form, and reach nothing but its own parts. */
export function rendered(panel, message) {
    if (!message.html) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no HTML.'));
        return;
    }
    let remote = false;
    const place = h('div', {class: 'stage'});
    const show = () => {
        const frame = h('iframe', {
            sandbox: 'allow-popups allow-popups-to-escape-sandbox', title: 'The message as HTML', referrerpolicy: 'no-referrer',
            src: api.viewAddress(message.id, remote),
        });
        frame.style.maxWidth = width ? `${width}px` : '';
        place.classList.toggle('narrow', width > 0);
        place.replaceChildren(frame);
    };
    const widths = WIDTHS.map(([name, label, pixels]) => h('button', {
        type: 'button', class: 'icon-button', title: label, 'aria-label': label, 'aria-pressed': String(width === pixels),
        onclick: event => {
            width = pixels;
            widths.forEach(other => other.setAttribute('aria-pressed', String(other === event.currentTarget)));
            place.classList.toggle('narrow', width > 0);
            place.firstChild.style.maxWidth = width ? `${width}px` : '';
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
        place);
    show();
}

/** The plain text, with its links. */
export function text(panel, message) {
    if (!message.text) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no plain text.'));
        return;
    }
    const parts = message.text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/);
    panel.append(h('pre', {class: 'text'},
        ...parts.map((part, place) => (place % 2 ? h('a', {href: part, target: '_blank', rel: 'noreferrer noopener'}, part) : part))));
}

/** Every field, in order. */
export function headers(panel, message) {
    panel.append(h('div', {class: 'scroll'}, h('table', {class: 'fields'},
        h('thead', {class: 'hidden'}, h('tr', {}, h('th', {}, 'Field'), h('th', {}, 'Value'))),
        h('tbody', {}, ...message.headers.map(({name, value}) =>
            h('tr', {}, h('th', {scope: 'row'}, name), h('td', {}, value)))))));
}

/** The octets as they came. */
export async function source(panel, message, signal) {
    const pre = h('pre', {class: 'source'}, 'Loading');
    panel.append(pre);
    try {
        const {text: octetsAsText, whole} = await api.beginning(api.rawAddress(message.id), MOST_SOURCE, signal);
        pre.textContent = octetsAsText;
        if (!whole) {
            panel.prepend(h('p', {class: 'note'}, `The first ${octets(MOST_SOURCE)} of ${octets(message.size)}. `,
                h('a', {href: api.downloadAddress(message.id), download: `${message.id}.eml`}, 'Download all of it')));
        }
    } catch (failure) {
        if (failure.name !== 'AbortError') {
            pre.textContent = failure.message;
        }
    }
}

/** Attachments and what stands within the text: previews, sums, downloads. */
export function parts(panel, message, signal) {
    const all = [...message.attachments.map(part => [part, 'attached']), ...message.inline.map(part => [part, 'inline'])];
    if (all.length === 0) {
        panel.append(h('p', {class: 'nothing'}, 'Nothing is attached.'));
        return;
    }
    panel.append(h('ul', {class: 'parts'}, ...all.map(([part, how]) => {
        const name = part.fileName || part.contentId || `part ${part.part}`;
        return h('li', {},
            h('div', {class: 'part-head'},
                h('strong', {}, name),
                h('span', {}, `${part.contentType}, ${octets(part.size)}, ${how}`),
                h('a', {class: 'button', href: api.partDownload(message.id, part.part), download: part.fileName || true},
                    icon('download'), 'Download')),
            preview(message, part, name, signal),
            h('details', {}, h('summary', {}, 'Checksums'), h('dl', {class: 'sums'},
                ...['md5', 'sha1', 'sha256'].flatMap(sum => [h('dt', {}, sum), h('dd', {}, part[sum])]))));
    })));
}

function preview(message, part, name, signal) {
    if (IMAGE.test(part.contentType)) {
        return h('img', {class: 'preview', src: api.partAddress(message.id, part.part), alt: name, loading: 'lazy'});
    }
    if (!TEXT.test(part.contentType)) {
        return null;
    }
    const pre = h('pre', {class: 'preview'});
    return h('details', {ontoggle: async () => {
        if (pre.textContent) {
            return;
        }
        try {
            const start = await api.beginning(api.partAddress(message.id, part.part), MOST_PREVIEW, signal);
            pre.textContent = start.text + (start.whole ? '' : '\n…');
        } catch (failure) {
            pre.textContent = failure.name === 'AbortError' ? '' : failure.message;
        }
    }}, h('summary', {}, 'Preview'), pre);
}

/** What the session said around the message: paths and parameters, in order, duplicates kept. */
export function envelope(panel, message) {
    const {envelope: said} = message;
    panel.append(h('div', {class: 'scroll'},
        h('table', {class: 'fields'}, h('tbody', {},
            row('Reverse-path', code(said.reversePath), parameters(said.parameters)),
            ...said.forwardPaths.map((to, place) =>
                row(place === 0 ? 'Forward-paths' : '', code(to.path), parameters(to.parameters))),
            row('Client', said.client),
            row('EHLO or HELO', said.helo),
            row('Protocol', said.protocol),
            message.user && row('User', message.user),
            message.listener && row('Listener', message.listener),
            said.flags.length > 0 && row('Flags', said.flags.join(', ')),
            row('Session', code(message.session)),
            row('Message', code(message.id)),
            row('Received', longTime(message.received))))));
}

const row = (name, ...value) => h('tr', {}, h('th', {scope: 'row'}, name), h('td', {}, ...value));
const code = value => h('code', {}, value);
const parameters = value => (value ? h('span', {class: 'parameters'}, value) : null);
