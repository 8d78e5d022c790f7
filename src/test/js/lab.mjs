// SPDX-License-Identifier: Apache-2.0
// Tests the sessions and the scripts of a lab in a real browser. Arguments: the web root's URL, the SMTP port, the browser's executable,
// and optionally a directory for screenshots.

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import net from 'node:net';
import {createRequire} from 'node:module';
import path from 'node:path';
import {mail} from './smtp.mjs';

const [base, smtpPort, program, shots] = process.argv.slice(2);
const port = Number(smtpPort);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const API = `${base}/api/boxcar/v1`;
const TIMEOUT_MILLIS = 20_000;
const THIRD_REFUSED = {
    name: 'third refused', rules: [
        {on: {verb: 'RCPT', nth: 3}, do: {reply: {code: 550, status: '5.1.1', text: 'no such user'}}, times: 1},
        {on: {verb: 'END'}, do: {delay: '20ms'}}]};

const NO_GROUPS = {
    name: 'no groups', rules: [{on: {verb: 'EHLO'}, do: {hide: ['PIPELINING']}}, ...THIRD_REFUSED.rules]};

const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
const errors = [];

async function open(options = {}, where = '/sessions') {
    const context = await browser.newContext({viewport: {width: 1280, height: 860}, ...options});
    context.setDefaultTimeout(TIMEOUT_MILLIS);
    const page = await context.newPage();
    page.on('pageerror', error => errors.push(`error: ${error.message}`));
    page.on('console', line => line.type() === 'error' && errors.push(`console: ${line.text()} ${line.location().url}`));
    await page.goto(base + where);
    await page.getByRole('navigation', {name: 'Places'}).waitFor();
    return page;
}

async function shoot(page, name, options = {}) {
    if (shots) {
        await page.screenshot({path: path.join(shots, `lab-${name}.png`), ...options});
    }
}

/** Shoots the page in both lights. */
async function shootBoth(page, name) {
    if (shots) {
        await shoot(page, `${name}-light`);
        await page.emulateMedia({colorScheme: 'dark'});
        await shoot(page, `${name}-dark`);
        await page.emulateMedia({colorScheme: 'light'});
    }
}

const json = async address => (await fetch(address)).json();
const post = async script => fetch(`${API}/lab/scripts`, {method: 'POST', body: JSON.stringify(script), headers: {'Content-Type': 'application/json'}});
const rows = page => page.getByRole('listbox', {name: 'Sessions'}).getByRole('option');
const place = (page, name) => page.getByRole('navigation', {name: 'Places'}).getByRole('link', {name, exact: true});
const plain = subject => `From: Ada Lovelace <ada@example.org>\nTo: bob@example.org\nSubject: ${subject}\n\nThe text of ${subject}.`;

/** The browser logs every response of 4xx as an error. */
function forgetRefusals() {
    const others = errors.filter(text => !/Failed to load resource: .* status of 4/.test(text));
    errors.splice(0, errors.length, ...others);
}

/** Resolves to a session of this client once it has ended. */
async function sessionOf(client, condition = () => true) {
    const {cursor} = await json(`${API}/sessions?limit=1`);
    await client();
    for (let after = cursor; ;) {
        const page = await json(`${API}/sessions?over=true&after=${after}&wait=10s`);
        const found = page.sessions.find(condition);
        if (found) {
            return found;
        }
        assert.ok(page.sessions.length > 0, 'the session has ended');
        after = page.cursor;
    }
}

/** Connects and waits for the banner. */
const connect = () => new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', () => resolve(socket));
});

/** Sends texts, each after this many replies to the ones before, whatever the replies say. Resolves when the server closes the connection. */
const insist = turns => new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let due = 1;
    let text = '';
    socket.setTimeout(TIMEOUT_MILLIS, () => socket.destroy(new Error('the server does not respond')));
    socket.on('data', bytes => {
        text += bytes;
        while (turns.length > 0 && text.split('\r\n').filter(line => /^\d{3} /.test(line)).length >= due) {
            const [next, replies] = turns.shift();
            socket.write(next);
            due += replies;
        }
    });
    socket.on('error', reject);
    socket.on('close', resolve);
});

