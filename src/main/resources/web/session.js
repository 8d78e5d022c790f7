// SPDX-License-Identifier: Apache-2.0
// A recorded session, put in the order in which it is drawn. Knows nothing of the document.

import {octets} from './dom.js';

const MOST_ALIKE = 6;
const NOTEWORTHY_MICROS = 100;
/** What must be the last of a pipelined group (RFC 2920 §3.1; RFC 4954 §4; RFC 3207 §4). */
const GROUP_ENDS = new Set(['EHLO', 'HELO', 'DATA', 'VRFY', 'EXPN', 'NOOP', 'QUIT', 'AUTH', 'STARTTLS']);

/** 420 µs, 12.3 ms, 1.4 s. */
export function duration(micros) {
    if (micros === 0) {
        return '0';
    }
    if (micros < 1000) {
        return `${Math.round(micros)} µs`;
    }
    const millis = micros / 1000;
    if (millis < 1000) {
        return `${millis < 100 ? Number(millis.toFixed(1)) : Math.round(millis)} ms`;
    }
    const seconds = millis / 1000;
    return `${seconds < 100 ? Number(seconds.toFixed(seconds < 10 ? 2 : 1)) : Math.round(seconds)} s`;
}

/** The round trips of a client that waits for every reply: to connect, for the banner, and for each thing that was answered. */
export const lockStep = session => 2 + session.items.filter(item => item.reply >= 0).length;

/** The round trips of a client that pipelines as far as it may. */
export function pipelined(session) {
    let flights = 0;
    let ended = true;
    for (const item of session.items) {
        flights += ended ? 1 : 0;
        ended = item.kind === 'LINE' || GROUP_ENDS.has(item.verb);
    }
    return 2 + flights;
}

/** Flights and writes in one order; {@code id} is the message whose car is marked. */
export function rowsOf(session, id) {
    const flights = session.flights.map((flight, number) => {
        const items = session.items.filter(item => item.flight === number);
        return {
            client: true, at: flight.atMicros, end: flight.endMicros, octets: flight.octets,
            title: `flight ${number + 1}: ${octets(flight.octets)} in ${flight.reads} ${flight.reads === 1 ? 'read' : 'reads'}`,
            cars: together(items.map(item => said(item, session.replies[item.reply], id)), flight.octets),
        };
    });
    const trains = session.trains.map((train, number) => {
        const replies = session.replies.filter(reply => reply.train === number);
        return {
            client: false, at: train.atMicros, end: train.atMicros, octets: train.octets,
            title: `write ${number + 1}: ${octets(train.octets)}, ${train.replies} ${train.replies === 1 ? 'reply' : 'replies'}`,
            cars: together(replies.map(answered), train.octets),
        };
    });
    const rows = [];
    while (flights.length > 0 || trains.length > 0) {
        rows.push(flightIsNext(flights, trains, rows.length === 0) ? flights.shift() : trains.shift());
    }
    return rows;
}

/** Read and write of one turn have one time: what was read came first, but for the banner. */
function flightIsNext(flights, trains, atFirst) {
    if (flights.length === 0 || trains.length === 0) {
        return trains.length === 0;
    }
    return atFirst ? flights[0].at < trains[0].at : flights[0].at <= trains[0].at;
}

function said(item, reply, id) {
    const mine = item.kind === 'MESSAGE' && reply !== undefined && reply.text.endsWith(` ${id}`);
    if (item.kind === 'MESSAGE') {
        return {
            kind: mine ? 'content mine' : 'content', alike: '', label: `${mine ? 'this message' : 'message'} ${octets(item.octets)}`,
            title: `${octets(item.octets)} of a message, from octet ${item.from} on`,
        };
    }
    const label = item.text || (item.verb === null ? '(a line)' : `${item.verb} …`);
    return {kind: 'command', alike: item.verb ?? '', label, title: `${label}, ${octets(item.octets)}, heard at ${duration(item.atMicros)}`};
}

function answered(reply) {
    const took = reply.readyMicros - reply.queuedMicros;
    return {
        kind: reply.code >= 400 ? 'refusal' : 'reply', alike: `${reply.code}`, label: reply.text,
        title: `${reply.text}: ready ${duration(Math.max(0, took))} after it was due`,
        waited: took >= NOTEWORTHY_MICROS ? `took ${duration(took)}` : '',
    };
}

/** Long runs of the same are one car; a train without any carries a piece of something longer. */
function together(cars, length) {
    if (cars.length === 0) {
        return [{kind: 'piece', alike: '', label: `a piece, ${octets(length)}`, title: 'part of something longer'}];
    }
    const short = [];
    for (let from = 0; from < cars.length;) {
        let to = from + 1;
        while (to < cars.length && cars[to].alike && cars[to].alike === cars[from].alike) {
            to++;
        }
        if (to - from > MOST_ALIKE) {
            const between = to - from - 3;
            short.push(cars[from], cars[from + 1],
                {kind: `${cars[from].kind} many`, alike: '', label: `${between} more ${cars[from].alike}`, title: `${between} more like these`},
                cars[to - 1]);
        } else {
            short.push(...cars.slice(from, to));
        }
        from = to;
    }
    return short;
}
