// SPDX-License-Identifier: Apache-2.0
// Tests the HTML tab, the check of List-Unsubscribe, the Calendar tab, and the documentation of the API. Arguments: URL, the SMTP port,
// the browser's executable.

import assert from 'node:assert/strict';
import {hostile} from './hostile.mjs';
import {launch, open, phone, play, row, tab} from './browser.mjs';
import {mail, multipart} from './smtp.mjs';

const [base, port, program] = process.argv.slice(2);
const errors = [];
const requested = [];
const browser = await launch(program);
const page = await open(browser, `${base}/`, errors, {timezoneId: 'America/New_York', locale: 'en-GB'});
page.on('request', request => requested.push(request.url()));
const send = message => mail(Number(port), message);
const exactTab = name => page.getByRole('tab', {name, exact: true});
const show = async subject => {
    await row(page, subject).click();
    await page.getByRole('heading', {name: subject, exact: true}).waitFor();
};

const HTML = '<!doctype html><html><head><style>p{color:red}</style></head><body><!-- note > --><div class="a > b"><h1>Hello</h1>'
    + '<p>One <b>two</b>.<br>Three</p></div><script>if (1 < 2) { window.taken = 1; }</script></body></html>';

const event = lines => ['BEGIN:VCALENDAR', 'METHOD:REQUEST', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
const invitation = (subject, calendar) => `Subject: ${subject}\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n`
    + `--b\nContent-Type: text/plain\n\nInvited.\n--b\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n${calendar}\n--b--`;
const facts = async () => Object.fromEntries(await page.locator('.event-facts').first().evaluate(list =>
    [...list.querySelectorAll(':scope > dt')].map(term => [term.textContent, term.nextElementSibling.innerText])));

await play(browser, {
    async 'the HTML is shown as text, indented or as sent'() {
        await send(multipart({subject: 'with html', text: 'x', html: HTML}));
        await show('with html');
        await exactTab('HTML').click();
        const source = page.getByRole('region', {name: 'HTML source'});
        assert.equal((await source.innerText()).trim(), ['<!doctype html>', '<html>', '  <head>', '    <style>p{color:red}</style>', '  </head>', '  <body>',
            '    <!-- note > -->', '    <div class="a > b">', '      <h1>Hello</h1>', '      <p>', '        One <b>two</b>.<br>', '        Three',
            '      </p>', '    </div>', '    <script>if (1 < 2) { window.taken = 1; }</script>', '  </body>', '</html>'].join('\n'));
        await page.getByRole('button', {name: 'As sent'}).click();
        assert.equal((await source.innerText()).trim(), HTML);
        assert.deepEqual(await source.locator('.m-value').allInnerTexts(), ['"a > b"']);
    },

    async 'hostile HTML stays text, however broken it is'() {
        for (const [subject, html] of [['broken one', `${'<a "'.repeat(20_000)}<img src=x onerror=window.taken=1>`],
            ['broken two', `<style>${'<b '.repeat(20_000)}`], ['broken three', `${'<div>'.repeat(20_000)}<!--`]]) {
            await send(`Subject: ${subject}\nContent-Type: text/html\n\n${html.replace(/(.{900})/g, '$1\n')}`);
            await show(subject);
            const start = Date.now();
            await exactTab('HTML').click();
            await page.locator('pre.markup').getByText('<').first().waitFor();
            assert.ok(Date.now() - start < 10_000, `${subject} took ${Date.now() - start} ms`);
        }
        await send(hostile('http://127.0.0.1:9'));
        await row(page, '<img src=x').click();
        await exactTab('HTML').click();
        await page.locator('pre.markup').getByText('onerror').first().waitFor();
        assert.equal(await page.locator('pre.markup :not(span)').count(), 0, 'only spans');
        assert.equal(await page.evaluate(() => window.taken ?? null), null);
    },

    async 'List-Unsubscribe is checked'() {
        const verdict = async (subject, fields, expected) => {
            await send(`Subject: ${subject}\n${fields}\n\nx`);
            await show(subject);
            await page.locator('.unsubscribe').getByText(expected, {exact: true}).waitFor();
        };
        await verdict('list one', 'List-Unsubscribe: <mailto:off@example.org>, <https://example.org/off?a=1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click',
            'valid, one click (RFC 8058)');
        const link = page.locator('.unsubscribe').getByRole('link');
        assert.equal(await link.getAttribute('href'), 'https://example.org/off?a=1');
        assert.equal(await link.getAttribute('rel'), 'noreferrer noopener');
        await verdict('list two', 'List-Unsubscribe: <https://example.org/off>', 'valid, not one click');
        await verdict('list three', 'List-Unsubscribe: <mailto:off@example.org>', 'valid, by mail only');
        await verdict('list four', 'List-Unsubscribe: https://example.org/off', 'no link between < and >');
        await verdict('list five', 'List-Unsubscribe: <mailto:off@example.org>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click',
            'List-Unsubscribe-Post needs an https link');
        await verdict('list six', 'List-Unsubscribe: <javascript:alert(1)>', 'invalid link: javascript:alert(1)');
        assert.equal(await page.locator('.unsubscribe a').count(), 0);
        await send('Subject: no list\n\nx');
        await show('no list');
        assert.equal(await page.locator('.unsubscribe').count(), 0);
    },

    async 'an invitation is shown as a calendar'() {
        await send(invitation('an invitation', event(['DTSTART;TZID=Europe/Berlin:20260310T140000', 'DTEND;TZID=Europe/Berlin:20260310T153000',
            'SUMMARY:Inspection\\, track 9', 'LOCATION:Hall 2', 'DESCRIPTION:Bring a hat.\\nAnd a <b>lamp</b>\\; bright.', 'STATUS:CONFIRMED',
            'ORGANIZER;CN="Ada; L.":mailto:ada@example.org', 'ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob\r\n @example.org',
            'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=5;BYDAY=TU'])));
        await show('an invitation');
        await exactTab('Calendar').click();
        await page.getByRole('heading', {name: 'Inspection, track 9'}).waitFor();
        const shown = await facts();
        assert.match(shown.When, /^Tuesday,? 10 March 2026, 14:00 – 15:30 \(Europe\/Berlin\)$/);
        assert.match(shown['Your time'], /^10 Mar 2026, 09:00$/, 'New York has summer time two weeks earlier');
        assert.equal(shown.Repeats, 'Every 2 weeks on Tuesday, 5 times');
        assert.equal(shown.Organizer, 'Ada; L. <ada@example.org>');
        assert.equal(shown.Attendees, 'Bob <bob@example.org> accepted');
        assert.equal(await page.locator('.event-description').innerText(), 'Bring a hat.\nAnd a <b>lamp</b>; bright.');
        assert.deepEqual(await page.locator('.month .marked').allInnerTexts(), ['10']);
    },

    async 'so are events of days, with a duration, and cancelled ones'() {
        await send(invitation('days', event(['DTSTART;VALUE=DATE:20260228', 'DTEND;VALUE=DATE:20260303', 'SUMMARY:Holiday'])));
        await show('days');
        await page.getByRole('heading', {name: 'Holiday'}).waitFor();
        assert.match((await facts()).When, /^Saturday,? 28 February 2026 – Monday,? 2 March 2026$/);
        assert.deepEqual(await page.locator('.month .marked').allInnerTexts(), ['28']);
        await send(invitation('duration', event(['DTSTART:20260310T140000Z', 'DURATION:PT1H30M', 'SUMMARY:Call', 'STATUS:CANCELLED'])));
        await show('duration');
        await page.locator('.event.cancelled').getByText('Call').waitFor();
        assert.match((await facts()).When, /14:00 – 15:30 \(UTC\)$/);
        await send(invitation('not a calendar', 'BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:X'));
        await show('not a calendar');
        await page.getByText('This calendar has no events.').waitFor();
        await show('no list');
        assert.equal(await exactTab('Calendar').count(), 0);
        assert.equal(await tab(page, 'Text').getAttribute('aria-selected'), 'true');
    },

    async 'a zone is what the calendar says that it is'() {
        const zone = (name, standard, daylight) => ['BEGIN:VTIMEZONE', `TZID:${name}`, 'BEGIN:STANDARD', ...standard, 'END:STANDARD',
            ...(daylight ? ['BEGIN:DAYLIGHT', ...daylight, 'END:DAYLIGHT'] : []), 'END:VTIMEZONE'];
        const central = zone('Central Standard Time',
            ['DTSTART:16010101T020000', 'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0600', 'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11'],
            ['DTSTART:16010101T020000', 'TZOFFSETFROM:-0600', 'TZOFFSETTO:-0500', 'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3']);
        const berlin = zone('Custom',
            ['DTSTART:19961027T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'],
            ['DTSTART:19810329T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3']);
        const fixed = zone('Fixed', ['DTSTART:19700101T000000', 'TZOFFSETFROM:+0530', 'TZOFFSETTO:+0530']);
        const listed = zone('Listed', ['DTSTART:20200101T000000', 'TZOFFSETFROM:+0000', 'TZOFFSETTO:+0100', 'RDATE:20260601T000000']);
        let number = 0;
        const yours = async (definition, name, time) => {
            const subject = `zone ${++number}`;
            await send(invitation(subject, ['BEGIN:VCALENDAR', ...definition, 'BEGIN:VEVENT', `DTSTART;TZID=${name}:${time}`, `SUMMARY:event of ${subject}`,
                'END:VEVENT', 'END:VCALENDAR'].join('\r\n')));
            await show(subject);
            await exactTab('Calendar').click();
            await page.getByRole('heading', {name: `event of ${subject}`, exact: true}).waitFor();
            return (await facts())['Your time'];
        };
        for (const [definition, name, time, expected] of [
            [central, 'Central Standard Time', '20260528T130000', '28 May 2026, 14:00'],
            [central, 'Central Standard Time', '20261101T030000', '1 Nov 2026, 04:00'],
            [central, 'Central Standard Time', '20260115T130000', '15 Jan 2026, 14:00'],
            [berlin, 'Custom', '20260328T120000', '28 Mar 2026, 07:00'],
            [berlin, 'Custom', '20260329T120000', '29 Mar 2026, 06:00'],
            [berlin, 'Custom', '20261025T120000', '25 Oct 2026, 07:00'],
            [fixed, 'Fixed', '20260701T120000', '1 Jul 2026, 02:30'],
            [listed, 'Listed', '20260701T120000', '1 Jul 2026, 07:00'],
            [[], '/example.org/Europe/Berlin', '20260701T120000', '1 Jul 2026, 06:00'],
            [[], 'Nowhere', '20260701T120000', undefined],
            [zone('Broken', ['DTSTART:x', 'TZOFFSETTO:y']), 'Broken', '20260701T120000', undefined],
        ]) {
            assert.equal(await yours(definition, name, time), expected, `${name} ${time}`);
        }
        await send(invitation('the last one', event(['DTSTART:20260528T130000', 'DTEND:20260528T130000', 'SUMMARY:Review',
            'RRULE:FREQ=MONTHLY;BYDAY=-1TH,2FR,-2MO'])));
        await show('the last one');
        await page.getByRole('heading', {name: 'Review'}).waitFor();
        assert.equal((await facts()).Repeats, 'Every month on the last Thursday, the second Friday, the second to last Monday');
        assert.match((await facts()).When, /28 May 2026, 13:00$/, 'no end at the time of the start');
        const rules = {
            'FREQ=YEARLY;BYMONTH=5;BYDAY=2SU': 'Every year on the second Sunday in May',
            'FREQ=MONTHLY;BYMONTHDAY=15,-1;COUNT=4': 'Every month on day 15, the last day, 4 times',
            'FREQ=WEEKLY;WKST=SU;BYDAY=MO,FR': 'Every week on Monday, Friday',
            'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1': 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', // the words would say every workday
            'FREQ=YEARLY;BYMONTH=13': 'FREQ=YEARLY;BYMONTH=13',
            'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13': 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
            'FREQ=DAILY;': 'Every day',
        };
        await send(invitation('all the rules', ['BEGIN:VCALENDAR', ...Object.keys(rules).flatMap((rule, index) =>
            ['BEGIN:VEVENT', 'DTSTART:20260528T130000', `SUMMARY:rule ${index}`, `RRULE:${rule}`, 'END:VEVENT']), 'END:VCALENDAR'].join('\r\n')));
        await show('all the rules');
        await page.getByRole('heading', {name: 'rule 6'}).waitFor();
        assert.deepEqual(await page.locator('.event-facts').evaluateAll(lists => lists.map(list =>
            [...list.querySelectorAll('dt')].find(term => term.textContent === 'Repeats').nextElementSibling.innerText)), Object.values(rules));
    },

    async 'an end in another zone, a task that is due, and words that no calendar has'() {
        await send(invitation('two zones', event(['DTSTART;TZID=America/New_York:20260310T140000', 'DTEND;TZID=America/Los_Angeles:20260310T170000',
            'SUMMARY:A flight', 'RRULE:FREQ=constructor', 'ATTENDEE;PARTSTAT=toString:mailto:x@example.org'])));
        await show('two zones');
        await page.getByRole('heading', {name: 'A flight'}).waitFor();
        assert.match((await facts()).When, /2026, 14:00 \(America\/New_York\) – .* 17:00 \(America\/Los_Angeles\)$/);
        assert.equal((await facts()).Repeats, 'FREQ=constructor');
        assert.equal((await facts()).Attendees, 'x@example.org toString');
        await send(invitation('a task', 'BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDUE:20260401T100000Z\r\nSUMMARY:To do\r\nEND:VTODO\r\n'
            + 'BEGIN:VEVENT\r\nDTSTART:99999999T999999\r\nSUMMARY:Never\r\nEND:VEVENT\r\nEND:VCALENDAR'));
        await show('a task');
        await page.getByRole('heading', {name: 'Never'}).waitFor();
        assert.match((await facts()).Due, /1 April 2026, 10:00 \(UTC\)$/);
        assert.equal(await page.locator('.month').count(), 1);
    },

    async 'a preview without a known charset is UTF-8, or else windows-1252'() {
        const csv = (name, type, content) => `--b\nContent-Type: ${type}; name=${name}\nContent-Transfer-Encoding: base64\n\n`
            + `${Buffer.from(content, 'latin1').toString('base64')}\n`;
        await send('Subject: previews\nContent-Type: multipart/mixed; boundary=b\n\n' + csv('a.csv', 'text/csv', 'Pr\u00fcfung \u0080')
            + csv('b.csv', 'text/csv', 'Pr\u00c3\u00bcfung') + csv('c.csv', 'text/csv; charset=koi8-r', '\u00f0')
            + csv('d.csv', 'text/csv; charset=unknown', 'Pr\u00fcfung') + csv('e.csv', 'text/csv', `${'x'.repeat(256 * 1024 - 1)}\u00c3\u00bc`) + '--b--');
        await show('previews');
        await page.getByRole('tab', {name: 'Parts'}).click();
        for (const one of await page.locator('.parts summary').filter({hasText: 'Preview'}).all()) {
            await one.click();
        }
        const previews = page.locator('.parts pre.preview');
        await previews.last().getByText('xxx').waitFor();
        assert.deepEqual((await previews.allInnerTexts()).slice(0, 4), ['Pr\u00fcfung \u20ac', 'Pr\u00fcfung', '\u041f', 'Pr\u00fcfung']);
        assert.match(await previews.last().innerText(), /^x+\n…$/, 'a character that is cut is left out');
        await tab(page, 'Text').click();
    },

    async 'a message without text opens with its calendar or its parts'() {
        const fresh = await open(browser, `${base}/`, errors);
        for (const [subject, type, expected] of [['bare image', 'image/png', 'Parts'], ['bare markdown', 'text/markdown', 'Parts'],
            ['bare calendar', 'text/calendar', 'Calendar'], ['bare text', 'text/plain', 'Text']]) {
            await send(`Subject: ${subject}\nContent-Type: ${type}\n\n${type.endsWith('calendar') ? event(['DTSTART:20260310']) : 'x'}`);
            await row(fresh, subject).click();
            await fresh.getByRole('heading', {name: subject, exact: true}).waitFor();
            assert.equal(await fresh.getByRole('tab', {selected: true}).evaluate(one => one.dataset.tab), expected.toLowerCase());
        }
        await fresh.context().close();
    },

    async 'a name that turns the direction of text leaves the address and the tags alone'() {
        await send('From: =?utf-8?Q?Ann_=E2=80=AE=3Cmoc=2Elive=40x=3E?= <x@example.org>\nSubject: =?utf-8?Q?turned_=E2=80=AEgnp.exe?=\nX-Tags: kept\n\nx');
        const turned = row(page, 'turned');
        await turned.click();
        await page.getByRole('heading', {name: 'turned'}).waitFor();
        const left = (element, text) => element.evaluate((one, wanted) => {
            const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(wanted);
                if (at >= 0) {
                    const range = document.createRange();
                    range.setStart(walker.currentNode, at);
                    range.setEnd(walker.currentNode, at + wanted.length);
                    return range.getBoundingClientRect().left;
                }
            }
            return NaN;
        }, text);
        const from = page.locator('.people dd').first();
        assert.equal((await from.innerText()).replace(/\u202e/g, ''), 'Ann <moc.live@x> <x@example.org>');
        assert.ok(await left(from, 'x@') < await left(from, 'example.org'), 'the address reads from left to right');
        assert.ok(await left(from, 'Ann') < await left(from, 'example.org'), 'after the name');
        assert.ok(await left(turned, 'turned') < await left(turned, 'kept'), 'the tag is after the subject');
    },

    async 'many tags leave room for the message'() {
        const tags = Array.from({length: 40}, (_, number) => `tag number ${number}`);
        for (const [subject, options] of [['tags on a desk', {viewport: {width: 1280, height: 800}}], ['tags on a phone', phone(360)]]) {
            await send(`Subject: ${subject}\nX-Tags: ${tags.join(', ')}\n\nstill here`);
            const fresh = await open(browser, `${base}/`, errors, options);
            await row(fresh, subject).click();
            await fresh.getByText('still here', {exact: true}).waitFor();
            const panel = await fresh.getByRole('tabpanel').boundingBox();
            assert.ok(panel.height > 300, `the panel is ${panel.height} px high`);
            await fresh.getByRole('button', {name: '+ tag'}).click();
            await fresh.getByLabel('New tag').press('Escape');
            await fresh.getByRole('button', {name: 'Remove tag tag number 9', exact: true}).click();
            await fresh.getByRole('button', {name: 'Remove tag tag number 9', exact: true}).waitFor({state: 'detached'});
            await fresh.context().close();
        }
    },

    async 'the API is documented on a page that loads nothing from elsewhere'() {
        assert.deepEqual(errors.splice(0).filter(error => !/Blocked script execution|violates|sandbox/.test(error)), []);
        await page.getByRole('link', {name: 'API documentation'}).click();
        await page.getByRole('heading', {name: 'Boxcar, version 1'}).waitFor();
        const documented = (await (await fetch(`${base}/api/boxcar/v1/openapi.json`)).json()).paths;
        const number = Object.values(documented).flatMap(Object.keys).length;
        assert.equal(await page.locator('.operation').count(), number);
        await page.getByRole('searchbox').fill('release');
        const found = page.locator('.operation:visible');
        await found.filter({hasText: 'POST'}).first().waitFor();
        assert.ok(await found.count() < number);
        await page.getByText('/api/boxcar/v1/messages/release').click();
        await page.getByText('at most 1,000 per request').waitFor();
        assert.match(page.url(), /#releaseMessages$/);
        await page.getByRole('searchbox').fill('no such thing');
        await page.getByText('No operations match.').waitFor();
        await page.reload();
        await page.getByText('at most 1,000 per request').waitFor();
        await page.getByText('/api/boxcar/v1/messages/{id}', {exact: true}).first().click();
        await page.locator('#getMessage').getByRole('link', {name: 'Message', exact: true}).click();
        await page.locator('#schema-Message').getByText('outline', {exact: true}).waitFor();
        assert.equal(await page.locator('a[href*="#schema-"]').evaluateAll(links =>
            links.filter(link => document.getElementById(link.hash.slice(1)) === null).length), 0, 'every link has a target');
        await page.getByRole('link', {name: 'Mailpit'}).click();
        await page.getByText('/api/v1/message/{ID}', {exact: false}).or(page.getByText('/api/v1/message/{id}')).first().waitFor();
        await page.getByRole('link', {name: 'Boxcar API'}).click();
        await page.getByText('No message is open.').waitFor();
        assert.deepEqual(errors, []);
        assert.deepEqual(requested.filter(url => !url.startsWith(base)), []);
    },
}, errors);
