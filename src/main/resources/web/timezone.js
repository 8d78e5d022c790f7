// SPDX-License-Identifier: Apache-2.0
// The time zones of a calendar: as the calendar defines them (RFC 5545 §3.6.5), or as the browser knows them.

const MINUTE_MILLIS = 60_000;
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

const valueOf = (component, name) => component.properties.find(one => one.name === name)?.value.trim() ?? '';

/** "-0330" or "+013015" in milliseconds; null if it is neither. */
function offset(text) {
    const found = /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(text);
    return found && (found[1] === '-' ? -1 : 1) * ((found[2] * 60 + Number(found[3])) * 60 + Number(found[4] ?? 0)) * 1000;
}

/** "20260310T140000" on the clock of the zone, as if that were UTC; null if it is not a time. */
function wall(text) {
    const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(text);
    return found && Date.UTC(found[1], found[2] - 1, found[3], found[4], found[5], found[6]);
}

/** The day of the month that is the nth such weekday, counted from the end if n is negative. */
function weekday(year, month, n, day) {
    const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    const first = 1 + (day - new Date(Date.UTC(year, month, 1)).getUTCDay() + 7) % 7;
    return n > 0 ? first + (n - 1) * 7 : first + (Math.floor((days - first) / 7) + 1 + n) * 7;
}

/** When the yearly rule of an observance applies in a year; null if it does not, or is of a kind that zones do not use. */
function yearly(rule, start, year) {
    const fields = Object.fromEntries(rule.split(';').map(one => one.split('=')));
    const day = /^([+-]?\d)(\w\w)$/.exec(fields.BYDAY ?? '');
    const until = wall(fields.UNTIL ?? '');
    if (fields.FREQ !== 'YEARLY' || (fields.BYDAY && !(day && DAYS.includes(day[2]))) || (fields.BYMONTH ?? '').includes(',')) {
        return null;
    }
    const first = new Date(start);
    const month = fields.BYMONTH ? fields.BYMONTH - 1 : first.getUTCMonth();
    const date = day ? weekday(year, month, Number(day[1]), DAYS.indexOf(day[2])) : first.getUTCDate();
    const time = start - Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate());
    const onset = Date.UTC(year, month, date) + time;
    return onset < start || (until !== null && onset > until) ? null : onset;
}

/** The last time at which an observance begins before a time on the zone's clock, or null. */
function lastOnset(observance, before) {
    const start = wall(valueOf(observance, 'DTSTART'));
    if (start === null) {
        return null;
    }
    const year = new Date(before).getUTCFullYear();
    const rules = observance.properties.filter(one => one.name === 'RRULE').flatMap(({value}) =>
        [year - 1, year].map(each => yearly(value.trim(), start, each)));
    const dates = observance.properties.filter(one => one.name === 'RDATE').flatMap(({value}) => value.split(',').map(wall));
    const begun = [start, ...rules, ...dates].filter(onset => onset !== null && onset <= before);
    return begun.length > 0 ? Math.max(...begun) : null;
}

/** The zone's offset at a time on its clock, as its definition says; null without a usable one. */
function definedOffset(definition, time) {
    const observances = definition.inner.filter(({name}) => name === 'STANDARD' || name === 'DAYLIGHT');
    const begun = observances.map(one => [lastOnset(one, time), one]).filter(([onset]) => onset !== null)
        .sort(([one], [other]) => other - one);
    if (begun.length > 0) {
        return offset(valueOf(begun[0][1], 'TZOFFSETTO'));
    }
    return observances.length > 0 ? offset(valueOf(observances[0], 'TZOFFSETFROM')) : null;
}

/** The offset that the browser knows for a zone, also for "/example.org/Europe/Berlin"; null for an unknown zone. */
function knownOffset(zone, time) {
    const name = zone.startsWith('/') ? zone.split('/').slice(-2).join('/') : zone;
    try {
        const clock = new Intl.DateTimeFormat('en-US', {timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric',
            hour: 'numeric', minute: 'numeric', second: 'numeric'});
        const shown = Object.fromEntries(clock.formatToParts(time).map(({type, value}) => [type, Number(value)]));
        return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) - time;
    } catch {
        return null;
    }
}

/**
 * The instant of a time on a zone's clock; null if nothing says what the zone is. The calendar's definition comes first:
 * names such as "Central Standard Time" mean nothing to a browser.
 */
export function instantOf({wall: time, zone}, calendar) {
    const definition = calendar.inner.find(one => one.name === 'VTIMEZONE' && valueOf(one, 'TZID') === zone);
    const known = (definition && definedOffset(definition, time)) ?? knownOffset(zone, time);
    return known === null ? null : new Date(time - Math.round(known / MINUTE_MILLIS) * MINUTE_MILLIS);
}
