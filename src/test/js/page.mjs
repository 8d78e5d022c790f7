// SPDX-License-Identifier: Apache-2.0
// Tests the page in a real browser. Arguments: the web root's URL, the SMTP port, the browser's executable, and optionally a directory
// for screenshots.

import assert from 'node:assert/strict';
import http from 'node:http';
import {createRequire} from 'node:module';
import path from 'node:path';
import {hostile} from './hostile.mjs';
import {mail, multipart, train} from './smtp.mjs';

const [base, smtpPort, program, shots] = process.argv.slice(2);
const port = Number(smtpPort);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const API = `${base}/api/boxcar/v1`;
const TIMEOUT_MILLIS = 20_000;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const beaconHits = [];
const beacon = http.createServer((request, response) => {
    beaconHits.push(request.url);
    response.setHeader('Content-Type', 'image/png');
    response.end(Buffer.from(PIXEL, 'base64'));
});
await new Promise(resolve => beacon.listen(0, '127.0.0.1', resolve));
const otherHost = `http://127.0.0.1:${beacon.address().port}`;

const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
const requested = [];
const errors = [];

async function open(options = {}, where = '/') {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    context.setDefaultTimeout(TIMEOUT_MILLIS);
    const page = await context.newPage();
    page.on('request', request => requested.push(request.url()));
    page.on('pageerror', error => errors.push(`error: ${error.message}`));
    page.on('console', line => line.type() === 'error' && errors.push(`console: ${line.text()} ${line.location().url}`));
    await page.goto(base + where);
    await page.getByRole('status').getByText('live', {exact: true}).waitFor({state: 'attached'});
    return page;
}

async function shoot(page, name) {
    if (shots) {
        await page.screenshot({path: path.join(shots, `${name}.png`)});
    }
}

const json = async address => (await fetch(address)).json();
const rows = page => page.getByRole('option');
const row = (page, subject) => rows(page).filter({hasText: subject});
const tab = (page, name) => page.getByRole('tab', {name});
const plain = subject => `From: Ada Lovelace <ada@example.org>\nTo: bob@example.org\nSubject: ${subject}\n\nThe text of ${subject}.\nhttps://example.org/x`;

