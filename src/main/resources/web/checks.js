// SPDX-License-Identifier: Apache-2.0
// The tabs that check a message: how mail programs support its HTML, whether its links work, and what SpamAssassin says.

import * as api from './api.js';
import {h, s} from './dom.js';

const SUPPORT = {yes: 'supported', partial: 'partly supported', no: 'not supported', unknown: 'unknown'};
const percent = value => `${Number(value.toFixed(1))} %`;

/**
 * Loads a check and draws it. If the server says that the check is not available, calls {@code act.checkUnavailable}.
 */
async function load(place, request, name, act, signal, draw) {
    place.replaceChildren(h('p', {class: 'nothing', role: 'status'}, 'Checking…'));
    try {
        const result = await request();
        if (!signal.aborted) {
            place.replaceChildren(...draw(result).filter(one => one));
        }
    } catch (failure) {
        if (signal.aborted || failure.name === 'AbortError') {
            return;
        }
        if (isUnavailable(failure)) {
            act.checkUnavailable(name, failure.message);
        } else {
            place.replaceChildren(h('p', {class: 'nothing', role: 'alert'}, failure.message));
        }
    }
}

const isUnavailable = ({status, message}) =>
    [404, 405, 501].includes(status) || (status === 400 && /not (supported|configured|enabled|available)|is off|disabled/i.test(message));

