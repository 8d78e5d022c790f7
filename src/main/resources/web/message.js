// SPDX-License-Identifier: Apache-2.0
// The open message: its header, and the tabs.

import * as api from './api.js';
import {address, bytes, dialog, h, icon, iconButton, longTime, toast} from './dom.js';
import {calendar, calendarParts} from './calendar.js';
import {htmlCheck, linkCheck, spamCheck} from './checks.js';
import {markup} from './markup.js';
import {parts} from './parts.js';
import {envelope, headers, rendered, source, text} from './tabs.js';
import {train} from './train.js';

/** Name, label, what draws it, and a test whether a message has it, if not all have. */
const TABS = [
    ['rendered', 'Rendered', rendered],
    ['text', 'Text', text],
    ['headers', 'Headers', headers],
    ['source', 'Source', source],
    ['parts', 'Parts', parts],
    ['envelope', 'Envelope', envelope],
    ['train', 'Train', train],
    ['html', 'HTML', markup],
    ['html-check', 'HTML check', htmlCheck, (message, {checks}) => checks.html && !message.part],
    ['link-check', 'Links', linkCheck, (message, {checks}) => checks.links && !message.part],
    ['spam-check', 'Spam', spamCheck, (message, {checks}) => checks.spam && !message.part],
    ['calendar', 'Calendar', calendar, message => calendarParts(message).length > 0],
];
/** A message that is a part of another one has no envelope and no session. */
const OUTER_TABS = ['envelope', 'train'];

/**
 * Shows a message, or a message that is a part of another one. {@code act} has the actions that also change the list or
 * the URL: close, remove, unread, openPart and closePart.
 */
export class MessageView {
    constructor(act, settings) {
        this.act = act;
        this.settings = settings;
        this.preferredTab = null;
        this.actions = {...act, checkUnavailable: (name, reason) => this.checkUnavailable(name, reason)};
        this.element = h('article', {class: 'message', 'aria-label': 'Message'});
        this.clear();
    }

    clear() {
        this.request?.abort();
        this.message = null;
        this.element.replaceChildren(h('p', {class: 'nothing'}, 'No message is open.'));
    }

    /** Whether this message, or this part of it, is shown. */
    shows(id, part) {
        return this.message?.id === id && (this.message.part ?? '') === part;
    }

    /** Loads and shows a message, or the message in a part of it. Returns false if that failed. */
    async show(id, part) {
        this.request?.abort();
        this.request = new AbortController();
        const {signal} = this.request;
        try {
            const message = await (part ? api.embedded(id, part, signal) : api.message(id, signal));
            if (!signal.aborted) {
                this.message = message;
                this.draw();
            }
            return true;
        } catch (failure) {
            if (failure.name !== 'AbortError') {
                this.clear();
                this.element.replaceChildren(h('p', {class: 'nothing'},
                    failure.status === 404 ? 'This message has been deleted.' : failure.message));
            }
            return failure.name === 'AbortError';
        }
    }

    draw() {
        const {message} = this;
        this.tabs = this.tabsOf(message).map(([name, label], number) => h('button', {
            type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'panel', 'data-tab': name,
            title: `${label} (${number + 1})`, onclick: () => this.open(name),
        }, label, name === 'parts' && count(message)));
        this.panel = h('div', {id: 'panel', class: 'panel', role: 'tabpanel', tabindex: 0});
        this.element.replaceChildren(
            message.part ? this.embeddedHead() : this.head(),
            h('div', {class: 'tablist', role: 'tablist', 'aria-label': 'Views of the message', onkeydown: event => this.arrows(event)},
                ...this.tabs),
            this.panel);
        const exists = this.tabs.some(tab => tab.dataset.tab === this.preferredTab);
        const preferred = message.part || !exists ? null : this.preferredTab;
        this.open(preferred === null || (preferred === 'rendered' && !message.html) ? first(message) : preferred, true);
    }

    /** The server says that it does not have a check: hides its tab from now on. */
    checkUnavailable(name, reason) {
        this.settings.checks[name] = false;
        this.preferredTab = null;
        this.draw();
        toast(reason);
    }

    tabsOf(message) {
        return TABS.filter(([name, , , isFor]) => (!isFor || isFor(message, this.settings)) && !(message.part && OUTER_TABS.includes(name)));
    }

