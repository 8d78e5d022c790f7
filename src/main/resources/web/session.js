// SPDX-License-Identifier: Apache-2.0
// Arranges a recorded session for drawing. Does not use the document.

import {bytes} from './dom.js';

const MAX_ALIKE = 6;
const NOTABLE_MICROS = 100;

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

/** The round trips of a client that waits for every reply. */
export const lockStep = session => session.items.filter(item => item.reply >= 0).length;

/** The round trips of a session, and what they cost at a distance, in one sentence. */
export function tripSentence(session, millis) {
    const trips = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    const cost = number => `${((number * millis) / 1000).toFixed(2)} s`;
    const taken = `${trips(session.roundTrips, 'round trip', 'round trips')}, ${cost(session.roundTrips)} at ${millis} ms`;
    return session.possibleRoundTrips > session.roundTrips // the client did not wait where it had to
        ? `${taken}; by the RFCs it takes at least ${session.possibleRoundTrips}, ${cost(session.possibleRoundTrips)}`
        : `${taken}; ${trips(session.possibleRoundTrips, 'was', 'were')} possible, ${cost(session.possibleRoundTrips)}`;
}

/** The number of the place before the first item: what happened there belongs to the connection and its banner. */
export const CONNECTION = -1;

/**
 * The client's flights and the server's writes in the order in which they happened. {@code id} is the marked message.
 * Each car has the numbers of the items that it shows or answers.
 */
export function rowsOf(session, id) {
    const items = session.items.map((item, number) => ({...item, number}));
    const answered = new Map(items.filter(item => item.reply >= 0).map(item => [item.reply, item.number]));
    const replies = session.replies.map((reply, number) => ({...reply, item: answered.get(number) ?? CONNECTION}));
    const stamps = stampsOf(session);
    const left = item => replies[item.reply]?.train >= 0;
    const flights = session.flights.map((flight, number) => ({
        client: true, at: flight.atMicros, end: flight.endMicros, octets: flight.octets,
        title: `flight ${number + 1}: ${bytes(flight.octets)} in ${flight.reads} ${flight.reads === 1 ? 'read' : 'reads'}`,
        cars: merged(items.filter(item => item.flight === number).map(item =>
            clientCar(item, replies[item.reply], id, left(item) ? [] : stamps.get(item.number) ?? [])), flight.octets),
    }));
    const trains = session.trains.map((train, number) => ({
        client: false, at: train.atMicros, end: train.atMicros, octets: train.octets,
        title: `write ${number + 1}: ${bytes(train.octets)}, ${train.replies} ${train.replies === 1 ? 'reply' : 'replies'}`,
        cars: merged(replies.filter(reply => reply.train === number).flatMap(reply =>
            serverCars(reply, stamps.get(reply.item) ?? [])), train.octets),
    }));
    const isOurs = session.server !== undefined; // recorded by the client: it reads before it writes
    const rows = [];
    while (flights.length > 0 || trains.length > 0) {
        rows.push(flightIsNext(flights, trains, rows.length === 0 || isOurs) ? flights.shift() : trains.shift());
    }
    return rows;
}

/**
 * The rows of one transaction of a session in which several messages were sent: its own boxcars, and those before the
 * first MAIL and of QUIT. Rows of other transactions are left out. {@code transaction} counts from 0.
 */
export function rowsOfTransaction(session, transaction) {
    const own = new Set([CONNECTION]);
    let current = -1;
    session.items.forEach((item, number) => {
        current += item.verb === 'MAIL' ? 1 : 0;
        const resets = item.verb === 'RSET' && session.items[number + 1]?.verb === 'MAIL';
        if (current + (resets ? 1 : 0) === transaction || current < 0 || item.verb === 'QUIT') {
            own.add(number);
        }
    });
    const rows = rowsOf(session, null).map(row => ({...row, cars: row.cars.filter(car => car.items.length === 0 || car.items.some(item => own.has(item)))}));
    const isOwn = row => row.cars.some(car => car.items.some(item => item !== CONNECTION && own.has(item)));
    let inside = false;
    return rows.filter(row => {
        const piece = row.cars.every(car => car.items.length === 0);
        inside = piece ? inside : isOwn(row);
        return row.cars.length > 0 && (inside || row.cars.some(car => car.items.includes(CONNECTION)));
    });
}