/** A bar of shares, and the same in words. */
function shares(parts) {
    const total = Math.max(1, parts.reduce((sum, [, value]) => sum + value, 0));
    let x = 0;
    const bars = parts.map(([kind, value]) => {
        const width = (100 * value) / total;
        const bar = s('rect', {class: `share-${kind}`, x, y: 0, width, height: 10});
        x += width;
        return bar;
    });
    return h('div', {class: 'shares'},
        s('svg', {viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, ...bars),
        h('span', {}, parts.filter(([, value]) => value > 0).map(([kind, value]) => `${percent(value)} ${SUPPORT[kind]}`).join(', ')));
}

const sharesOf = ({Supported = 0, Partial = 0, Unsupported = 0}) => shares([['yes', Supported], ['partial', Partial], ['no', Unsupported]]);

/** Only http links from the data become links. */
const reference = url => /^https?:\/\//i.test(url ?? '') && h('a', {href: url, target: '_blank', rel: 'noreferrer noopener'}, 'Can I email');

const ENTITIES = {lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", nbsp: ' '};
const plain = text => text.replace(/<[^>]*>/g, '').replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (_, name) => ENTITIES[name]);

/** A text of the data. Its {@code <code>} elements become elements, and all other markup is left out. */
const described = text => text.split(/<code>([^]*?)<\/code>/).map((part, index) => (index % 2 ? h('code', {}, plain(part)) : plain(part)));

/** How mail programs support the HTML and CSS of the message, by the data of Can I email. */
export function htmlCheck(panel, message, signal, act) {
    if (!message.html) {
        panel.append(h('p', {class: 'nothing'}, 'This message has no HTML.'));
        return;
    }
    const place = h('div', {});
    panel.append(place);
    load(place, () => api.htmlCheck(message.id, signal), 'html', act, signal, ({Total: total, Warnings: warnings}) => [
        h('section', {class: 'check-head', 'aria-label': 'Result'},
            h('p', {class: 'verdict'}, `Mail programs support ${percent(total.Supported)} of what this HTML uses`),
            sharesOf(total),
            h('p', {class: 'quiet'}, `${total.Tests} features tested, in ${total.Nodes} elements`)),
        (warnings ?? []).length === 0 && h('p', {class: 'nothing'}, 'No warnings.'),
        ...(warnings ?? []).map(warning),
    ]);
}

function warning({Title: title, Description: description, URL: url, Category: category, Results: results, NotesByNumber: notes, Score: score}) {
    const bad = ['no', 'partial', 'unknown'].flatMap(kind => (results ?? []).filter(({Support: support}) => support === kind));
    const numbers = new Set(bad.flatMap(({NoteNumber: note}) => `${note ?? ''}`.match(/\d+/g) ?? []));
    return h('details', {class: 'warning'},
        h('summary', {}, h('strong', {}, title), h('span', {class: 'mark'}, category),
            h('span', {class: 'quiet'}, `${score.Found} ${score.Found === 1 ? 'use' : 'uses'}`), sharesOf(score)),
        h('div', {class: 'warning-text'},
            description && h('p', {}, ...described(description)),
            bad.length > 0 && h('div', {class: 'scroll'}, h('table', {class: 'fields'},
                h('thead', {}, h('tr', {}, ...['Mail program', 'Support'].map(name => h('th', {scope: 'col'}, name)))),
                h('tbody', {}, ...bad.map(one => h('tr', {},
                    h('td', {}, one.Name),
                    h('td', {}, h('span', {class: one.Support === 'no' ? 'mark bad' : 'mark'}, SUPPORT[one.Support] ?? one.Support),
                        one.NoteNumber && h('sup', {}, one.NoteNumber))))))),
            numbers.size > 0 && h('ol', {class: 'check-notes'}, ...[...numbers].filter(number => notes?.[number]).map(number =>
                h('li', {value: number}, ...described(notes[number])))),
            reference(url)));
}

/** Whether the links work. The server contacts other hosts only when the user asks for it. */
export function linkCheck(panel, message, signal, act) {
    const follow = h('input', {type: 'checkbox'});
    const place = h('div', {});
    const start = h('button', {type: 'button', class: 'danger', onclick: () => {
        start.disabled = true;
        load(place, () => api.linkCheck(message.id, follow.checked, signal), 'links', act, signal, result => [links(result)])
            .finally(() => { start.disabled = false; });
    }}, 'Check the links');
    panel.append(
        h('p', {}, 'Boxcar requests every link of this message. The hosts of the links see that.'),
        h('div', {class: 'check-start'}, start, h('label', {class: 'switch'}, follow, 'Follow redirects')),
        place);
}

function links({Errors: errors, Links: found}) {
    const all = [...(found ?? [])].sort((one, other) => isBroken(other) - isBroken(one));
    if (all.length === 0) {
        return h('p', {class: 'nothing'}, 'This message has no links.');
    }
    return h('section', {'aria-label': 'Result'},
        h('p', {class: 'verdict'}, errors === 0 ? `All ${all.length} links work` : `${errors} of ${all.length} ${all.length === 1 ? 'link' : 'links'} failed`),
        h('ul', {class: 'checked-links'}, ...all.map(link => h('li', {},
            h('span', {class: isBroken(link) ? 'mark bad' : link.StatusCode >= 300 ? 'mark' : 'mark good'}, link.StatusCode || 'failed'),
            h('span', {class: 'link-url'}, link.URL), h('span', {class: 'quiet'}, link.Status)))));
}

const isBroken = ({StatusCode: status}) => Number(status < 200 || status >= 400);

/** What SpamAssassin says. */
export function spamCheck(panel, message, signal, act) {
    const place = h('div', {});
    panel.append(place);
    load(place, () => api.spamCheck(message.id, signal), 'spam', act, signal, ({Error: error, IsSpam: isSpam, Score: score, Rules: rules}) => (error
        ? [h('p', {class: 'nothing', role: 'alert'}, error)]
        : [h('section', {class: 'check-head', 'aria-label': 'Result'},
            h('p', {class: 'verdict'}, isSpam ? 'SpamAssassin takes this message for spam ' : 'SpamAssassin does not take this message for spam ',
                h('span', {class: isSpam ? 'mark bad' : 'mark good'}, `score ${score}`))),
        (rules ?? []).length > 0 && h('div', {class: 'scroll'}, h('table', {class: 'fields spam-rules'},
            h('thead', {}, h('tr', {}, ...['Score', 'Rule', 'Description'].map(name => h('th', {scope: 'col'}, name)))),
            h('tbody', {}, ...[...rules].sort((one, other) => other.Score - one.Score).map(rule => h('tr', {},
                h('td', {class: rule.Score > 0 ? 'score-bad' : rule.Score < 0 ? 'score-good' : null}, rule.Score),
                h('td', {}, h('code', {}, rule.Name)), h('td', {}, rule.Description))))))]));
}