    head() {
        const {message} = this;
        this.tagArea = h('div', {class: 'tags'});
        this.drawTags();
        return h('header', {class: 'message-head'},
            h('div', {class: 'message-bar'},
                iconButton('back', 'Back to the list (Escape)', this.act.close, {class: 'icon-button back'}),
                heading(message),
                h('div', {class: 'actions'},
                    iconButton('unread', 'Mark as unread (u)', this.act.unread),
                    this.settings.mayRelease && iconButton('send', 'Release to a server', () => this.release()),
                    downloadLink(message),
                    iconButton('trash', 'Delete (#)', this.act.remove))),
            people(message, message.sender || '<>'),
            h('div', {class: 'facts'},
                h('time', {datetime: message.received}, `Received ${longTime(message.received)}`),
                dateField(message),
                h('span', {}, bytes(message.size)),
                this.tagArea));
    }

    embeddedHead() {
        const {message} = this;
        return h('header', {class: 'message-head embedded'},
            h('button', {type: 'button', class: 'way-back', onclick: this.act.closePart},
                icon('back'), `Back to the message that contains this one (part ${message.part})`),
            h('div', {class: 'message-bar'}, heading(message), h('div', {class: 'actions'}, downloadLink(message))),
            people(message, ''),
            h('div', {class: 'facts'}, dateField(message), h('span', {}, bytes(message.size))));
    }

    /** Opens a tab by its name, or by its number, which starts at 1. */
    open(name, automatic = false) {
        if (!this.message) {
            return;
        }
        const wanted = typeof name === 'number' ? this.tabs[name - 1]?.dataset.tab : name;
        if (!wanted) {
            return;
        }
        const [key, label, draw] = TABS.find(tab => tab[0] === wanted);
        if (!automatic && !this.message.part) {
            this.preferredTab = key;
        }
        for (const tab of this.tabs) {
            const open = tab.dataset.tab === key;
            tab.setAttribute('aria-selected', open);
            tab.tabIndex = open ? 0 : -1;
            if (open) {
                tab.scrollIntoView({block: 'nearest', inline: 'nearest'});
            }
        }
        this.tabClosed?.abort();
        this.tabClosed = new AbortController();
        this.panel.className = `panel panel-${key}`;
        this.panel.setAttribute('aria-labelledby', `tab-${key}`);
        this.panel.scrollTop = 0;
        this.panel.replaceChildren();
        draw(this.panel, this.message, this.tabClosed.signal, this.actions);
        this.panel.dataset.tab = label;
    }

    arrows(event) {
        const move = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (move) {
            const at = this.tabs.findIndex(tab => tab.tabIndex === 0);
            const to = this.tabs[(at + move + this.tabs.length) % this.tabs.length];
            this.open(to.dataset.tab);
            to.focus();
            event.preventDefault();
            event.stopPropagation();
        }
    }

    /** The tags of the message were changed, on this page or elsewhere. */
    tagged(tags) {
        if (this.message.part) {
            return;
        }
        this.message.tags = tags;
        this.drawTags();
    }

    drawTags() {
        const {message} = this;
        this.tagArea.replaceChildren(
            ...message.tags.map(tag => h('span', {class: 'tag'}, tag,
                h('button', {
                    type: 'button', 'aria-label': `Remove tag ${tag}`,
                    onclick: () => this.setTags(message.tags.filter(other => other !== tag)),
                }, '×'))),
            h('button', {type: 'button', class: 'tag add', onclick: () => this.editTags(), title: 'Add a tag (l)'}, '+ tag'));
    }

    async editTags() {
        if (!this.message || this.message.part || this.tagArea.querySelector('input')) {
            return;
        }
        const options = h('datalist', {id: 'known-tags'});
        const field = h('input', {type: 'text', class: 'tag-field', list: 'known-tags', 'aria-label': 'New tag', maxlength: 100});
        let done = false;
        const cancel = () => {
            if (!done) {
                done = true;
                this.drawTags();
            }
        };
        field.addEventListener('keydown', event => {
            if (event.key === 'Enter' && field.value.trim()) {
                done = true;
                this.setTags([...this.message.tags, field.value.trim()]);
            } else if (event.key === 'Escape') {
                event.stopPropagation();
                cancel();
            }
        });
        field.addEventListener('blur', cancel);
        this.tagArea.lastChild.replaceWith(field, options);
        field.focus();
        try {
            options.replaceChildren(...(await api.tags()).map(tag => h('option', {value: tag})));
        } catch {
            // suggestions are optional
        }
    }

