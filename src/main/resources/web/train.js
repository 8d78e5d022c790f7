// SPDX-License-Identifier: Apache-2.0
// The Train tab: the SMTP session of a message, drawn as trains of boxcars. Each flight of the client is a train, and so
// is each write of the server. The text between two trains tells which side was waiting, and for how long.

import * as api from './api.js';
import {h, longTime, bytes, s} from './dom.js';
import {drawing} from './drawing.js';
import {Evidence} from './evidence.js';
import {duration, lockStep, rowsOf, rowsOfTransaction, tripSentence} from './session.js';

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
    showSession(panel, session, {message: message.id, signal});
}

/**
 * Shows a session: its verdicts beside the trains that prove them. {@code message} is the message to mark, and
 * {@code before} the evidence that was returned when the session was shown before, if any. Returns the evidence.
 */
export function showSession(panel, session, {message = null, before = null, signal}) {
    const rows = rowsOf(session, message);
    const place = h('div', {class: 'trains'});
    const evidence = new Evidence(session, place, before);
    panel.append(summary(session, message), h('div', {class: 'proof'}, evidence.element, place),
        timeLine(session, rows), costs(session), table(rows));
    drawTrains(place, session, rows, () => [h('h3', {}, 'What was sent'), legend()], signal, () => evidence.mark());
    return evidence;
}

/**
 * Shows the session in which the relay attempted a message. Of a connection that served several messages, it shows the
 * transaction with this number, and the others on request.
 */
export function showAttempt(panel, session, transaction, signal) {
    if (session.items.length === 0 && session.replies.every(reply => reply.leftMicros < 0)) {
        panel.append(h('p', {class: 'quiet'}, session.over ? 'No connection: nothing was sent or received.' : 'Connecting…'));
        return;
    }
    const place = h('div', {class: 'trains'});
    const all = session.items.filter(item => item.verb === 'MAIL').length;
    const rows = rowsOfTransaction(session, transaction);
    const data = h('div', {}, table(rows));
    const others = all > 1 && h('p', {class: 'note'},
        `${all - 1} other ${all === 2 ? 'message was' : 'messages were'} sent over the same connection. `,
        h('button', {type: 'button', onclick: () => {
            others.remove();
            redraw(rowsOf(session, null));
        }}, 'Show the whole session'));
    panel.append(place, others || '', data);
    const redraw = drawTrains(place, session, rows, () => [attemptLegend(session)], signal, () => {}, shown => data.replaceChildren(table(shown)));
}

/** Draws trains in a place, and again whenever its width changes. Returns a function that draws other rows. */
function drawTrains(place, session, firstRows, heading, signal, drawn, replaced = () => {}) {
    let rows = firstRows;
    let limit = MAX_ROWS;
    const draw = () => {
        place.replaceChildren(...heading(), drawing(session, rows.slice(0, limit), place.clientWidth));
        if (rows.length > limit) {
            place.append(h('button', {type: 'button', onclick: () => {
                limit = rows.length;
                draw();
            }}, `Show all ${rows.length} trains`));
        }
        drawn();
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
    return others => {
        rows = others;
        replaced(rows);
        draw();
    };
}

const sentence = text => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The session in numbers. The name of the session is left out where the page shows it as the title. */
function summary(session, message) {
    const flights = session.flights.length;
    const last = Math.max(0, ...session.flights.map(one => one.endMicros), ...session.trains.map(one => one.atMicros));
    const fact = (value, name) => h('div', {class: 'fact'}, h('b', {}, value), h('span', {}, name));
    const messages = session.items.filter(item => item.kind === 'MESSAGE').length;
    return h('section', {class: 'train-summary', 'aria-label': 'Session summary'},
        h('p', {class: 'verdict'},
            session.pipelined
                ? 'This client pipelines: it sends commands before it has received the replies to earlier ones.'
                : 'This client waits for each reply before it sends the next command.'),
        h('p', {class: 'trips'}, `${tripSentence(session, DISTANCES[1][0])}.`),
        h('div', {class: 'train-facts'},
            fact(session.roundTrips, 'round trips'),
            fact(flights, flights === 1 ? 'flight' : 'flights'),
            fact(session.trains.length, session.trains.length === 1 ? 'write' : 'writes'),
            fact(messages, messages === 1 ? 'message' : 'messages'),
            fact(duration(last), session.eventsLeftOut > 0 ? 'recorded' : session.over ? 'in total' : 'so far')),
        session.eventsLeftOut > 0 && h('p', {class: 'note'},
            `These numbers cover the beginning of the session: its recording reached the limit, and ${new Intl.NumberFormat().format(session.eventsLeftOut)} later events were not recorded.`),
        message !== null && h('p', {class: 'quiet'}, `Session ${session.id} from ${session.client}, started ${longTime(session.began)}`,
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
    const max = Math.max(1, ...ways.map(way => way[1]));
    return h('section', {class: 'costs', 'aria-label': 'Cost of round trips'},
        h('h3', {}, 'Time spent on round trips'),
        h('div', {class: 'scroll'}, h('table', {},
            h('thead', {}, h('tr', {},
                h('td'), h('th', {}, 'round trips'),
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

function attemptLegend(session) {
    return h('p', {class: 'quiet'}, `${session.roundTrips} ${session.roundTrips === 1 ? 'round trip' : 'round trips'}. `,
        h('i', {class: 'key mark-client'}), 'C: what this relay sent without waiting, ',
        h('i', {class: 'key mark-server'}), 'S: what came from the server.');
}

/** The same data as a table, also for screen readers. */
function table(rows) {
    return h('details', {class: 'train-table'}, h('summary', {}, 'As a table'),
        h('div', {class: 'scroll'}, h('table', {class: 'fields'},
            h('thead', {}, h('tr', {}, ...['Time', 'Side', 'Bytes', 'Content'].map(name => h('th', {scope: 'col'}, name)))),
            h('tbody', {}, ...rows.map(row => h('tr', {},
                h('td', {}, duration(row.at)), h('td', {}, row.client ? 'client' : 'server'), h('td', {}, bytes(row.octets)),
                h('td', {}, row.cars.map(car => car.label).join(' · '))))))));
}
