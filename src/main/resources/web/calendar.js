// SPDX-License-Identifier: Apache-2.0
// The Calendar tab: the events of a text/calendar part (RFC 5545).

import * as api from './api.js';
import {h} from './dom.js';
import {instantOf} from './timezone.js';

const MAX_BYTES = 1024 * 1024;
const MAX_EVENTS = 100;
const METHODS = {
    REQUEST: 'Invitation', CANCEL: 'Cancellation', REPLY: 'Reply to an invitation', PUBLISH: 'Announcement', COUNTER: 'Counter-proposal',
    ADD: 'Additional dates', REFRESH: 'Request for an update', DECLINECOUNTER: 'Declined counter-proposal',
};
const ANSWERS = {ACCEPTED: 'accepted', DECLINED: 'declined', TENTATIVE: 'tentative', DELEGATED: 'delegated', 'NEEDS-ACTION': 'no answer yet'};
const UNITS = {DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year', HOURLY: 'hour', MINUTELY: 'minute', SECONDLY: 'second'};
const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
const DAYS = {MO: 'Monday', TU: 'Tuesday', WE: 'Wednesday', TH: 'Thursday', FR: 'Friday', SA: 'Saturday', SU: 'Sunday'};

/** What a table has for a word of a calendar; undefined for other words, such as "constructor". */
const lookup = (table, word) => (Object.hasOwn(table, word) ? table[word] : undefined);

/** The parts of a message that are calendars. */
export const calendarParts = message => [...message.inline, ...message.attachments].filter(part => part.contentType === 'text/calendar');

/** Draws the tab. */
export async function calendar(panel, message, signal) {
    for (const part of calendarParts(message)) {
        try {
            const {text} = await api.beginning(api.partUrl(message.id, part.part), MAX_BYTES, signal);
            const root = parse(text);
            const events = root.inner.flatMap(one => one.inner.map(event => [one, event]))
                .filter(([, event]) => event.name === 'VEVENT' || event.name === 'VTODO');
            panel.append(...events.slice(0, MAX_EVENTS).map(([one, event]) => card(one, event)));
            if (events.length !== Math.min(events.length, MAX_EVENTS)) {
                panel.append(h('p', {class: 'note'}, `The first ${MAX_EVENTS} of ${events.length} events.`));
            }
            if (events.length === 0) {
                panel.append(h('p', {class: 'nothing'}, 'This calendar has no events.'));
            }
        } catch (failure) {
            if (failure.name !== 'AbortError') {
                panel.append(h('p', {class: 'nothing'}, failure.message));
            }
        }
    }
}

/** Components with their properties. Lines that are not properties are ignored. */
export function parse(text) {
    const root = {name: '', properties: [], inner: []};
    const open = [root];
    for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
        const found = /^([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/.exec(line);
        if (!found) {
            continue;
        }
        const [, name, parameters, value] = found;
        if (/^BEGIN$/i.test(name)) {
            const component = {name: value.trim().toUpperCase(), properties: [], inner: []};
            open[open.length - 1].inner.push(component);
            open.push(component);
        } else if (/^END$/i.test(name)) {
            open.length = Math.max(1, open.length - 1);
        } else {
            open[open.length - 1].properties.push({name: name.toUpperCase(), value, parameters: parametersOf(parameters)});
        }
    }
    return root;
}

function parametersOf(text) {
    const parameters = {};
    for (const [, name, value] of text.matchAll(/;([\w-]+)=((?:"[^"]*"|[^";])*)/g)) {
        parameters[name.toUpperCase()] = value.replace(/"/g, '');
    }
    return parameters;
}

const property = (component, name) => component.properties.find(one => one.name === name);
const text = one => (one ? one.value.replace(/\\([nN,;\\])/g, (_, escaped) => (/n/i.test(escaped) ? '\n' : escaped)) : '');

/** A date, or a date and time: on the clock of its zone, which is empty for the clock of the reader. */
export function moment(one) {
    const found = one && /^(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)?(Z?))?$/.exec(one.value.trim());
    if (!found) {
        return null;
    }
    const [, year, month, day, hour, minute, second, utc] = found;
    return {
        wall: Date.UTC(year, month - 1, day, hour ?? 0, minute ?? 0, second ?? 0), allDay: hour === undefined,
        zone: utc ? 'UTC' : one.parameters.TZID ?? '',
    };
}

