// SPDX-License-Identifier: Apache-2.0
// Tests the tabs that check a message. Most answers of the server are made up here. Arguments: URL of a
// server with the link check, URL of one without, their SMTP ports, the browser's executable.

import assert from 'node:assert/strict';
import {json, launch, open, play, row, tab} from './browser.mjs';
import {mail, multipart} from './smtp.mjs';

const [base, plain, port, plainPort, program] = process.argv.slice(2);
const errors = [];
const requested = [];
const browser = await launch(program);
let page;

const message = multipart({subject: 'to be checked', text: 'See http://127.0.0.1:9/text.', html: '<p>See <a href="http://127.0.0.1:9/html">this</a></p>'});
const answer = body => ({contentType: 'application/json', body: JSON.stringify(body)});
const HTML_CHECK = {
    Total: {Tests: 12, Nodes: 30, Supported: 81.25, Partial: 6.25, Unsupported: 12.5},
    Warnings: [
        {Slug: 'css-display-flex', Title: 'display:flex', Description: 'Lays out <code>&lt;div&gt;</code> <img src=x onerror="window.taken=1">in boxes.', URL: 'https://www.caniemail.com/features/css-display-flex/',
            Category: 'css', Tags: [], Keywords: '', NotesByNumber: {1: 'Only in <i>new</i> versions &amp; others.', 2: 'Not referred to.'},
            Results: [{Name: 'Outlook Windows (2019)', Family: 'outlook', Platform: 'windows', Version: '2019', Support: 'no', NoteNumber: ''},
                {Name: 'Gmail iOS (2020-02)', Family: 'gmail', Platform: 'ios', Version: '2020-02', Support: 'partial', NoteNumber: '1'},
                {Name: 'Apple Mail', Family: 'apple-mail', Platform: 'macos', Version: '16', Support: 'yes', NoteNumber: ''}],
            Score: {Found: 1, Supported: 60, Partial: 10, Unsupported: 30}},
        {Slug: 'x', Title: 'other', Description: '', URL: 'javascript:alert(1)', Category: 'html', Tags: [], Keywords: '', NotesByNumber: {}, Results: [],
            Score: {Found: 2, Supported: 100, Partial: 0, Unsupported: 0}},
    ],
};
const SPAM_CHECK = {Error: '', IsSpam: true, Score: 7.1, Rules: [
    {Name: 'BAYES_00', Description: 'Looks <b>good</b>', Score: -1.9}, {Name: 'MISSING_MID', Description: 'No Message-ID', Score: 9}]};

/** Answers a check in place of the server. */
const check = (name, reply) => page.route(`**/api/v1/message/*/${name}**`, route => route.fulfill(reply));

async function start(address, options = {}) {
    page = await open(browser, `${address}/`, errors);
    page.on('request', request => requested.push(request.url()));
    await page.route('**/api/v1/webui', async route => route.fulfill(answer({...await json(`${address}/api/v1/webui`), ...options})));
    await page.reload();
    await row(page, 'to be checked').click();
    await page.getByRole('heading', {name: 'to be checked'}).waitFor();
}