/** What a script did, by the number of the item at which it was done. */
function stampsOf(session) {
    const stamps = new Map();
    for (const {item, done} of session.faults ?? []) {
        stamps.set(item, [...(stamps.get(item) ?? []), done]);
    }
    return stamps;
}

/** Whether a flight is next. If it has the same time as a write, the flight came first, unless the server began. */
function flightIsNext(flights, trains, serverFirst) {
    if (flights.length === 0 || trains.length === 0) {
        return trains.length === 0;
    }
    return serverFirst ? flights[0].at < trains[0].at : flights[0].at <= trains[0].at;
}

function clientCar(item, reply, id, stamps) {
    const mine = item.kind === 'MESSAGE' && reply !== undefined && reply.text.endsWith(` ${id}`);
    if (item.kind === 'MESSAGE') {
        return {
            kind: mine ? 'content mine' : 'content', alike: '', items: [item.number], stamps, label: `${mine ? 'this message' : 'message'} ${bytes(item.octets)}`,
            title: `${bytes(item.octets)} of a message, from byte ${item.from}`,
        };
    }
    const label = itemText(item);
    return {
        kind: 'command', alike: stamps.length > 0 ? '' : item.verb ?? '', items: [item.number], stamps, label,
        title: `${label}, ${bytes(item.octets)}, read at ${duration(item.atMicros)}`,
    };
}

/** An item in a few words. The client chose the text. */
export function itemText(item) {
    if (item.kind === 'MESSAGE') {
        return `message ${bytes(item.octets)}`;
    }
    const hidesSecret = item.verb === 'AUTH' && item.octets > item.text.length + 2;
    return item.text ? item.text + (hidesSecret ? ' …' : '') : item.verb === null ? '(a line)' : `${item.verb} …`;
}

/** The lines of a reply as they were sent. The recording has all lines of the reply to EHLO, and the first line of others. */
const linesOf = ({text, code, keywords}) =>
    [text, ...keywords.map((keyword, index) => `${code}${index < keywords.length - 1 ? '-' : ' '}${keyword}`)];

/** A car per line of the reply. The lines of one reply are not merged. */
function serverCars(reply, stamps) {
    const took = reply.readyMicros - reply.queuedMicros;
    const [first, ...more] = linesOf(reply);
    const kind = reply.code >= 400 ? 'refusal' : 'reply';
    const title = `ready ${duration(Math.max(0, took))} after the command`;
    const items = [reply.item];
    return [{
        kind, alike: more.length > 0 || stamps.length > 0 ? '' : `${reply.code}`, items, stamps, label: first, title: `${first}: ${title}`,
        waited: took >= NOTABLE_MICROS ? `took ${duration(took)}` : '',
    }, ...more.map(line => ({kind, alike: '', items, stamps: [], label: line, title: `${line}: ${title}`, waited: ''}))];
}

/** Merges long runs of similar cars into one. A train without cars carries a part of a longer item. */
function merged(cars, length) {
    if (cars.length === 0) {
        return [{kind: 'piece', alike: '', items: [], stamps: [], label: `part, ${bytes(length)}`, title: 'part of something longer'}];
    }
    const short = [];
    for (let from = 0; from < cars.length;) {
        let to = from + 1;
        while (to < cars.length && cars[to].alike && cars[to].alike === cars[from].alike) {
            to++;
        }
        if (to - from > MAX_ALIKE) {
            const between = to - from - 3;
            short.push(cars[from], cars[from + 1],
                {
                    kind: `${cars[from].kind} many`, alike: '', items: cars.slice(from + 2, to - 1).flatMap(car => car.items), stamps: [],
                    label: `${between} more ${cars[from].alike}`, title: `${between} more like these`,
                },
                cars[to - 1]);
        } else {
            short.push(...cars.slice(from, to));
        }
        from = to;
    }
    return short;
}