/** The time as it is on the reader's clock, if the zone is known and it is another one; otherwise null. */
function here(moment, calendar) {
    const instant = instantOf(moment, calendar);
    return instant === null || moment.wall - instant.getTime() === -instant.getTimezoneOffset() * 60_000 ? null : instant;
}

const DATE = new Intl.DateTimeFormat(undefined, {dateStyle: 'full', timeZone: 'UTC'});
const TIME = new Intl.DateTimeFormat(undefined, {timeStyle: 'short', timeZone: 'UTC'});
const LOCAL = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});
const MONTH = new Intl.DateTimeFormat(undefined, {month: 'long', timeZone: 'UTC'});
const RULE_PARTS = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'COUNT', 'UNTIL', 'WKST'];
const DAY_MILLIS = 24 * 60 * 60 * 1000;

/** "Tuesday, 10 March 2026, 14:00 – 15:30 (Europe/Berlin)". */
function when(start, end) {
    if (start.allDay) {
        const last = end ? end.wall - DAY_MILLIS : start.wall; // the end is not included
        return last > start.wall ? `${DATE.format(start.wall)} – ${DATE.format(last)}` : `${DATE.format(start.wall)}, all day`;
    }
    const inZone = ({zone}) => (zone ? ` (${zone})` : '');
    const otherZone = end && end.zone !== start.zone ? inZone(start) : '';
    const until = !end || (end.wall === start.wall && end.zone === start.zone) ? '' : DATE.format(end.wall) === DATE.format(start.wall) && end.zone === start.zone
        ? ` – ${TIME.format(end.wall)}` : ` – ${DATE.format(end.wall)}, ${TIME.format(end.wall)}`;
    return `${DATE.format(start.wall)}, ${TIME.format(start.wall)}${otherZone}${until}${inZone(end ?? start)}`;
}

/** The end: DTEND, or DTSTART and DURATION. */
function endOf(event, start) {
    const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(property(event, 'DURATION')?.value.trim() ?? '');
    if (!found || !start) {
        return moment(property(event, 'DTEND') ?? property(event, 'DUE'));
    }
    const [weeks, days, hours, minutes, seconds] = found.slice(1).map(one => Number(one ?? 0));
    return {...start, wall: start.wall + ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000};
}

/** "third", "last", "second to last". */
const ordinal = number => (number === -1 ? 'last' : number < 0 ? `${ordinal(-number)} to last` : ORDINALS[number] ?? `${number}th`);

/** An RRULE in words; as it is written if the words would say something else. */
export function recurrence(rule) {
    const fields = Object.fromEntries(rule.split(';').filter(one => one).map(one => one.split('=')));
    const listOf = name => (fields[name] ?? '').split(',').filter(one => one);
    const unit = lookup(UNITS, fields.FREQ);
    const months = listOf('BYMONTH');
    const isPlain = unit && Object.keys(fields).every(name => RULE_PARTS.includes(name)) && !(fields.BYDAY && fields.BYMONTHDAY)
        && months.every(month => month >= 1 && month <= 12);
    if (!isPlain) {
        return rule;
    }
    const days = listOf('BYDAY').map(day => {
        const [, which, name] = /^([+-]?\d*)(\w\w)$/.exec(day) ?? [];
        return `${which ? `the ${ordinal(Number(which))} ` : ''}${lookup(DAYS, name) ?? day}`;
    });
    const dates = listOf('BYMONTHDAY').map(date => (date < 0 ? `the ${ordinal(Number(date))} day` : `day ${date}`));
    const inMonths = months.map(month => MONTH.format(Date.UTC(2024, month - 1))).join(', ');
    const until = moment({value: fields.UNTIL ?? '', parameters: {}});
    return (fields.INTERVAL > 1 ? `Every ${fields.INTERVAL} ${unit}s` : `Every ${unit}`)
        + (days.length + dates.length > 0 ? ` on ${[...days, ...dates].join(', ')}` : '') + (inMonths && ` in ${inMonths}`)
        + (fields.COUNT ? `, ${fields.COUNT} times` : '') + (until ? `, until ${DATE.format(until.wall)}` : '');
}

