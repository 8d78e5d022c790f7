// SPDX-License-Identifier: Apache-2.0
// The Train tab: the SMTP session of a message, drawn as trains of boxcars. Each flight of the client is a train, and so
// is each write of the server. The text between two trains tells which side was waiting, and for how long.

import * as api from './api.js';
import {h, longTime, bytes, s} from './dom.js';
import {duration, lockStep, rowsOf, tripSentence} from './session.js';

const GUTTER = 76;
/** Drawings narrower than this have a smaller gutter. */
const NARROW = 480;
const NARROW_GUTTER = 58;
const ENGINE = 40;
const LINE = 52;
const CAR = 28;
const CHARACTER = 7.3;
const MAX_CHARACTERS = 42;
const SPACE = 9;
const MAX_ROWS = 200;
const DISTANCES = [[10, 'same city'], [70, 'across an ocean'], [200, 'other side of the world']];

/** Loads the recording of the message's session and draws it. */
export async function train(panel, message, signal) {
    if (!message.session) {
        panel.append(h('p', {class: 'nothing'}, 'This message did not arrive in an SMTP session.'));
        return;
    }
    let session;
    try {
        session = await api.session(message.session);
    } catch (failure) {
        if (!signal.aborted) {
            panel.append(h('p', {class: 'nothing'}, sentence(failure.message)));
        }
        return;
    }
    if (signal.aborted) {
        return;
    }
    const rows = rowsOf(session, message.id);
    const place = h('div', {class: 'trains'});
    panel.append(summary(session), timeLine(session, rows), costs(session), place, table(rows));
    let limit = MAX_ROWS;
    const draw = () => {
        const shown = rows.slice(0, limit);
        place.replaceChildren(h('h3', {}, 'What was sent'), legend(), drawing(session, shown, place.clientWidth));
        if (rows.length > limit) {
            place.append(h('button', {type: 'button', onclick: () => {
                limit = rows.length;
                draw();
            }}, `Show all ${rows.length} trains`));
        }
    };
    let width = 0;
    const watch = new ResizeObserver(() => {
        if (place.clientWidth !== width) {
            width = place.clientWidth;
            draw();
        }
    });
    watch.observe(place);
    signal.addEventListener('abort', () => watch.disconnect());
}

const sentence = text => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function summary(session) {
    const flights = session.flights.length;
    const last = Math.max(0, ...session.flights.map(one => one.endMicros), ...session.trains.map(one => one.atMicros));
    const fact = (value, name) => h('div', {class: 'fact'}, h('b', {}, value), h('span', {}, name));
    const messages = session.items.filter(item => item.kind === 'MESSAGE').length;
    return h('section', {class: 'train-summary', 'aria-label': 'Session summary'},
        h('p', {class: 'verdict'},
            session.pipelined
                ? 'This client pipelines: it sends commands before it has received the replies to earlier ones.'
                : 'This client waits for each reply before it sends the next command.'),
        h('div', {class: 'train-facts'},
            fact(session.roundTrips, 'round trips'),
            fact(flights, flights === 1 ? 'flight' : 'flights'),
            fact(session.trains.length, session.trains.length === 1 ? 'write' : 'writes'),
            fact(messages, messages === 1 ? 'message' : 'messages'),
            fact(duration(last), session.eventsLeftOut > 0 ? 'recorded' : session.over ? 'in total' : 'so far')),
        session.eventsLeftOut > 0 && h('p', {class: 'note'},
            `These numbers cover the beginning of the session: its recording reached the limit, and ${new Intl.NumberFormat().format(session.eventsLeftOut)} later events were not recorded.`),
        h('p', {class: 'quiet'}, `Session ${session.id} from ${session.client}, started ${longTime(session.began)}`,
            session.over ? '' : ', still open'));
}

