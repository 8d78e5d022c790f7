// SPDX-License-Identifier: Apache-2.0
// Draws the trains of a session: each flight of the client is a train of boxcars, and so is each write of the server.

import {s} from './dom.js';
import {duration} from './session.js';

const GUTTER = 76;
/** Drawings narrower than this have a smaller gutter. */
const NARROW = 480;
const NARROW_GUTTER = 58;
const ENGINE = 40;
const LINE = 52;
const CAR = 28;
const CHARACTER = 7.3;
const SMALL_CHARACTER = 6.1;
const MAX_CHARACTERS = 42;
/** Keeps the text below a car between its wheels. */
const BELOW_MARGIN = 34;
const SPACE = 9;

/** All trains, from top to bottom. Each car names its items in {@code data-items}. */
export function drawing(session, rows, width) {
    const all = s('g');
    let y = 8;
    let before = 0;
    for (const row of rows) {
        const gap = row.at - before;
        if (gap >= 50) {
            const tall = 18 + Math.min(36, 9 * Math.log10(gap / 50));
            all.append(wait(row, gap, y, tall, width));
            y += tall;
        }
        const {element, tall} = oneTrain(row, y, width);
        all.append(element);
        y += tall;
        before = Math.max(before, row.end);
    }
    return s('svg', {class: 'train', width, height: y + 8, viewBox: `0 0 ${width} ${y + 8}`, role: 'img',
        'aria-label': `${rows.length} trains of session ${session.id}; the table below has the same data`}, all);
}

const gutter = width => (width < NARROW ? NARROW_GUTTER : GUTTER);

function wait(row, gap, y, tall, width) {
    const text = row.client ? `client silent ${duration(gap)}` : `server working ${duration(gap)}`;
    const x = gutter(width) + 12;
    return s('g', {class: row.client ? 'wait wait-client' : 'wait wait-server'},
        s('line', {x1: x, y1: y, x2: x, y2: y + tall - 4}),
        s('text', {x: x + 12, y: y + tall / 2 + 2}, text));
}

function oneTrain(row, y, width) {
    const group = s('g', {class: row.client ? 'flight' : 'write'}, s('title', {}, row.title));
    const left = gutter(width);
    const first = left + ENGINE + SPACE;
    let x = first;
    let line = y;
    group.append(s('text', {class: 'when', x: left - 10, y: y + CAR / 2 + 4}, duration(row.at)));
    group.append(engine(left, line, row.client));
    for (const car of row.cars) {
        // the first car is shortened to fit beside the engine
        const room = Math.floor((width - (x === first && line === y ? first : left + SPACE) - 20) / CHARACTER);
        const label = shortened(car.label, Math.max(6, Math.min(MAX_CHARACTERS, room)));
        const below = belowCar(car, Math.floor((room * CHARACTER - BELOW_MARGIN) / SMALL_CHARACTER));
        const belowWide = below.length > 0 ? below.length * SMALL_CHARACTER + BELOW_MARGIN : 0;
        const wide = Math.max(44, label.length * CHARACTER + 18, belowWide);
        if (x + wide > width - 2) {
            line += LINE;
            x = left + SPACE;
        }
        group.append(s('line', {class: 'coupling', x1: x - SPACE, y1: line + CAR - 5, x2: x, y2: line + CAR - 5}),
            boxcar(car, label, below, x, line, wide));
        x += wide + SPACE;
    }
    return {element: group, tall: line - y + LINE};
}

function engine(x, y, client) {
    return s('g', {class: 'engine'},
        s('path', {d: `M${x} ${y + CAR}v-12q0-4 4-4h6v-6h6v6h8v-10h16v26z`}),
        ...wheels(x, y, ENGINE),
        s('text', {x: x + 32, y: y + 17}, client ? 'C' : 'S'));
}

/** What is written below a car: how long its reply took, and what a script did there. */
function belowCar(car, max) {
    const stamp = car.stamps.map(done => `✱ ${done}`).join(' · ');
    return shortened([car.waited, stamp].filter(text => text).join(' · '), Math.max(8, max));
}

function boxcar(car, label, below, x, y, wide) {
    const stamped = car.stamps.length > 0;
    const title = stamped ? `${car.title}. The script did: ${car.stamps.join(', ')}` : car.title;
    return s('g', {class: `car ${car.kind}${stamped ? ' stamped' : ''}`, 'data-items': car.items.join(' ')}, s('title', {}, title),
        s('rect', {x, y, width: wide, height: CAR, rx: 4}),
        s('text', {x: x + wide / 2, y: y + 18}, label),
        ...wheels(x, y, wide),
        below ? s('text', {class: 'ready', x: x + wide / 2, y: y + CAR + 11}, below) : '');
}

const wheels = (x, y, wide) => [10, wide - 10].map(at => s('circle', {class: 'wheel', cx: x + at, cy: y + CAR + 3, r: 4}));

const shortened = (text, max) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