const mailbox = one => {
    const place = one.value.replace(/^mailto:/i, '');
    return one.parameters.CN && one.parameters.CN !== place ? `${one.parameters.CN} <${place}>` : place;
};

function card(root, event) {
    const start = moment(property(event, 'DTSTART'));
    const end = endOf(event, start);
    const local = start && !start.allDay && start.zone ? here(start, root) : null;
    const organizer = property(event, 'ORGANIZER');
    const attendees = event.properties.filter(one => one.name === 'ATTENDEE');
    const status = text(property(event, 'STATUS')).toLowerCase();
    const method = text(property(root, 'METHOD')).toUpperCase();
    const cancelled = status === 'cancelled' || method === 'CANCEL';
    const rows = [
        ['When', start && when(start, end)], ['Due', !start && end && when(end, null)], ['Your time', local && LOCAL.format(local)],
        ['Repeats', property(event, 'RRULE') && recurrence(property(event, 'RRULE').value)],
        ['Where', text(property(event, 'LOCATION'))], ['Organizer', organizer && mailbox(organizer)],
        ['Status', status], ['URL', text(property(event, 'URL'))],
    ];
    return h('section', {class: cancelled ? 'event cancelled' : 'event'},
        (start ?? end) && month(start ?? end, end),
        h('div', {class: 'event-text'},
            h('p', {class: 'quiet'}, lookup(METHODS, method) ?? (event.name === 'VTODO' ? 'Task' : 'Event')),
            h('h3', {}, text(property(event, 'SUMMARY')) || '(no title)'),
            h('dl', {class: 'event-facts'}, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
                attendees.length > 0 && [h('dt', {}, 'Attendees'), h('dd', {}, h('ul', {class: 'attendees'}, ...attendees.map(one =>
                    h('li', {}, mailbox(one), ' ', h('span', {class: 'mark'}, lookup(ANSWERS, one.parameters.PARTSTAT ?? 'NEEDS-ACTION') ?? one.parameters.PARTSTAT)))))]),
            property(event, 'DESCRIPTION') && h('p', {class: 'event-description'}, text(property(event, 'DESCRIPTION')))));
}

/** The month in which the event begins, with its days marked. */
function month(start, end) {
    const first = new Date(start.wall);
    const year = first.getUTCFullYear();
    const number = first.getUTCMonth();
    const lastWall = end ? Math.max(start.wall, end.wall - 1) : start.wall;
    const before = (new Date(Date.UTC(year, number, 1)).getUTCDay() + 6) % 7; // weeks begin on Monday (ISO 8601)
    const days = new Date(Date.UTC(year, number + 1, 0)).getUTCDate();
    const cells = [...Array(before).fill(0), ...Array.from({length: days}, (_, index) => index + 1)];
    const weeks = Array.from({length: Math.ceil(cells.length / 7)}, (_, week) => Array.from({length: 7}, (_, day) => cells[week * 7 + day] ?? 0));
    const weekday = new Intl.DateTimeFormat(undefined, {weekday: 'narrow', timeZone: 'UTC'});
    const isMarked = day => day > 0 && Date.UTC(year, number, day + 1) > start.wall && Date.UTC(year, number, day) <= lastWall;
    return h('table', {class: 'month'},
        h('caption', {}, new Intl.DateTimeFormat(undefined, {month: 'long', year: 'numeric', timeZone: 'UTC'}).format(first)),
        h('thead', {'aria-hidden': 'true'}, h('tr', {}, ...Array.from({length: 7}, (_, day) => h('th', {}, weekday.format(Date.UTC(2024, 0, 1 + day)))))),
        h('tbody', {}, ...weeks.map(week => h('tr', {}, ...week.map(day =>
            h('td', {class: isMarked(day) ? 'marked' : null, 'aria-current': isMarked(day) ? 'date' : null}, day || ''))))));
}
