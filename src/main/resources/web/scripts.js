// SPDX-License-Identifier: Apache-2.0
// The scripts of a lab: an editor with presets, and the scripts in force with what has become of their rules.

import * as api from './api.js';
import {confirmed, h, icon, iconButton, toast} from './dom.js';
import {placeOf} from './json-place.js';
import {PRESETS, scriptText} from './presets.js';

const REFRESH_MILLIS = 1000;

/** Shows the scripts. It asks the server for news only while it is shown. */
export class ScriptsView {
    constructor() {
        this.shown = false;
        this.scripts = null;
        this.field = h('textarea', {
            class: 'script-text', 'aria-label': 'Script in JSON', 'aria-describedby': 'script-problem', spellcheck: 'false',
            autocapitalize: 'off', autocomplete: 'off', wrap: 'off',
            oninput: () => this.typed(), onscroll: () => this.scrolled(),
            onkeydown: event => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && this.add(),
        });
        this.numbers = h('pre', {class: 'line-numbers', 'aria-hidden': 'true'});
        this.band = h('div', {class: 'wrong-line', 'aria-hidden': 'true', hidden: true});
        this.problem = h('p', {class: 'script-problem', id: 'script-problem', role: 'alert'});
        this.about = h('p', {class: 'note preset-note'});
        this.button = h('button', {type: 'button', class: 'danger', onclick: () => this.add()}, 'Put in force');
        this.presets = h('div', {class: 'presets', role: 'group', 'aria-label': 'Presets'},
            ...PRESETS.map(([name, use, script]) => h('button', {type: 'button', title: use, onclick: () => this.fill(scriptText(name, script), use)}, name)));
        this.list = h('div', {class: 'scripts'});
        this.errorLine = h('p', {class: 'complaint', role: 'alert'});
        this.removeAll = h('button', {type: 'button', onclick: () => this.deleteAll()}, icon('trash'), 'Delete all');
        this.element = h('main', {class: 'scripts-place'},
            h('section', {class: 'script-editor', 'aria-label': 'New script'},
                h('h2', {}, 'New script'),
                h('p', {class: 'quiet'}, 'A script says what the server does in the sessions that begin after it is in force. Choose a preset, or write rules.'),
                this.presets, this.about,
                h('div', {class: 'editor'}, this.numbers, h('div', {class: 'editor-text'}, this.band, this.field, this.problem)),
                h('div', {class: 'editor-buttons'}, this.button, h('span', {class: 'note'}, 'Ctrl Enter'))),
            h('section', {class: 'scripts-in-force', 'aria-label': 'Scripts in force'},
                h('div', {class: 'scripts-head'}, h('h2', {}, 'In force'), this.removeAll), this.errorLine, this.list));
        this.fill(scriptText(PRESETS[0][0], PRESETS[0][2]), PRESETS[0][1]);
    }

    show(shown) {
        this.element.hidden = !shown;
        if (shown === this.shown) {
            return;
        }
        this.shown = shown;
        clearInterval(this.timer);
        this.request?.abort();
        if (shown) {
            this.refresh();
            this.timer = setInterval(() => document.hidden || this.loading || this.refresh(), REFRESH_MILLIS);
        }
    }

    /** Puts a text into the editor. */
    fill(text, use = '') {
        this.field.value = text;
        this.about.textContent = use;
        this.typed();
        this.field.scrollTo(0, 0);
    }

    typed() {
        const lines = this.field.value.split('\n').length;
        this.numbers.textContent = Array.from({length: lines}, (_, number) => number + 1).join('\n');
        this.problem.textContent = '';
        this.band.hidden = true;
        this.field.removeAttribute('aria-invalid');
        this.scrolled();
    }

    scrolled() {
        this.numbers.scrollTop = this.field.scrollTop;
        this.element?.style.setProperty('--scrolled', `${-this.field.scrollTop}px`);
    }

    async add() {
        this.button.disabled = true;
        try {
            const script = await api.addScript(this.field.value);
            this.typed();
            toast(`${script.name || script.id} is in force`);
            await this.refresh();
        } catch (failure) {
            this.complain(failure.message);
        }
        this.button.disabled = false;
    }

    /** Shows what is wrong below the line that is wrong, and selects the place. */
    complain(message) {
        const text = this.field.value;
        const place = placeOf(text, message);
        const line = place ? text.slice(0, place.from).split('\n').length : 0;
        this.field.setAttribute('aria-invalid', 'true');
        this.band.hidden = !place;
        this.problem.classList.toggle('at-line', place !== null);
        if (place) {
            this.field.focus();
            this.field.setSelectionRange(place.from, place.to);
            const height = parseFloat(getComputedStyle(this.field).lineHeight);
            const top = (line - 1) * height;
            if (top < this.field.scrollTop || top > this.field.scrollTop + this.field.clientHeight - 4 * height) {
                this.field.scrollTop = Math.max(0, top - 3 * height);
            }
            this.scrolled();
        }
        this.element.style.setProperty('--wrong-line', line);
        this.problem.textContent = message;
    }

