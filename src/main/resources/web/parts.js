// SPDX-License-Identifier: Apache-2.0
// The Parts tab: the MIME tree, and the attachments and inline parts with previews, checksums and downloads.

import * as api from './api.js';
import {bytes, h, icon} from './dom.js';

const MAX_PREVIEW_BYTES = 256 * 1024;
const IMAGE = /^image\/(png|jpeg|gif|webp|bmp|avif|svg\+xml|x-icon)$/i;
const TEXT = /^(text\/|application\/(json|xml|x-yaml|javascript)|message\/)/i;
const MESSAGE = /^message\/(rfc822|global)$/i;
const PDF = 'application/pdf';

/** Draws the tab. {@code act.openPart(part)} opens a part that is a message. */
export function parts(panel, message, signal, act) {
    const all = [...message.attachments.map(part => [part, 'attachment']), ...message.inline.map(part => [part, 'inline'])];
    panel.append(h('section', {class: 'outline', 'aria-label': 'MIME structure'}, tree(message, act)));
    if (all.length === 0) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no attachments.'));
        return;
    }
    panel.append(h('ul', {class: 'parts'}, ...all.map(([part, kind]) => {
        const name = part.fileName || part.contentId || `part ${part.part}`;
        return h('li', {},
            h('div', {class: 'part-head'},
                h('strong', {}, name),
                h('span', {}, `${part.contentType}, ${bytes(part.size)}, ${kind}`),
                isMessage(part) && openButton(part, act),
                h('a', {class: 'button', href: api.partDownloadUrl(message.id, part.part), download: part.fileName || true},
                    icon('download'), 'Download')),
            preview(message, part, name, signal),
            h('details', {}, h('summary', {}, 'Checksums'), h('dl', {class: 'sums'},
                ...['md5', 'sha1', 'sha256'].flatMap(sum => [h('dt', {}, sum), h('dd', {}, part[sum])]))));
    })));
}

const isMessage = part => MESSAGE.test(part.contentType) || /\.eml$/i.test(part.fileName);

const openButton = (part, act) =>
    h('button', {type: 'button', onclick: () => act.openPart(part.part)}, icon('unread'), 'Open message');

/** The parts as nested lists. */
function tree(message, act) {
    const top = h('ul', {});
    const lists = [top];
    for (const part of message.outline) {
        const depth = depthOf(part.part);
        const item = h('li', {}, h('div', {class: 'node'},
            h('code', {}, part.contentType),
            part.fileName && h('span', {class: 'node-name'}, part.fileName),
            !isMultipart(part) && h('span', {class: 'node-size'}, bytes(part.size)),
            h('span', {class: 'node-number'}, part.part && `part ${part.part}`),
            isMessage(part) && h('button', {type: 'button', class: 'link', onclick: () => act.openPart(part.part)}, 'open')));
        const parent = lists[Math.min(depth, lists.length - 1)];
        parent.append(item);
        if (isMultipart(part)) {
            const inner = h('ul', {});
            item.append(inner);
            lists.splice(lists.indexOf(parent) + 1, lists.length, inner);
        }
    }
    return top;
}

const isMultipart = part => part.contentType.startsWith('multipart/');

/** How many multiparts a part is in: its number has one element for each. */
function depthOf(number) {
    const own = number.slice(number.lastIndexOf(':') + 1);
    return own === '' || own === '0' ? 0 : own.split('.').length;
}

function preview(message, part, name, signal) {
    if (IMAGE.test(part.contentType)) {
        return h('img', {class: 'preview', src: api.partUrl(message.id, part.part), alt: name, loading: 'lazy'});
    }
    if (part.contentType === PDF && navigator.pdfViewerEnabled) {
        return h('iframe', {class: 'preview', src: api.partUrl(message.id, part.part), title: name, referrerpolicy: 'no-referrer'});
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
            const start = await api.beginning(api.partUrl(message.id, part.part), MAX_PREVIEW_BYTES, signal);
            pre.textContent = start.text + (start.whole ? '' : '\n…');
        } catch (failure) {
            pre.textContent = failure.name === 'AbortError' ? '' : failure.message;
        }
    }}, h('summary', {}, 'Preview'), pre);
}
