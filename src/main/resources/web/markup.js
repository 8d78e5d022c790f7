// SPDX-License-Identifier: Apache-2.0
// The HTML tab: the source of the HTML, highlighted, and indented on request. The source is only split into pieces of text, never parsed
// as HTML by the browser.

import * as api from './api.js';
import {bytes, h} from './dom.js';

const MAX_CHARACTERS = 256 * 1024;
const MAX_INDENT = 24;
const MAX_SHORT = 80;
const RAW = new Set(['style', 'script', 'title', 'textarea']);
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
const BLOCK = new Set(['html', 'head', 'body', 'title', 'style', 'script', 'meta', 'link', 'base', 'div', 'p', 'table', 'thead', 'tbody', 'tfoot',
    'tr', 'td', 'th', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'center', 'section', 'article', 'header', 'footer', 'main', 'nav', 'aside', 'form',
    'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'figure', 'figcaption', 'col', 'colgroup', 'caption', 'address']);

let indented = true;

/** Draws the tab. */
export function markup(panel, message) {
    if (!message.html) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no HTML.'));
        return;
    }
    const html = message.html.slice(0, MAX_CHARACTERS);
    const pre = h('pre', {class: 'source markup'});
    const show = () => {
        const pieces = tokens(html);
        pre.replaceChildren(...(indented ? indent(pieces) : pieces).flatMap(drawn));
        buttons.forEach(button => button.setAttribute('aria-pressed', String((button.dataset.indented === 'yes') === indented)));
    };
    const buttons = [['yes', 'Indented'], ['no', 'As sent']].map(([value, label]) => h('button', {
        type: 'button', class: 'choice', 'data-indented': value, onclick: () => {
            indented = value === 'yes';
            show();
        },
    }, label));
    panel.append(
        h('div', {class: 'panel-bar'}, h('div', {class: 'group', role: 'group', 'aria-label': 'Format'}, ...buttons),
            h('span', {class: 'quiet'}, bytes(new Blob([message.html]).size)),
            html.length < message.html.length && h('span', {class: 'note'}, `The beginning only. `,
                h('a', {href: api.downloadUrl(message), download: `${message.id}.eml`}, 'Download the whole message'))),
        h('div', {class: 'markup-stage', tabindex: 0, role: 'region', 'aria-label': 'HTML source'}, pre));
    show();
}

/** The pieces of HTML: tags with their name and the text between name and end, comments, and text. Linear in the length. */
export function tokens(html) {
    const pieces = [];
    let at = 0;
    const text = to => {
        if (to > at) {
            pieces.push({kind: 'text', text: html.slice(at, to)});
        }
        at = to;
    };
    while (at < html.length) {
        const start = nextTag(html, at);
        text(start);
        if (at === html.length) {
            break;
        }
        const end = html.startsWith('<!--', at) ? after(html, '-->', at + 4) : html[at + 1] === '!' ? after(html, '>', at) : tagEnd(html, at);
        if (end < 0) {
            text(html.length);
            break;
        }
        const piece = html.slice(at, end);
        at = end;
        if (piece[1] === '!') {
            pieces.push({kind: 'comment', text: piece});
            continue;
        }
        const [, slash, name, rest] = /^<(\/?)([^\s/>]+)([^]*)>$/.exec(piece);
        const tag = {kind: 'tag', name, closes: slash === '/', rest, lower: name.toLowerCase()};
        pieces.push(tag);
        if (!tag.closes && RAW.has(tag.lower)) {
            const rawEnd = new RegExp(`</${tag.lower}`, 'gi');
            rawEnd.lastIndex = at;
            const found = rawEnd.exec(html);
            const to = found ? found.index : html.length;
            if (to > at) {
                pieces.push({kind: 'raw', text: html.slice(at, to)});
            }
            at = to;
        }
    }
    return pieces;
}

/** The index of the next tag or comment, or the length. */
function nextTag(html, from) {
    const tag = /<(?:[a-z!]|\/[a-z])/gi;
    tag.lastIndex = from;
    return tag.exec(html)?.index ?? html.length;
}

function after(html, text, from) {
    const found = html.indexOf(text, from);
    return found < 0 ? -1 : found + text.length;
}

/** The index after the tag that begins here, or -1. A > in quotes does not end it. */
function tagEnd(html, from) {
    let quote = '';
    for (let at = from; at < html.length; at++) {
        const character = html[at];
        if (quote) {
            quote = character === quote ? '' : quote;
        } else if (character === '>') {
            return at + 1;
        } else if ((character === '"' || character === "'") && html[at - 1] === '=') {
            quote = character;
        }
    }
    return -1;
}

/** The pieces with line breaks and indentation: each block on its own lines. */
function indent(pieces) {
    const out = [];
    let depth = 0;
    let fresh = true;
    const line = () => {
        if (!fresh) {
            out.push({kind: 'text', text: '\n'});
        }
        fresh = true;
    };
    const add = piece => {
        if (fresh) {
            out.push({kind: 'text', text: '  '.repeat(Math.min(MAX_INDENT, depth))});
        }
        out.push(piece);
        fresh = false;
    };
    for (let index = 0; index < pieces.length; index++) {
        const piece = pieces[index];
        if (isShort(pieces, index)) {
            line();
            add(piece);
            out.push({...pieces[index + 1], text: pieces[index + 1].text.trim()}, pieces[index + 2]);
            line();
            index += 2;
        } else if (piece.kind === 'text') {
            const words = piece.text.replace(/\s+/g, ' ');
            if (words.trim() || !fresh) {
                add({kind: 'text', text: fresh ? words.trimStart() : words});
            }
        } else if (piece.kind === 'raw') {
            for (const one of piece.text.split('\n').map(part => part.trim()).filter(part => part)) {
                line();
                add({kind: 'raw', text: one});
            }
            line();
        } else if (piece.kind === 'comment') {
            line();
            add(piece);
            line();
        } else if (BLOCK.has(piece.lower)) {
            depth = Math.max(0, depth - (piece.closes ? 1 : 0));
            line();
            add(piece);
            line();
            depth += piece.closes || VOID.has(piece.lower) || piece.rest.endsWith('/') ? 0 : 1;
        } else {
            add(piece);
            if (piece.lower === 'br') {
                line();
            }
        }
    }
    return out;
}

/** Whether a block begins here that has only a short text. */
function isShort(pieces, index) {
    const [open, text, close] = pieces.slice(index, index + 3);
    return close?.kind === 'tag' && open.kind === 'tag' && !open.closes && BLOCK.has(open.lower) && close.closes && close.lower === open.lower
        && text.kind !== 'tag' && text.kind !== 'comment' && text.text.trim().length <= MAX_SHORT && !text.text.trim().includes('\n');
}

/** The elements of one piece. */
function drawn(piece) {
    if (piece.kind === 'text') {
        return [piece.text];
    }
    if (piece.kind !== 'tag') {
        return [h('span', {class: `m-${piece.kind}`}, piece.text)];
    }
    const attributes = piece.rest.split(/("[^"]*"|'[^']*')/).map((part, index) =>
        h('span', {class: index % 2 ? 'm-value' : 'm-attribute'}, part));
    return [h('span', {class: 'm-tag'}, `<${piece.closes ? '/' : ''}${piece.name}`), ...attributes, h('span', {class: 'm-tag'}, '>')];
}