const steps = {
    async 'an empty list explains what to do'(page) {
        await page.getByRole('heading', {name: 'No session yet'}).waitFor();
        assert.match(await page.locator('.sessions .first-mail').innerText(), new RegExp(`smtp://localhost:${port} `));
        assert.equal(await place(page, 'Sessions').getAttribute('aria-current'), 'page');
        await shootBoth(page, 'no-session');
    },

    async 'sessions appear by themselves, also those without a message'(page) {
        const socket = await connect();
        await rows(page).filter({hasText: 'no message'}).filter({hasText: 'open'}).waitFor();
        await page.getByText('1 session, 1 open').waitFor();
        socket.end('QUIT\r\n');
        await rows(page).filter({hasText: 'open'}).waitFor({state: 'detached'});
        await mail(port, plain('first of all'));
        await rows(page).filter({hasText: '1 message'}).waitFor();
        assert.match(await rows(page).first().innerText(), /1 message/, 'newest first');
        await rows(page).filter({hasText: '1 message'}).filter({hasText: '6 round trips'}).waitFor();
    },

    async 'an open session grows while it is shown'(page) {
        const socket = await connect();
        await rows(page).filter({hasText: 'open'}).click();
        await page.locator('svg.train .write').first().waitFor();
        assert.match(page.url(), /\/sessions\/./);
        assert.equal(await page.locator('svg.train .flight').count(), 0);
        socket.write('EHLO live.example\r\n');
        await page.locator('svg.train').getByText('EHLO live.example', {exact: true}).waitFor();
        await page.getByText('1 round trip, 0.07 s at 70 ms; 1 was possible, 0.07 s.').waitFor();
        while (await page.locator('details.undecided[open]').count() === 0) { // a redraw may come between press and release
            await page.getByText(/^\d not decided$/).click();
        }
        socket.write('NOOP\r\n');
        await page.locator('svg.train').getByText('NOOP', {exact: true}).waitFor();
        assert.equal(await page.locator('details.undecided').getAttribute('open'), '', 'what was unfolded stays unfolded');
        socket.end('QUIT\r\n');
        await page.locator('.session-view').getByText('open', {exact: true}).waitFor({state: 'detached'});
        await page.keyboard.press('Escape');
        await page.getByText('No session is open.').waitFor();
        assert.match(page.url(), /\/sessions$/);
    },

    async 'verdicts are beside what proves them, and faults where they happened'(page) {
        await post(NO_GROUPS);
        const group = `MAIL FROM:<ada@example.org>\r\n${['bob', 'eve', 'ivy'].map(one => `RCPT TO:<${one}@example.org>\r\n`).join('')}DATA\r\n`;
        const {id} = await sessionOf(() => insist([
            ['EHLO client.example\r\n', 1], [group, 5], [`${plain('judged').replace(/\n/g, '\r\n')}\r\n.\r\n`, 1], ['QUIT\r\n', 1]]));
        await fetch(`${API}/lab/scripts`, {method: 'DELETE'});
        const session = await json(`${API}/sessions/${id}`);
        const broken = session.verdicts.find(one => one.level === 'VIOLATION');
        assert.equal(broken.id, 'V02');
        await page.goto(`${base}/sessions/${id}`);
        const violation = page.getByRole('button', {name: /^V02 Violation/});
        await violation.waitFor();
        assert.match(await violation.innerText(), /MUST NOT, RFC 2920 §3\.1/);
        await page.getByText('4 round trips, 0.28 s at 70 ms; by the RFCs it takes at least 7, 0.49 s.').waitFor();
        assert.equal(await page.locator('.car.marked').count(), 0);
        await shootBoth(page, 'session');
        await violation.click();
        assert.equal(await violation.getAttribute('aria-pressed'), 'true');
        assert.deepEqual(await page.locator('.flight .car.marked > text:not(.ready)').allTextContents(),
            broken.items.map(item => session.items[item].text));
        assert.match(await violation.innerText(), /Seen in: MAIL FROM:<ada@example\.org>.*, read at/);
        await shootBoth(page, 'verdict');
        await violation.press('Enter');
        assert.equal(await page.locator('.car.marked').count(), 0, 'chosen again, it marks nothing');
        while (await page.locator('details.undecided[open]').count() === 0) { // a redraw may come between press and release
            await page.getByText(/^\d not decided$/).click();
        }
        await page.getByRole('button', {name: /Not decided/}).first().waitFor();
        const refused = session.faults.find(fault => /550/.test(fault.done));
        assert.equal(session.items[refused.item].text, 'RCPT TO:<ivy@example.org>');
        assert.match((await page.locator('.car.stamped .ready').allTextContents()).join('\n'), /✱ reply 550/);
        assert.equal(await page.locator('.car.refusal.stamped').count(), 1);
        await page.getByRole('button', {name: new RegExp(`^✱ ${refused.done}`)}).click();
        assert.deepEqual(await page.locator('.car.marked > text:not(.ready)').allTextContents(),
            ['RCPT TO:<ivy@example.org>', '550 5.1.1 no such user']);
        await shootBoth(page, 'fault');
        await rows(page).filter({hasText: 'V02'}).filter({hasText: `✱ ${session.faults.length}`}).waitFor();
        await page.getByRole('link', {name: 'Message 1'}).click();
        await page.getByRole('heading', {name: 'judged'}).waitFor();
        await page.getByRole('tab', {name: 'Train'}).click();
        await page.getByRole('button', {name: /^V02 Violation/}).waitFor(); // the message's tab has the same verdicts
        await place(page, 'Sessions').click();
        await page.getByText('No session is open.').waitFor();
    },

    async 'a session is saved as a transcript'(page) {
        await rows(page).first().click();
        const [download] = await Promise.all([
            page.waitForEvent('download'), page.getByRole('button', {name: 'Save as a transcript for boxcar lab replay'}).click()]);
        assert.match(download.suggestedFilename(), /\.smtp$/);
        assert.match(await fs.readFile(await download.path(), 'utf8'), /^C: EHLO client\.example$/m);
        await page.keyboard.press('Escape');
        await page.getByText('No session is open.').waitFor();
    },

    async 'the keyboard moves through sessions and places'(page) {
        await page.keyboard.press('j');
        await page.getByRole('heading', {name: /^Session /}).waitFor();
        const first = page.url();
        await page.keyboard.press('j');
        await page.waitForURL(url => url.href !== first);
        await page.keyboard.press('k');
        await page.waitForURL(first);
        await rows(page).first().and(page.locator('[aria-selected="true"]')).waitFor();
        await page.keyboard.press('Escape');
        await page.waitForURL(`${base}/sessions`);
        await page.keyboard.press('Shift+M');
        await page.getByRole('searchbox').waitFor();
        await page.keyboard.press('Shift+E');
        await page.getByRole('heading', {name: 'New script'}).waitFor();
        await page.goBack();
        await page.getByRole('searchbox').waitFor();
        await page.goForward();
        await page.getByRole('heading', {name: 'New script'}).waitFor();
    },

    async 'a session that is not there is explained'(page) {
        await page.goto(`${base}/sessions/none-1`);
        await page.getByText('There is no recording of this session.').waitFor();
        forgetRefusals();
    },

    async 'every preset is accepted'(page) {
        await page.goto(`${base}/scripts`);
        await page.getByText('No script is in force: the server behaves.').waitFor();
        await shootBoth(page, 'no-script');
        const presets = page.getByRole('group', {name: 'Presets'}).getByRole('button');
        for (const preset of await presets.all()) {
            await preset.click();
            await page.getByRole('button', {name: 'Put in force'}).click();
            await page.getByRole('article', {name: await preset.innerText(), exact: true}).waitFor();
        }
        const {scripts} = await json(`${API}/lab/scripts`);
        assert.equal(scripts.length, await presets.count());
        await shootBoth(page, 'scripts');
        await page.getByRole('button', {name: 'Delete all'}).click();
        await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
        await page.getByText('No script is in force: the server behaves.').waitFor();
    },

    async 'what is wrong is shown at its place'(page) {
        const field = page.getByRole('textbox', {name: 'Script in JSON'});
        const button = page.getByRole('button', {name: 'Put in force'});
        await field.fill('{\n  "name": "wrong",\n  "rules": [\n    {"on": {"verb": "RCPT"},\n     "do": {"rply": {"code": 550}}}\n  ]\n}');
        await button.click();
        await page.getByRole('alert').filter({hasText: 'rply'}).waitFor();
        assert.equal(await field.evaluate(one => one.value.slice(one.selectionStart, one.selectionEnd)), '"rply"');
        const band = await page.locator('.wrong-line').boundingBox();
        const box = await field.boundingBox();
        const line = Math.round((band.y - box.y) / band.height) + 1;
        assert.ok(line === 5 || line === 6, `the band is at the fifth line: ${line}`); // padding moves it by less than a line
        await shootBoth(page, 'wrong-script');
        await field.fill('{"name": "wrong",\n "rules": [}');
        await button.click();
        await page.getByRole('alert').filter({hasText: 'line 2'}).waitFor();
        await field.press('Home');
        await field.pressSequentially(' ');
        assert.equal(await page.locator('.script-problem').textContent(), '', 'typing clears the complaint');
        forgetRefusals();
        assert.equal((await json(`${API}/lab/scripts`)).scripts.length, 0);
    },

    async 'the place of a complaint is found, whatever it is about'(page) {
        const text = '{"name": "a \\"b\\" {", "rtt": "x",\n "rules": [{"on": {"nth": [1, 2]}, "do": {"reply": {"code": 99}}}, {"on": {}}]}';
        const found = await page.evaluate(async ([script, complaints]) => {
            const {placeOf} = await import('/json-place.js');
            return complaints.map(complaint => placeOf(script, complaint)).map(place => place && script.slice(place.from, place.to));
        }, [text, ['rtt: invalid', 'rules[0].do.reply.code: too small', 'rules[1].do: is missing', 'seed: is missing', 'rules: too many',
            'invalid JSON in line 2, column 3: odd', 'the script: expected a JSON object', 'there are already 1000 scripts: delete some first']]);
        assert.deepEqual(found, ['"rtt"', '"code"', '{"on": {}}', null, '"rules"', '"', null, null]);
    },

    async 'a script is put in force by key, counted, changed and deleted'(page) {
        const field = page.getByRole('textbox', {name: 'Script in JSON'});
        await field.fill(JSON.stringify(THIRD_REFUSED));
        await field.press('Control+Enter');
        const script = page.getByRole('article', {name: 'third refused'});
        await script.getByText('For every session; none has begun yet.').waitFor();
        await script.getByText('RCPT, nth 3').waitFor();
        assert.match(await script.innerText(), /reply 550 5\.1\.1 no such user/);
        await script.getByRole('button', {name: 'Copy third refused into the editor'}).click();
        assert.match(await field.inputValue(), /"nth": 3/);
        const copied = JSON.parse(await field.inputValue());
        assert.deepEqual(copied.rules, THIRD_REFUSED.rules);
        await insist([['EHLO client.example\r\nMAIL FROM:<ada@example.org>\r\n', 2], [`${'RCPT TO:<bob@example.org>\r\n'.repeat(3)}QUIT\r\n`, 4]]);
        await script.getByText('For every session; used in 1.').waitFor();
        await script.getByText('matched 1 of 1').waitFor();
        await script.getByText('never matched').waitFor();
        await script.getByRole('button', {name: 'Delete third refused'}).click();
        await script.waitFor({state: 'detached'});
    },

    async 'on a phone one thing is shown at a time, and all can be touched'() {
        const phone = await open({viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true, deviceScaleFactor: 2});
        await rows(phone).first().waitFor();
        await shootBoth(phone, 'phone-sessions');
        const wide = () => phone.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(await wide() <= 390, 'nothing sticks out');
        await rows(phone).first().tap();
        await phone.getByRole('button', {name: 'Back to the list (Escape)'}).waitFor();
        await phone.locator('svg.train').waitFor();
        await shootBoth(phone, 'phone-session');
        assert.ok(await wide() <= 390);
        await phone.getByRole('button', {name: 'Back to the list (Escape)'}).tap();
        await place(phone, 'Scripts').tap();
        await phone.getByRole('heading', {name: 'New script'}).waitFor();
        await post(THIRD_REFUSED);
        await phone.getByRole('article', {name: 'third refused'}).waitFor();
        assert.ok(await wide() <= 390);
        await shootBoth(phone, 'phone-scripts');
        const small = await phone.evaluate(() => [...document.querySelectorAll('.places a, .scripts-place button')]
            .filter(one => one.checkVisibility()).map(one => [one.innerText || one.title, one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44).map(([name]) => name));
        assert.deepEqual(small, [], 'targets smaller than 44 pixels');
        await phone.context().close();
    },

    async 'there were no errors'() {
        assert.deepEqual(errors, []);
    },
};

let page;
try {
    page = await open();
    for (const [name, step] of Object.entries(steps)) {
        try {
            await step(page);
            console.log(`ok ${name}`);
        } catch (failure) {
            await shoot(page, 'failure');
            console.log(`FAILED ${name}\n${failure.stack}\nerrors of the page:\n${errors.join('\n')}`);
            process.exitCode = 1;
            break;
        }
    }
} finally {
    await browser.close();
}
if (!process.exitCode) {
    console.log('all tests passed');
}
