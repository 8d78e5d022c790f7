// SPDX-License-Identifier: Apache-2.0
// Tests the page of the relay: the queue by destination, a message with its attempts as trains, and what an operator may do, live. The
// server behind the relay defers every recipient whose name has "busy" in it. Arguments: URL of the page, the SMTP port, the browser's
// executable, and a directory for screenshots, which may be empty.

import assert from 'node:assert/strict';
import path from 'node:path';
import {launch, live, open, phone, play} from './browser.mjs';
import {mail} from './smtp.mjs';

const [base, port, program, shots] = process.argv.slice(2);
const browser = await launch(program);
const errors = [];
const page = await open(browser, base, errors, {colorScheme: 'light'});
const send = (to, subject) => mail(Number(port), `Subject: ${subject}\n\nx`, 'ann@sender.example', [to]);
const row = address => page.locator('.queue-row').filter({hasText: address});
const shot = (name, of = page) => (shots ? of.screenshot({path: path.join(shots, `${name}.png`)}) : null);
const action = name => page.locator('.queue-actions').getByRole('button', {name});
const HOSTILE = 'busy<img/src=x/onerror=alert(1)>';

await play(browser, {
    'says that the queue is empty': async () => {
        await page.getByText('The queue is empty').waitFor();
        assert.equal(await page.locator('.destination-place').isVisible(), false);
    },
    'shows a message that is deferred, without a reload': async () => {
        await send('busy1@b.example', 'one');
        await row('busy1@b.example').getByText('deferred').waitFor();
        await row('busy1@b.example').getByText('450 4.2.1 try later').waitFor();
        await page.locator('.relay-counts').getByText('1 message', {exact: true}).waitFor();
    },
    'shows the queue by destination': async () => {
        const place = page.locator('.destination').filter({hasText: 'smarthost'});
        await place.getByText('1 waiting').waitFor();
        await place.getByText('450 4.2.1 try later').waitFor();
        await place.getByRole('button', {name: 'smarthost'}).first().click();
        await page.getByText('for smarthost').waitFor();
        await row('busy1@b.example').waitFor();
        await page.getByRole('button', {name: 'Show all destinations'}).click();
    },
    'draws an attempt as trains': async () => {
        await row('busy1@b.example').getByRole('link').click();
        await page.getByText('Attempt 1').waitFor();
        const cars = page.locator('svg.train .car');
        await cars.filter({hasText: 'EHLO relay.example'}).waitFor();
        await cars.filter({hasText: 'RCPT TO:<busy1@b.example>'}).waitFor();
        await cars.filter({hasText: '450 4.2.1 try later'}).waitFor();
        const texts = await cars.locator('text:first-of-type').allTextContents();
        const at = text => texts.findIndex(one => one.includes(text));
        assert.ok(at('220 downstream') < at('EHLO relay') && at('EHLO relay') < at('250-downstream') && at('250 ENHANCED') < at('MAIL FROM')
            && at('MAIL FROM') < at('RCPT TO') && at('RCPT TO') < at('450 4.2.1'), texts.join(' | '));
        await shot('relay-light');
    },
    'holds and releases': async () => {
        await action('Hold').click();
        await page.locator('.queued-message').getByText('held', {exact: true}).waitFor();
        await row('busy1@b.example').getByText('held', {exact: true}).waitFor();
        await action('Release').click();
        await page.getByText('Attempt 2').waitFor();
        await page.locator('.queued-message').getByText('deferred', {exact: true}).waitFor();
    },
    'retries at once': async () => {
        await action('Retry now').click();
        await page.getByText('Attempt 3').waitFor();
    },
    'opens a message by its URL, and goes back': async () => {
        const address = page.url();
        assert.match(address, /\/queue\/[0-9A-Z]{26}$/);
        await page.goBack();
        await page.getByText('Choose a message').waitFor();
        await page.goto(address);
        await live(page);
        await page.getByText('Attempt 3').waitFor();
        await page.keyboard.press('Escape');
        await page.getByText('Choose a message').waitFor();
    },
    'filters by state': async () => {
        await page.getByRole('combobox', {name: 'State'}).selectOption('held');
        await page.getByText('No messages match.').waitFor();
        await page.getByRole('combobox', {name: 'State'}).selectOption('');
        await row('busy1@b.example').waitFor();
    },
    'deletes after a question': async () => {
        await send('busy2@b.example', 'two');
        await row('busy2@b.example').getByText('deferred').waitFor();
        await row('busy2@b.example').getByRole('link').click();
        await page.getByText('Attempt 1').waitFor();
        await action('Delete').click();
        await page.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
        await row('busy2@b.example').waitFor();
        await action('Delete').click();
        await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
        await row('busy2@b.example').waitFor({state: 'detached'});
        await page.getByText('Not in the queue any more').waitFor(); // the recording of its attempt is still there
    },
    'shows text of strangers as text': async () => {
        await send(`"${HOSTILE}"@b.example`, 'three');
        await row(HOSTILE).getByText('deferred').waitFor();
        await row(HOSTILE).getByRole('link').click();
        await page.locator('svg.train .car').filter({hasText: 'onerror'}).waitFor();
        assert.equal(await page.locator('img[src="x"]').count(), 0);
    },
    'fits on a phone, also in the dark': async () => {
        const small = await open(browser, base, errors, phone(390, {colorScheme: 'dark'}));
        await small.locator('.queue-row').first().waitFor();
        await shot('relay-phone', small);
        const wide = () => small.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(await wide(), 390);
        await small.locator('.queue-row').first().getByRole('link').tap();
        await small.locator('svg.train').waitFor();
        assert.equal(await wide(), 390);
        await shot('relay-phone-open', small);
        await small.getByRole('button', {name: 'Back to the list (Escape)'}).tap();
        await small.locator('.queue-row').first().waitFor();
        await small.context().close();
    },
    'shows the API': async () => {
        await page.goto(`${base}docs.html`);
        await page.getByText('/queue/{id}/attempts').first().waitFor();
    },
    'has no errors': async () => {
        // a browser reports the 404 of a message that has left the queue, which the page expects
        assert.deepEqual(errors.filter(one => !/ 404 .*\/api\/boxcar\/v1\/queue\/[0-9A-Z]{26}/.test(one)), []);
    },
}, errors);
