// SPDX-License-Identifier: Apache-2.0
// The verdicts on a session and what a script did in it. Choosing one marks the boxcars that prove it.

import {h} from './dom.js';
import {CONNECTION, duration, itemText} from './session.js';

const LEVELS = [
    ['VIOLATION', 'Violation'],
    ['ADVICE', 'Advice'],
    ['UNKNOWN', 'Not decided'],
    ['PASS', 'Kept'],
];
const FOLDED = ['undecided', 'kept'];
const MAX_PROOF = 6;

/** The number of verdicts of a level. */
export const countOf = (session, level) => (session.verdicts ?? []).filter(verdict => verdict.level === level).length;

/**
 * The lists of verdicts and faults of a session, whose trains are drawn in {@code trains}. {@code before} is the
 * evidence that was shown for the same session before, if any: what was chosen, unfolded and focused there stays so.
 */
export class Evidence {
    constructor(session, trains, before = null) {
        this.session = session;
        this.trains = trains;
        this.chosen = before?.chosen ?? null;
        this.buttons = new Map();
        const faults = session.faults ?? [];
        this.element = h('div', {class: 'evidence'}, this.verdicts(), faults.length > 0 && this.faults(faults));
        this.element.hidden = !session.verdicts && faults.length === 0;
        if (!this.buttons.has(this.chosen)) {
            this.chosen = null;
        }
        for (const kind of before?.unfolded() ?? []) {
            this.element.querySelector(`details.${kind}`)?.setAttribute('open', '');
        }
        this.focused = before?.focusedKey() ?? null;
        this.show();
    }

    unfolded() {
        return FOLDED.filter(kind => this.element.querySelector(`details.${kind}[open]`));
    }

    focusedKey() {
        return [...this.buttons].find(([, {button}]) => button === document.activeElement)?.[0] ?? null;
    }

    /** Gives the focus back to the button that had it before. Called once the element is in the document. */
    refocus() {
        this.buttons.get(this.focused)?.button.focus({preventScroll: true});
    }

    verdicts() {
        const {verdicts} = this.session;
        if (!verdicts) {
            return null;
        }
        const of = level => verdicts.filter(verdict => verdict.level === level).map(verdict => this.verdict(verdict));
        const [violations, advice, unknown, kept] = LEVELS.map(([level]) => of(level));
        return h('section', {class: 'verdicts', 'aria-label': 'Verdicts'},
            h('h3', {}, 'Verdicts'),
            violations.length === 0 && h('p', {class: 'no-violation'}, this.session.over
                ? 'No violation of the RFCs was found.' : 'No violation of the RFCs so far.'),
            list([...violations, ...advice]),
            folded('undecided', unknown, `${unknown.length} not decided`,
                'The order of reads and writes proves nothing here. To decide more, hold each reply back and see whether the client waits: boxcar lab --hold 30ms.'),
            folded('kept', kept, `${kept.length} ${kept.length === 1 ? 'rule' : 'rules'} kept`, ''));
    }

    verdict(verdict) {
        const {id, level, rule, title, rfc, section, text, items} = verdict;
        const [, name] = LEVELS.find(one => one[0] === level);
        const reference = rfc ? `RFC ${rfc}${section ? ` §${section}` : ''}` : '';
        return this.entry(`verdict ${id} ${items.join(' ')}`, `level-${level.toLowerCase()}`, items,
            h('span', {class: 'entry-head'}, h('b', {class: 'badge'}, id), h('span', {class: 'level'}, name),
                h('span', {class: 'reference'}, [rule, reference].filter(one => one).join(', '))),
            title && h('span', {class: 'entry-title'}, title),
            h('span', {class: 'entry-text'}, text));
    }

    faults(faults) {
        return h('section', {class: 'faults', 'aria-label': 'What the script did'},
            h('h3', {}, 'What the script did'),
            list(faults.map((fault, number) => this.entry(`fault ${number}`, 'level-fault', [fault.item],
                h('span', {class: 'entry-head'}, h('b', {class: 'badge'}, '✱'), h('span', {class: 'level'}, fault.done)),
                h('span', {class: 'entry-text'}, `rule ${fault.rule + 1}${fault.script ? ` of ${fault.script}` : ''}, at ${this.at(fault.item)}`)))));
    }

    at(number) {
        const item = this.session.items[number];
        return item ? itemText(item) : 'the connection';
    }

    /** One verdict or fault. It is a button if there is something to mark. */
    entry(key, kind, items, ...content) {
        if (items.length === 0) {
            return h('div', {class: `entry ${kind}`}, ...content);
        }
        const proof = h('span', {class: 'proof-text'});
        const button = h('button', {
            type: 'button', class: `entry ${kind}`, 'aria-pressed': 'false', onclick: () => this.choose(key),
        }, ...content, proof);
        this.buttons.set(key, {button, items, proof});
        return button;
    }

    choose(key) {
        this.chosen = this.chosen === key ? null : key;
        this.show();
        this.mark();
        const first = this.trains.querySelector('.car.marked');
        first?.scrollIntoView({block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'});
    }

    show() {
        for (const [key, {button, items, proof}] of this.buttons) {
            const chosen = key === this.chosen;
            button.setAttribute('aria-pressed', chosen);
            proof.textContent = chosen ? this.proofText(items) : '';
            if (chosen) {
                button.closest('details')?.setAttribute('open', '');
            }
        }
    }

    proofText(items) {
        const known = items.filter(number => number === CONNECTION || this.session.items[number]);
        const texts = known.slice(0, MAX_PROOF).map(number => (number === CONNECTION
            ? 'the connection' : `${itemText(this.session.items[number])}, read at ${duration(this.session.items[number].atMicros)}`));
        const more = known.length - texts.length;
        return `Seen in: ${texts.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
    }

    /** Marks the boxcars of what is chosen. Called after the trains were drawn. */
    mark() {
        const items = new Set(this.buttons.get(this.chosen)?.items ?? []);
        this.trains.classList.toggle('proving', items.size > 0);
        for (const car of this.trains.querySelectorAll('.car')) {
            const mine = car.dataset.items === '' ? [] : car.dataset.items.split(' ').map(Number);
            car.classList.toggle('marked', mine.some(item => items.has(item)));
        }
    }
}

const list = entries => entries.length > 0 && h('ul', {class: 'entries'}, ...entries.map(entry => h('li', {}, entry)));

const folded = (kind, entries, title, note) => entries.length > 0 && h('details', {class: `folded ${kind}`},
    h('summary', {}, title), note && h('p', {class: 'note'}, note), list(entries));