    async refresh() {
        this.request?.abort();
        this.request = new AbortController();
        const {signal} = this.request;
        this.loading = true;
        try {
            const {scripts} = await api.scripts(signal);
            if (!signal.aborted) {
                this.errorLine.textContent = '';
                this.draw(scripts);
            }
        } catch (failure) {
            if (failure.name !== 'AbortError') {
                this.errorLine.textContent = failure.message;
            }
        }
        this.loading = this.request.signal !== signal; // a later request may have replaced this one
    }

    draw(scripts) {
        const text = JSON.stringify(scripts);
        if (text === this.scripts) {
            return;
        }
        this.scripts = text;
        this.removeAll.hidden = scripts.length === 0;
        const focused = document.activeElement?.dataset?.key;
        this.list.replaceChildren(...(scripts.length > 0 ? scripts.map(script => this.card(script)) : [nothing()]));
        if (focused) {
            this.list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
        }
    }

    card(script) {
        const {id, name, namespace, sessions, used, seed, rtt, jitter, rate, hold, rules} = script;
        const line = [rtt && `round trip ${rtt}`, jitter && `jitter ${jitter}`, rate && `${rate} bytes per second`, hold && `hold ${hold}`].filter(one => one);
        const usedUp = sessions > 0 && used >= sessions;
        const title = name || id;
        return h('article', {class: usedUp ? 'script used-up' : 'script', 'aria-label': title},
            h('div', {class: 'script-head'},
                h('h3', {}, title), namespace && h('span', {class: 'tag'}, namespace),
                rules.some(rule => rule.do.hold) && h('button', {type: 'button', 'data-key': `${id} release`, onclick: () => this.release(id)}, 'Release replies'),
                iconButton('edit', `Copy ${title} into the editor`, () => this.edit(script), {'data-key': `${id} edit`}),
                iconButton('trash', `Delete ${title}`, () => this.remove(id), {'data-key': `${id} delete`})),
            h('p', {class: 'used'}, usedText(sessions, used)),
            h('p', {class: 'quiet'}, [`${id}, seed ${seed}`, ...line].join(', ')),
            rules.length > 0 && h('ol', {class: 'rules'}, ...rules.map(rule => ruleElement(rule, used))));
    }

    edit(script) {
        const {id, used, rules, namespace, sessions, name, ...rest} = script;
        const plain = rules.map(({matched, ...rule}) => rule);
        this.fill(scriptText(name, {...(namespace ? {namespace} : {}), sessions, ...rest, rules: plain}));
        this.field.focus();
    }

    async remove(id) {
        await this.attempt(() => api.removeScript(id));
    }

    async release(id) {
        const done = await this.attempt(() => api.releaseScript(id));
        if (done) {
            toast(`${done.released} ${done.released === 1 ? 'reply' : 'replies'} released`);
        }
    }

    async deleteAll() {
        if (await confirmed('Delete all scripts?', 'Delete')) {
            await this.attempt(api.removeScripts);
        }
    }

    async attempt(action) {
        try {
            return await action();
        } catch (failure) {
            toast(failure.message);
            return null;
        } finally {
            this.refresh();
        }
    }
}

function usedText(sessions, used) {
    const times = number => `${number} ${number === 1 ? 'session' : 'sessions'}`;
    if (sessions === 0) {
        return used === 0 ? 'For every session; none has begun yet.' : `For every session; used in ${used}.`;
    }
    const left = sessions - used;
    return left <= 0 ? `Used up: ${times(used)} of ${sessions}.`
        : `For the next ${left === 1 ? 'session' : times(left)}; used in ${used} of ${sessions}.`;
}

function ruleElement(rule, used) {
    const {verb, ...more} = rule.on;
    const when = [verb, ...Object.entries(more).map(([key, value]) => `${key} ${plain(value)}`)].join(', ');
    const what = Object.entries(rule.do).map(([key, value]) => (key === 'reply'
        ? `reply ${[value.code, value.status, value.text].filter(one => one).join(' ')}` : value === true ? key : `${key} ${plain(value)}`)).join(', ');
    const limit = rule.times ? ` of ${rule.times}` : '';
    return h('li', {class: rule.matched === 0 && used > 0 ? 'never' : ''},
        h('span', {class: 'rule-text'}, h('b', {}, when), ` → ${what}`),
        h('span', {class: 'matched'}, rule.matched === 0 && used > 0 ? 'never matched' : `matched ${rule.matched}${limit}`));
}

const plain = value => (Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value));

const nothing = () => h('div', {class: 'no-scripts'},
    h('p', {}, 'No script is in force: the server behaves.'),
    h('p', {class: 'quiet'}, 'Choose a preset, press “Put in force”, and let your client connect. Here you see how often each rule matched, and under Sessions what happened.'));
