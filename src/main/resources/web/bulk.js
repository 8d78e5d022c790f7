// SPDX-License-Identifier: Apache-2.0
// The bar above the list while messages are selected, and what can be done with them. Each action is one request.

import * as api from './api.js';
import {confirmed, dialog, h, iconButton, toast} from './dom.js';

const number = new Intl.NumberFormat();
const messages = count => `${number.format(count)} ${count === 1 ? 'message' : 'messages'}`;

/** The bar. {@code failed} shows the failure of a request. */
export class SelectionBar {
    constructor(selection, settings, failed) {
        this.selection = selection;
        this.settings = settings;
        this.failed = failed;
        this.text = h('span', {class: 'counts', role: 'status'});
        this.element = h('div', {class: 'selection-bar', role: 'toolbar', 'aria-label': 'Selected messages', hidden: true});
    }

    draw() {
        const {size} = this.selection;
        this.element.hidden = size === 0;
        this.text.replaceChildren(number.format(size), h('span', {}, ' selected'));
        if (size > 0 && this.element.childElementCount === 0) { // the settings are known now
            this.element.append(this.text,
                iconButton('read', 'Mark selected as read', () => this.mark(true)),
                iconButton('unread', 'Mark selected as unread (u)', () => this.mark(false)),
                iconButton('tag', 'Tag selected (l)', () => this.tag()),
                this.settings.mayRelease ? iconButton('send', 'Release selected to a server', () => this.release()) : '',
                iconButton('trash', 'Delete selected (#)', () => this.remove()),
                iconButton('close', 'Clear the selection (Escape)', () => this.selection.clear()));
        }
    }

    async mark(read) {
        try {
            const {changed} = await api.changeChosen(this.selection.choice(), {read});
            toast(`${messages(changed)} marked as ${read ? 'read' : 'unread'}`);
        } catch (failure) {
            this.failed(failure);
        }
    }

    async remove() {
        const choice = this.selection.choice();
        if (!(await confirmed(`Delete ${messages(this.selection.size)}?`, 'Delete'))) {
            return;
        }
        try {
            const {deleted} = await api.removeChosen(choice);
            this.selection.clear();
            toast(`${messages(deleted)} deleted`);
        } catch (failure) {
            this.failed(failure);
        }
    }

    tag() {
        const choice = this.selection.choice();
        const known = h('datalist', {id: 'tags-to-choose'});
        const field = h('input', {type: 'text', id: 'tag-selected', list: 'tags-to-choose', maxlength: 100, autofocus: true, autocomplete: 'off'});
        const errorLine = h('p', {class: 'complaint', role: 'alert'});
        const send = async (kind, done) => {
            const name = field.value.trim();
            if (!name) {
                field.focus();
                return;
            }
            try {
                const {changed} = await api.changeChosen(choice, {[kind]: [name]});
                box.close();
                toast(`Tag ${name} ${done} ${messages(changed)}`);
            } catch (failure) {
                errorLine.textContent = failure.message;
            }
        };
        const add = () => send('addTags', 'added to');
        field.addEventListener('keydown', event => event.key === 'Enter' && add());
        const box = dialog(`Tag ${messages(this.selection.size)}`,
            h('label', {for: 'tag-selected'}, 'Tag'), field, known, errorLine,
            h('div', {class: 'dialog-buttons'},
                h('button', {type: 'button', onclick: () => send('removeTags', 'removed from')}, 'Remove tag'),
                h('button', {type: 'button', class: 'danger', onclick: add}, 'Add tag')));
        api.tags().then(names => known.replaceChildren(...names.map(name => h('option', {value: name}))), () => {}); // suggestions are optional
    }

    release() {
        const choice = this.selection.choice();
        const field = h('textarea', {id: 'release-selected', rows: 3, autofocus: true});
        const errorLine = h('p', {class: 'complaint', role: 'alert'});
        const go = async () => {
            send.disabled = true;
            errorLine.textContent = '';
            try {
                const {released, failed, notTried} = await api.releaseChosen(choice, field.value.split(/[\s,]+/).filter(to => to));
                if (failed.length === 0) {
                    box.close();
                    toast(`${messages(released)} released`);
                    return;
                }
                const reasons = [...new Set(failed.map(one => one.detail))].join('; ');
                errorLine.textContent = `${messages(released)} released, ${number.format(failed.length)} failed`
                    + `${notTried > 0 ? `, ${number.format(notTried)} not tried` : ''}: ${reasons}`;
            } catch (failure) {
                errorLine.textContent = failure.message;
            }
            send.disabled = false;
        };
        const send = h('button', {type: 'button', class: 'danger', onclick: go}, 'Release');
        const box = dialog(`Release ${messages(this.selection.size)}`,
            h('p', {}, `Sends the messages through ${this.settings.relay}, each to its own recipients, or all of them to these:`),
            h('label', {for: 'release-selected'}, 'Other recipients, one per line (optional)'), field, errorLine,
            h('div', {class: 'dialog-buttons'}, h('button', {type: 'button', onclick: () => box.close()}, 'Cancel'), send));
    }
}