/** The session to scale: flights above the rail, writes below it. The rail shows which side was silent. */
function timeLine(session, rows) {
    const end = Math.max(1, ...rows.map(row => row.end));
    const wide = 1000;
    const x = micros => 4 + (micros / end) * (wide - 8);
    const marks = [];
    let before = 0;
    let beforeClient = false;
    for (const row of rows) {
        if (row.at > before) {
            const who = row.client ? 'silence-client' : 'silence-server';
            marks.push(s('rect', {class: who, x: x(before), y: 24, width: Math.max(0.5, x(row.at) - x(before)), height: 10}));
        }
        marks.push(s('rect', {
            class: row.client ? 'mark-client' : 'mark-server', x: x(row.at) - 1.5, y: row.client ? 6 : 34,
            width: Math.max(3, x(row.end) - x(row.at)), height: 18,
        }));
        before = row.end;
        beforeClient = row.client;
    }
    const silent = session.flights.reduce((sum, flight) => sum + flight.waitedMicros, 0);
    return h('section', {class: 'time-line', 'aria-label': 'Timeline'},
        h('h3', {}, 'Timeline'),
        s('svg', {viewBox: `0 0 ${wide} 58`, preserveAspectRatio: 'none', role: 'img',
            'aria-label': `${duration(end)}; the client was silent for ${duration(silent)}`},
        s('line', {class: 'rail', x1: 0, y1: 29, x2: wide, y2: 29}), ...marks),
        h('div', {class: 'scale', 'aria-hidden': 'true'},
            ...[0, 0.25, 0.5, 0.75, 1].map(part => h('span', {}, duration(Math.round(end * part))))),
        h('p', {class: 'quiet'},
            h('i', {class: 'key mark-client'}), 'client sends ', h('i', {class: 'key mark-server'}), 'server writes ',
            h('i', {class: 'key silence-client'}), `client silent (${duration(silent)} in total) `,
            h('i', {class: 'key silence-server'}), 'server working'),
        beforeClient && !session.over ? h('p', {class: 'note'}, 'The last flight has no reply yet.') : null);
}

/** The time that round trips take at a distance, compared with waiting for each reply and with the least possible. */
function costs(session) {
    const ways = [
        ['This session', session.roundTrips, 'here'],
        ['Waiting for each reply', lockStep(session), ''],
        ['Least with what the server offered', session.possibleRoundTrips, ''],
    ];
    const max = Math.max(...ways.map(way => way[1]));
    return h('section', {class: 'costs', 'aria-label': 'Cost of round trips'},
        h('h3', {}, 'Time spent on round trips'),
        h('p', {}, `${tripSentence(session, DISTANCES[1][0])}.`),
        h('div', {class: 'scroll'}, h('table', {},
            h('thead', {}, h('tr', {},
                h('th', {}, ''), h('th', {}, 'round trips'),
                ...DISTANCES.map(([millis, name]) => h('th', {title: name}, `at ${millis} ms`)))),
            h('tbody', {}, ...ways.map(([name, trips, kind]) => h('tr', {class: kind},
                h('th', {scope: 'row'}, name),
                h('td', {class: 'bar-cell'}, s('svg', {class: 'cost-bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
                    s('rect', {x: 0, y: 0, width: (100 * trips) / max, height: 10})), h('b', {}, trips)),
                ...DISTANCES.map(([millis]) => h('td', {}, duration(trips * millis * 1000)))))))));
}

function legend() {
    return h('p', {class: 'quiet'}, 'Each row is a train: ',
        h('i', {class: 'key mark-client'}), 'a flight of the client, ',
        h('i', {class: 'key mark-server'}), 'a write of the server. Each boxcar is a command, a message or a reply.');
}

/** All trains, from top to bottom. */
function drawing(session, rows, width) {
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
        const wide = Math.max(44, label.length * CHARACTER + 18);
        if (x + wide > width - 2) {
            line += LINE;
            x = left + SPACE;
        }
        group.append(s('line', {class: 'coupling', x1: x - SPACE, y1: line + CAR - 5, x2: x, y2: line + CAR - 5}),
            boxcar(car, label, x, line, wide));
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

function boxcar(car, label, x, y, wide) {
    return s('g', {class: `car ${car.kind}`}, s('title', {}, car.title),
        s('rect', {x, y, width: wide, height: CAR, rx: 4}),
        s('text', {x: x + wide / 2, y: y + 18}, label),
        ...wheels(x, y, wide),
        car.waited ? s('text', {class: 'ready', x: x + wide / 2, y: y + CAR + 11}, car.waited) : '');
}

const wheels = (x, y, wide) => [10, wide - 10].map(at => s('circle', {class: 'wheel', cx: x + at, cy: y + CAR + 3, r: 4}));

const shortened = (text, max) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** The same data as a table, also for screen readers. */
function table(rows) {
    return h('details', {class: 'train-table'}, h('summary', {}, 'As a table'),
        h('div', {class: 'scroll'}, h('table', {class: 'fields'},
            h('thead', {}, h('tr', {}, ...['Time', 'Side', 'Bytes', 'Content'].map(name => h('th', {scope: 'col'}, name)))),
            h('tbody', {}, ...rows.map(row => h('tr', {},
                h('td', {}, duration(row.at)), h('td', {}, row.client ? 'client' : 'server'), h('td', {}, bytes(row.octets)),
                h('td', {}, row.cars.map(car => car.label).join(' · '))))))));
}