await play(browser, {
    async 'a check that the server does not offer has no tab'() {
        await mail(Number(plainPort), message);
        await start(plain, {HTMLCheck: false});
        await tab(page, 'Train').waitFor();
        for (const name of ['HTML check', 'Links', 'Spam']) {
            assert.equal(await tab(page, name).count(), 0, name);
        }
    },

    async 'links are checked when the user asks for it'() {
        await mail(Number(port), message);
        await start(base, {HTMLCheck: true, SpamAssassin: true});
        await tab(page, 'Links').click();
        await page.getByText('Boxcar requests every link of this message.').waitFor();
        assert.deepEqual(requested.filter(url => url.includes('-check')), []);
        await page.getByLabel('Follow redirects').check();
        await page.getByRole('button', {name: 'Check the links'}).click();
        await page.getByText('2 of 2 links failed').waitFor();
        assert.match(requested.find(url => url.includes('link-check')), /follow=true/);
        assert.match(await page.locator('.checked-links').innerText(), /failed\s+http:\/\/127\.0\.0\.1:9\/html\s+.*private address/);
        await check('link-check', answer({Errors: 1, Links: [{URL: 'https://a.example/<b>', StatusCode: 200, Status: 'OK'},
            {URL: 'https://b.example/', StatusCode: 404, Status: 'Not Found'}, {URL: 'https://c.example/', StatusCode: 301, Status: 'Moved'}]}));
        await page.getByRole('button', {name: 'Check the links'}).click();
        await page.getByText('1 of 3 links failed').waitFor();
        assert.deepEqual(await page.locator('.checked-links .mark').allInnerTexts(), ['404', '200', '301'], 'failures first');
    },

    async 'the HTML check shows what is not supported'() {
        await tab(page, 'HTML check').click();
        await page.getByText(/^Mail programs support [\d.]+ % of what this HTML uses$/).waitFor(); // the server's own answer
        await check('html-check', answer(HTML_CHECK));
        await tab(page, 'Text').click();
        await tab(page, 'HTML check').click();
        await page.getByText('Mail programs support 81.3 % of what this HTML uses').waitFor();
        await page.getByText('81.3 % supported, 6.3 % partly supported, 12.5 % not supported').waitFor();
        await page.getByText('display:flex').click();
        const warning = page.locator('.warning').first();
        assert.match(await warning.innerText(), /Lays out <div> in boxes\./);
        assert.deepEqual(await warning.locator('tbody tr').allInnerTexts(), ['Outlook Windows (2019)\tnot supported', 'Gmail iOS (2020-02)\tpartly supported1']);
        assert.equal(await warning.locator('.check-notes').innerText(), 'Only in new versions & others.');
        assert.equal(await page.evaluate(() => window.taken ?? null), null);
        assert.equal(await warning.getByRole('link', {name: 'Can I email'}).getAttribute('href'), 'https://www.caniemail.com/features/css-display-flex/');
        assert.equal(await page.locator('.warning').last().locator('a').count(), 0, 'only http links become links');
    },

    async 'the spam check shows the score and the rules'() {
        await check('sa-check', answer(SPAM_CHECK));
        await tab(page, 'Spam').click();
        await page.getByText('SpamAssassin takes this message for spam').waitFor();
        await page.getByText('score 7.1').waitFor();
        assert.deepEqual(await page.locator('.spam-rules tbody tr').allInnerTexts(), ['9\tMISSING_MID\tNo Message-ID', '-1.9\tBAYES_00\tLooks <b>good</b>']);
        const nameHeight = async () => (await page.locator('.spam-rules code').first().boundingBox()).height;
        assert.ok(await nameHeight() < 30, 'the name of a rule stays on one line');
        await page.setViewportSize({width: 375, height: 800});
        assert.ok(await nameHeight() < 30, 'also on a phone');
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        await page.setViewportSize({width: 1280, height: 800});
        await check('sa-check', answer({Error: 'spamd does not respond', IsSpam: false, Score: 0, Rules: null}));
        await tab(page, 'Text').click();
        await tab(page, 'Spam').click();
        await page.getByRole('alert').getByText('spamd does not respond').waitFor();
        assert.deepEqual(errors, []);
    },

    async 'a tab disappears when the server says that it has no such check'() {
        await check('sa-check', {status: 404, contentType: 'text/plain', body: '404 page not found'});
        await tab(page, 'Text').click();
        await tab(page, 'Spam').click();
        await tab(page, 'Spam').waitFor({state: 'detached'});
        await check('html-check', {status: 400, contentType: 'text/plain', body: 'the HTML check is not supported'});
        await tab(page, 'HTML check').click();
        await tab(page, 'HTML check').waitFor({state: 'detached'});
        await page.locator('#toast').getByText('the HTML check is not supported').waitFor();
        assert.equal(await tab(page, 'Rendered').getAttribute('aria-selected'), 'true');
        await check('link-check', {status: 503, contentType: 'text/plain', body: 'too many checks at a time'});
        await tab(page, 'Links').click();
        await page.getByRole('button', {name: 'Check the links'}).click();
        await page.getByRole('alert').getByText('too many checks at a time').waitFor();
    },
}, errors);