const steps = {
    async 'an empty inbox explains how to send the first message'(page) {
        await page.getByRole('heading', {name: 'No mail yet'}).waitFor();
        const text = await page.locator('.first-mail').innerText();
        assert.match(text, new RegExp(`curl .*smtp://localhost:${port} `));
        assert.match(text, new RegExp(`SMTP_HOST=localhost SMTP_PORT=${port}`));
        await shoot(page, 'empty');
    },

    async 'mail appears without a reload'(page) {
        await page.evaluate(() => { window.stayed = true; });
        await mail(port, plain('first of all'));
        await row(page, 'first of all').waitFor();
        await mail(port, plain('second to none'));
        await row(page, 'second to none').waitFor();
        assert.match(await rows(page).first().innerText(), /second to none/, 'newest first');
        assert.equal(await page.evaluate(() => window.stayed), true);
        await page.waitForFunction(() => document.title.startsWith('(2) '));
    },

    async 'opening marks as read, u marks as unread'(page) {
        await row(page, 'first of all').click();
        await page.getByRole('heading', {name: 'first of all'}).waitFor();
        await page.waitForFunction(() => document.title.startsWith('(1) '));
        assert.match(page.url(), /\/view\//);
        await page.keyboard.press('u');
        await page.waitForFunction(() => document.title.startsWith('(2) '));
        assert.equal(await page.getByRole('heading', {name: 'first of all'}).count(), 0);
    },

    async 'search finds, says what is wrong, and is live'(page) {
        await page.keyboard.press('/');
        await page.keyboard.type('subject:second');
        await page.getByText('1 of 2').waitFor();
        await row(page, 'second to none').waitFor(); // rows are drawn in the frame behind the count
        assert.equal(await rows(page).count(), 1);
        await mail(port, plain('a second one'));
        await row(page, 'a second one').waitFor();
        await page.getByRole('searchbox').fill('is:green');
        await page.getByRole('alert').filter({hasText: 'is:'}).waitFor();
        assert.equal(await page.locator('.counts').innerText(), '');
        assert.equal(await page.getByRole('button', {name: 'Delete all'}).isDisabled(), true);
        errors.splice(0); // the browser logs every 400
        await page.getByRole('searchbox').fill('');
        await page.getByText('3 messages').waitFor();
        await page.getByRole('button', {name: 'Search help'}).click();
        await page.getByRole('dialog', {name: 'Search'}).waitFor();
        await shoot(page, 'search-help');
        await page.keyboard.press('Escape');
    },

    async 'a search can be typed slowly while a message is open'(page) {
        await row(page, 'first of all').click();
        await page.getByRole('heading', {name: 'first of all'}).waitFor();
        await page.keyboard.press('/');
        await page.keyboard.type('subject:');
        await page.getByText('No message is open.').waitFor();
        await page.keyboard.type('second');
        await page.getByText('2 of 3').waitFor();
        assert.equal(await page.getByRole('searchbox').inputValue(), 'subject:second');
        await page.getByRole('searchbox').fill('');
        await page.getByText('3 messages').waitFor();
        errors.splice(0); // an unfinished term is a 400
    },

    async 'the tabs show text, headers, source, parts and the envelope'(page) {
        await mail(port, multipart({
            subject: 'Your receipt of May', text: 'Thank you!\n.a line with a dot', html: newsletter(),
            files: [['dot.png', 'image/png', PIXEL], ['lines.csv', 'text/csv; charset=iso-8859-1', Buffer.from('a,b\n1,2\nä,ö\n', 'latin1').toString('base64')]],
        }), 'bounces+7@example.org', ['bob@example.org', 'hidden@example.org', 'bob@example.org']);
        await row(page, 'Your receipt').click();
        await page.frameLocator('iframe').getByText('Thank you, Bob').waitFor();
        await shoot(page, 'rendered');
        await page.getByRole('button', {name: 'Phone, 375 px'}).click();
        assert.equal(await page.locator('iframe').evaluate(frame => frame.getBoundingClientRect().width), 375);
        await page.getByRole('button', {name: 'Full width'}).click();
        await page.keyboard.press('2');
        await page.getByText('.a line with a dot').waitFor();
        await tab(page, 'Headers').click();
        await page.getByRole('row', {name: 'Subject Your receipt of May'}).waitFor();
        await tab(page, 'Source').click();
        await page.getByText('Content-Type: multipart/alternative; boundary=a').waitFor();
        await tab(page, 'Parts').click();
        await page.getByRole('img', {name: 'dot.png'}).waitFor();
        await page.getByText('Preview').click();
        await page.getByText('ä,ö').waitFor();
        const [download] = await Promise.all([
            page.waitForEvent('download'), page.getByRole('link', {name: 'Download'}).last().click()]);
        assert.equal(download.suggestedFilename(), 'lines.csv');
        await shoot(page, 'parts');
        await tab(page, 'Envelope').click();
        const envelope = await page.getByRole('tabpanel').innerText();
        assert.match(envelope, /<bounces\+7@example\.org>[^]*<bob@example\.org>[^]*<hidden@example\.org>[^]*<bob@example\.org>/);
        await shoot(page, 'envelope');
        await tab(page, 'Envelope').press('ArrowRight');
        assert.equal(await tab(page, 'Train').getAttribute('aria-selected'), 'true');
        await page.keyboard.press('1');
    },

    async 'tags are added and removed'(page) {
        await page.keyboard.press('l');
        await page.keyboard.type('billing');
        await page.keyboard.press('Enter');
        await page.getByRole('button', {name: 'Remove tag billing'}).waitFor();
        await row(page, 'billing').waitFor();
        assert.deepEqual((await json(`${API}/messages/latest`)).tags, ['billing']);
        await page.getByRole('button', {name: 'Remove tag billing'}).click();
        await row(page, 'billing').waitFor({state: 'detached'});
    },

    async 'a hostile message runs no scripts, sends nothing and stays in its frame'(page) {
        await mail(port, hostile(otherHost));
        await row(page, '<img src=x').click();
        await page.frameLocator('iframe').getByText('this is the hostile message').waitFor();
        const frame = page.frames().find(one => one.url().includes('.html'));
        await frame.waitForLoadState();
        await page.frameLocator('iframe').getByRole('button', {name: 'go'}).click({force: true});
        const title = await page.locator('.message h2').innerText();
        assert.match(title, /^<img src=x onerror=/, 'the subject is text');
        assert.equal(await page.evaluate(() => document.querySelectorAll('img[src="x"]').length), 0);
        assert.equal(await page.evaluate(() => window.taken ?? null), null, 'no script ran');
        const box = await page.getByRole('searchbox').boundingBox();
        const onTop = await page.evaluate(([x, y]) => document.elementFromPoint(x, y).id, [box.x + 20, box.y + 5]);
        assert.equal(onTop, 'search', 'its styles do not reach the page');
        assert.deepEqual(beaconHits, [], 'nothing was loaded from other hosts');
        assert.ok(page.url().startsWith(base), 'the page was not replaced');
        await shoot(page, 'hostile');
        await page.getByRole('checkbox', {name: 'Load remote content'}).check();
        await waitUntil(() => beaconHits.includes('/remote.png'), 'the image, after remote content was enabled');
        await page.frameLocator('iframe').getByText('this is the hostile message').waitFor();
        assert.equal(await page.evaluate(() => window.taken ?? null), null);
        assert.ok(!beaconHits.some(hit => /script|form|refresh|frame|xhr/.test(hit)), `only visible content is loaded: ${beaconHits}`);
        errors.splice(0); // the browser reports what it blocked
        requested.splice(0);
    },

    async 'Train draws flights and writes, and counts round trips'(page) {
        await train(port, [plain('car one'), plain('car two')], 'ada@example.org', ['bob@example.org', 'eve@example.org']);
        await row(page, 'car two').click();
        await tab(page, 'Train').click();
        await page.getByText('This client pipelines').waitFor();
        const id = (await json(`${API}/messages/latest`)).session;
        const session = await json(`${API}/sessions/${id}`);
        assert.equal(session.roundTrips, 4, 'EHLO, MAIL to DATA, message to DATA, message and QUIT');
        assert.equal(await page.locator('.fact').first().innerText(), '4\nround trips');
        assert.equal(await page.locator('svg.train .flight').count(), session.flights.length);
        assert.equal(await page.locator('svg.train .write').count(), session.trains.length);
        const ehlo = session.replies.find(reply => reply.verb === 'EHLO');
        assert.ok(ehlo.keywords.length > 5);
        const cars = await page.locator('svg.train .reply text').allTextContents();
        assert.deepEqual(ehlo.keywords.filter(keyword => keyword.length < 30 && !cars.some(car => car.slice(4) === keyword)), [], 'a car for each line of the EHLO reply');
        assert.match(await page.locator('svg.train').innerHTML(), /RCPT TO:&lt;eve@example.org&gt;/);
        assert.equal(await page.locator('svg.train .mine').count(), 1, 'the car of this message');
        const costs = await page.locator('.costs tbody tr').first().innerText();
        assert.match(costs, /4\s+40 ms\s+280 ms\s+800 ms/);
        assert.match(await page.locator('.costs').innerText(), /Waiting for each reply\s+12\s/);
        await page.setViewportSize({width: 1280, height: 1120}); // the screenshot has numbers and trains
        await shoot(page, 'train');
        await page.setViewportSize({width: 1280, height: 800});
        await row(page, 'second to none').click();
        await page.getByText('This client waits for each reply').waitFor();
    },

    async 'a missing recording is reported'(page) {
        const {id, session} = await json(`${API}/messages/latest`);
        await page.route(`**/sessions/${session}`, route => route.fulfill({
            status: 404, contentType: 'application/problem+json', body: '{"status":404,"detail":"there is no recording of this session"}'}));
        await page.goto(`${base}/view/${id}`);
        await tab(page, 'Train').click();
        await page.getByText('There is no recording of this session.').waitFor();
        await page.unroute(`**/sessions/${session}`);
        errors.splice(0);
        await page.keyboard.press('Escape');
        await page.waitForURL(url => !url.pathname.includes('/view/'));
    },

    async 'a long list keeps few rows in the document'(page) {
        const many = Array.from({length: 1000}, (_, number) => plain(`bulk ${number}`));
        await train(port, many);
        await row(page, 'bulk 999').waitFor();
        assert.ok(await rows(page).count() < 50);
        await page.getByText('1,007 messages').waitFor();
        await row(page, 'bulk 999').click();
        await tab(page, 'Train').click();
        await page.getByText('cover the beginning of the session').waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('listbox').evaluate(list => list.scrollTo(0, list.scrollHeight));
        await row(page, 'first of all').waitFor();
        assert.ok(await rows(page).count() < 50);
        const before = await page.getByRole('listbox').evaluate(list => list.scrollTop);
        await mail(port, plain('one more above'));
        await page.getByText('1,008 messages').waitFor();
        await row(page, 'first of all').waitFor();
        assert.equal(await page.getByRole('listbox').evaluate(list => list.scrollTop) - before, 68, 'visible rows stay in place');
        await page.keyboard.press('g');
        await row(page, 'one more above').waitFor();
    },

    async 'opening a message by its URL scrolls the list to it'(page) {
        const near = (await json(`${API}/messages?start=60&limit=1`)).messages[0]; // below the first screen, but loaded with it
        const far = (await json(`${API}/messages?query=subject:"bulk+300"`)).messages[0];
        for (const [{id, subject}, settingsAreLate] of [[near, false], [near, true], [far, false], [far, true]]) {
            let answer = () => {};
            if (settingsAreLate) { // the list is asked for after the settings, and the message may be there first
                await page.route('**/api/v1/webui', route => { answer = () => route.continue(); });
            }
            await page.goto(`${base}/view/${id}`);
            await page.getByRole('heading', {name: subject}).waitFor();
            await answer();
            await page.unroute('**/api/v1/webui');
            await page.locator(`#row-${id}[aria-current]`).waitFor();
            await page.waitForFunction(row => {
                const list = document.querySelector('[role=listbox]').getBoundingClientRect();
                const {top, bottom} = document.getElementById(row)?.getBoundingClientRect() ?? {};
                return top >= list.top - 1 && bottom <= list.bottom + 1;
            }, `row-${id}`);
        }
        await page.keyboard.press('Escape');
        await page.keyboard.press('g');
        await row(page, 'one more above').waitFor();
    },

    async 'headers are decoded, both times are shown, and an invalid tag is reported'(page) {
        await mail(port, 'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 02 Mar 2026 10:00:00 +0000\n\nx');
        await row(page, 'Grüße').click();
        await page.getByRole('heading', {name: 'Grüße'}).waitFor();
        await tab(page, 'Headers').click();
        await page.getByRole('row', {name: 'Subject Grüße'}).waitFor();
        assert.match(await page.locator('.facts').innerText(), /Received .*Date .*2026/s);
        await page.keyboard.press('l');
        await page.keyboard.type('#?%');
        await page.keyboard.press('Enter');
        await page.getByText('invalid tag: #?%').waitFor();
        errors.pop(); // the browser logs every 400
        await page.keyboard.press('#');
        await row(page, 'Grüße').waitFor({state: 'detached'});
    },

    async 'dark mode follows the system or the user\'s choice'(page) {
        const ground = one => one.evaluate(() => getComputedStyle(document.body.querySelector('.left')).backgroundColor);
        const light = await ground(page);
        const dark = await open({colorScheme: 'dark'});
        await row(dark, 'one more above').waitFor();
        assert.notEqual(await ground(dark), light);
        await dark.getByRole('searchbox').fill('Your receipt');
        await row(dark, 'Your receipt').click();
        await dark.frameLocator('iframe').getByText('Thank you, Bob').waitFor();
        await shoot(dark, 'dark');
        await tab(dark, 'Train').click();
        await dark.locator('svg.train').waitFor();
        await shoot(dark, 'dark-train');
        await dark.keyboard.press('d');
        assert.equal(await ground(dark), light);
        await dark.reload();
        assert.equal(await ground(dark), light, 'the choice is kept');
        await dark.context().close();
    },

    async 'on a phone, list and message are two screens'() {
        const phone = await open({viewport: {width: 360, height: 740}, deviceScaleFactor: 2, hasTouch: true, isMobile: true});
        await row(phone, 'one more above').waitFor();
        const wide = () => phone.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(await wide(), 360);
        await shoot(phone, 'phone-list');
        await phone.getByRole('searchbox').fill('Your receipt');
        await row(phone, 'Your receipt').tap();
        await phone.frameLocator('iframe').getByText('Thank you, Bob').waitFor();
        assert.equal(await phone.getByRole('listbox').isVisible(), false);
        assert.equal(await wide(), 360);
        await shoot(phone, 'phone-message');
        for (const name of ['Text', 'Headers', 'Source', 'Parts', 'Envelope', 'Train']) {
            await tab(phone, name).tap();
            assert.equal(await wide(), 360, name);
        }
        await phone.locator('svg.train').waitFor();
        const drawn = await phone.locator('svg.train').evaluate(svg => Math.max(...[...svg.querySelectorAll('rect')].map(car => car.getBoundingClientRect().right)));
        assert.ok(drawn <= 360, `cars end at ${drawn}`);
        const alone = await phone.locator('svg.train').evaluate(svg => [...svg.querySelectorAll('.flight, .write')].filter(train =>
            train.querySelector('.car').getBoundingClientRect().top > train.querySelector('.engine').getBoundingClientRect().bottom).length);
        assert.equal(alone, 0, 'engines without a car beside them');
        await phone.locator('svg.train').scrollIntoViewIfNeeded();
        await shoot(phone, 'phone-train');
        await phone.getByRole('button', {name: 'Back to the list (Escape)'}).tap();
        await phone.getByRole('listbox').waitFor();
        await phone.context().close();
    },

    async 'deletes one message by key, all that match, and all'(page) {
        await row(page, 'one more above').click();
        await page.getByRole('heading', {name: 'one more above'}).waitFor();
        await page.keyboard.press('#');
        await row(page, 'one more above').waitFor({state: 'detached'});
        await page.getByRole('searchbox').fill('subject:bulk');
        await page.getByText('1,000 of 1,007').waitFor();
        await page.getByRole('button', {name: 'Delete all matching messages'}).click();
        await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
        await page.getByText('No messages match.').waitFor();
        await page.getByRole('searchbox').fill('');
        await page.getByText('7 messages').waitFor();
        await fetch(`${API}/messages/latest`, {method: 'DELETE'});
        await page.getByText('6 messages').waitFor();
        await page.getByRole('button', {name: 'Delete all'}).click();
        await page.getByRole('button', {name: 'Cancel'}).click();
        assert.equal((await json(`${API}/messages`)).total, 6);
        await page.getByRole('button', {name: 'Delete all'}).click();
        await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
        await page.getByRole('heading', {name: 'No mail yet'}).waitFor();
        assert.equal((await json(`${API}/messages`)).total, 0);
    },

    async 'the keyboard shortcuts are shown'(page) {
        await page.keyboard.press('?');
        await page.getByRole('dialog', {name: 'Keyboard shortcuts'}).waitFor();
        await shoot(page, 'keys');
        await page.keyboard.press('Escape');
    },

    async 'nothing was requested from other hosts, and there were no errors'() {
        assert.deepEqual(requested.filter(url => !url.startsWith(base) && !url.startsWith('blob:') && !url.startsWith('data:')), []);
        assert.deepEqual(errors, []);
    },
};

function newsletter() {
    return `<!doctype html><html><head><style>body{font:16px/1.5 Georgia,serif;margin:0;background:#f2efe9}
.card{max-width:560px;margin:32px auto;background:#fff;border-radius:12px;padding:36px 40px}h1{font-size:26px;margin:0 0 12px}
table{width:100%;border-collapse:collapse;margin:18px 0}td{padding:9px 0;border-bottom:1px solid #e6e1d8}td+td{text-align:right}
.b{display:inline-block;background:#1f5f5b;color:#fff;padding:11px 22px;border-radius:7px;text-decoration:none}</style></head><body><div class="card">
<h1>Thank you, Bob</h1><p>Your order left our yard this morning. Here is the receipt for May.</p>
<table><tr><td>Boxcar, oak, 1:87</td><td>24.00</td></tr><tr><td>Straight track, 12 pieces</td><td>18.50</td></tr><tr><td><b>Total</b></td><td><b>42.50</b></td></tr></table>
<a class="b" href="https://example.org/orders/7">See your order</a></div></body></html>`;
}

async function waitUntil(condition, what) {
    const end = Date.now() + TIMEOUT_MILLIS;
    while (!condition()) {
        assert.ok(Date.now() < end, `timed out: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 25));
    }
}

let page;
try {
    page = await open();
    for (const [name, step] of Object.entries(steps)) {
        try {
            await step(page);
            console.log(`ok ${name}`);
        } catch (failure) {
            await shoot(page, 'failure');
            console.log(`FAILED ${name}\n${failure.stack}\nerrors of the page:\n${errors.join("\n")}`);
            process.exitCode = 1;
            break;
        }
    }
} finally {
    await browser.close();
    beacon.close();
}
if (!process.exitCode) {
    console.log('all tests passed');
}
