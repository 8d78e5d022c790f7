// SPDX-License-Identifier: Apache-2.0
// Tests the parts of a message: the MIME tree, messages inside messages, and PDF. Arguments: URL, the SMTP port, the browser's
// executable, and optionally a user name and password.

import assert from 'node:assert/strict';
import {launch, open, play, row, tab, waitUntil} from './browser.mjs';
import {mail} from './smtp.mjs';

const [base, port, program, username, password] = process.argv.slice(2);
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj
trailer<</Root 1 0 R>>`;

const message = `From: Lovelace, Ada <ada@example.org>
Subject: Fwd: a message inside
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: text/plain

The outer text.
--outer
Content-Type: message/rfc822

From: Carol <carol@example.org>
Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= from inside
Date: Mon, 02 Mar 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=inner

--inner
Content-Type: multipart/related; boundary=related

--related
Content-Type: text/html

<p>The inner HTML <img alt="dot" src="cid:dot@inner"></p>
--related
Content-Type: image/png
Content-ID: <dot@inner>
Content-Transfer-Encoding: base64

${PIXEL}
--related--
--inner
Content-Type: message/rfc822

Subject: deeper

The deepest text.
--inner--
--outer
Content-Type: application/pdf; name=invoice.pdf
Content-Disposition: attachment; filename=invoice.pdf
Content-Transfer-Encoding: base64

${Buffer.from(PDF).toString('base64')}
--outer--
`;

const errors = [];
const browser = await launch(program);
const page = await open(browser, `${base}/`, errors, username ? {httpCredentials: {username, password}} : {});
const heading = name => page.getByRole('heading', {name, exact: true}).waitFor();
const wayBack = () => page.getByRole('button', {name: 'Back to the message'});
const listItems = async () => (await page.getByRole('region', {name: 'MIME structure'}).locator('.node').allInnerTexts())
    .map(text => text.replace(/\s+/g, ' ').replace(/[\d.]+ (B|KiB) /, '').trim());

await play(browser, {
    async 'an unquoted comma in From keeps the address'() {
        await mail(Number(port), message);
        await row(page, 'a message inside').click();
        await heading('Fwd: a message inside');
        assert.match(await row(page, 'a message inside').innerText(), /^Lovelace, Ada\n/);
        assert.match(await page.locator('.people').innerText(), /From\s+Lovelace, Ada <ada@example\.org>/);
    },

    async 'the MIME tree is shown'() {
        await tab(page, 'Parts').click();
        assert.deepEqual(await listItems(), ['multipart/mixed', 'text/plain part 1', 'message/rfc822 part 2 open',
            'application/pdf invoice.pdf part 3']);
        assert.equal(await page.locator('.outline ul ul > li').count(), 3, 'the parts are inside the multipart');
    },

    async 'PDF is shown'() {
        const viewers = () => Promise.all(page.frames().map(frame =>
            frame.evaluate(() => document.querySelector('embed[type="application/x-google-chrome-pdf"]') !== null).catch(() => false)));
        await waitUntil(async () => (await viewers()).includes(true), 'the PDF viewer of the browser');
    },

    async 'a message inside a message opens in the pane'() {
        await page.getByRole('button', {name: 'Open message'}).click();
        await heading('Grüße from inside');
        assert.match(page.url(), /\/view\/[^/]+\?part=2$/);
        const image = page.frameLocator('iframe').getByRole('img', {name: 'dot'});
        await image.waitFor();
        assert.equal(await image.evaluate(async element => (await element.decode(), element.naturalWidth)), 1);
        assert.equal(await page.getByRole('tab', {name: 'Envelope'}).count(), 0, 'it has no envelope of its own');
        await tab(page, 'Source').click();
        await page.getByText('Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= from inside').waitFor();
        await tab(page, 'Parts').click();
        assert.deepEqual(await listItems(), ['multipart/mixed', 'multipart/related part 2:1', 'text/html part 2:1.1', 'image/png part 2:1.2',
            'message/rfc822 part 2:2 open']);
    },

    async 'and so does a message inside that one, and each has a way back'() {
        await page.getByRole('button', {name: 'Open message'}).click();
        await heading('deeper');
        await page.getByText('The deepest text.').waitFor();
        await wayBack().click();
        await heading('Grüße from inside');
        await page.keyboard.press('Escape');
        await heading('Fwd: a message inside');
        await page.goForward();
        await heading('Grüße from inside');
        await page.goBack();
        await heading('Fwd: a message inside');
    },

    async 'its URL opens it, and the way back works there too'() {
        const outer = page.url();
        await page.goto(`${outer}?part=2:2`);
        await heading('deeper');
        await page.keyboard.press('#'); // must not delete the message that contains it
        await page.keyboard.press('u');
        await wayBack().click();
        await heading('Grüße from inside');
        await wayBack().click(); // one step in the history
        await heading('deeper');
        await page.goto(`${outer}?part=2`);
        await heading('Grüße from inside');
        await wayBack().click();
        await heading('Fwd: a message inside');
        await page.keyboard.press('Escape');
        await page.getByText('No message is open.').waitFor();
        assert.equal(await row(page, 'a message inside').count(), 1);
    },

    async 'a part that is not there is reported'() {
        const {messages} = await page.evaluate(async () => (await fetch('/api/boxcar/v1/messages')).json());
        await page.goto(`${base}/view/${messages[0].id}?part=7`);
        await page.getByText('This message has been deleted.').waitFor();
        assert.deepEqual(errors.filter(error => !/status of 404 .*parts\/7\/message$/.test(error)), []);
    },
}, errors);