    async setTags(tags) {
        const {id} = this.message;
        try {
            await api.change(id, {tags});
            const kept = (await api.message(id)).tags;
            if (this.message?.id === id) {
                this.tagged(kept);
            }
            if (tags.some(tag => !kept.some(other => other.toLowerCase() === tag.toLowerCase()))) {
                toast(`A message has at most ${kept.length} tags.`);
            }
        } catch (failure) {
            this.drawTags();
            toast(failure.message);
        }
    }

    release() {
        const {message} = this;
        const field = h('textarea', {id: 'release-to', rows: 3, autofocus: true});
        field.value = [...new Set(message.recipients)].join('\n');
        const errorLine = h('p', {class: 'complaint', role: 'alert'});
        const go = async () => {
            send.disabled = true;
            try {
                await api.release(message.id, field.value.split(/[\s,]+/).filter(to => to));
                box.close();
                toast('Released');
            } catch (failure) {
                errorLine.textContent = failure.message;
                send.disabled = false;
            }
        };
        const send = h('button', {type: 'button', class: 'danger', onclick: go}, 'Release');
        const box = dialog('Release to a server',
            h('p', {}, `Sends the message through ${this.settings.relay} to these recipients:`),
            h('label', {for: 'release-to'}, 'Recipients, one per line'), field, errorLine,
            h('div', {class: 'dialog-buttons'}, h('button', {type: 'button', onclick: () => box.close()}, 'Cancel'), send));
    }
}

/** The Date field, which the sender wrote. */
const dateField = message => message.headers.some(({name}) => name.toLowerCase() === 'date')
    && h('time', {datetime: message.date, class: 'date-field'}, `Date ${longTime(message.date)}`);

const heading = message => h('h2', {title: message.subject}, h('span', {}, message.subject || '(no subject)'));

const downloadLink = message => h('a', {
    class: 'icon-button', href: api.downloadUrl(message), download: message.part ? `${message.id}-${message.part}.eml` : `${message.id}.eml`,
    title: 'Download', 'aria-label': 'Download',
}, icon('download'));

/** The address fields. {@code sender} is shown if there is no From. */
const people = (message, sender) => h('dl', {class: 'people'},
    person('From', [message.from], message.from.address || message.from.name ? '' : sender),
    person('To', message.to), person('Cc', message.cc), person('Bcc', message.bcc), person('Reply-To', message.replyTo),
    unsubscribe(message.unsubscribe));

/** The fields for leaving a mailing list, and what is wrong with them (RFC 2369, RFC 8058). */
function unsubscribe({header, links, post, errors}) {
    if (!header && !post) {
        return null;
    }
    const web = links.some(link => /^https?:/i.test(link));
    const verdict = errors || (post ? 'valid, one click (RFC 8058)' : web ? 'valid, not one click' : 'valid, by mail only');
    return [h('dt', {}, 'Unsubscribe'), h('dd', {class: 'unsubscribe'},
        ...links.flatMap(link => [/^https?:/i.test(link) ? h('a', {href: link, target: '_blank', rel: 'noreferrer noopener'}, link) : link, ' ']),
        h('span', {class: errors ? 'mark bad' : 'mark good'}, verdict))];
}

/** The tab that shows what a message has to read: its parts if there is no text. */
const first = message => (message.html ? 'rendered' : message.text.trim() || !count(message) ? 'text'
    : calendarParts(message).length > 0 ? 'calendar' : 'parts');

function count(message) {
    const number = message.attachments.length + message.inline.length;
    return number > 0 && h('span', {class: 'count'}, number);
}

function person(label, list, fallback = '') {
    const shown = list.filter(one => one.name || one.address);
    if (shown.length === 0 && !fallback) {
        return null;
    }
    return [h('dt', {}, label),
        h('dd', {}, ...shown.flatMap((one, index) => [index > 0 && ', ', ...address(one)]), shown.length === 0 && fallback)];
}
