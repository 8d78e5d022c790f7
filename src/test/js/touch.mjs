// SPDX-License-Identifier: Apache-2.0
// Measures what can be tapped on a phone: at least 44 px wide and high (WCAG 2.5.5), and nothing wider than the screen. Arguments: URL,
// the SMTP port, the browser's executable.

import assert from 'node:assert/strict';
import {launch, open, phone, play, row} from './browser.mjs';
import {mail, multipart} from './smtp.mjs';

const WIDTH = 390;
const [base, port, program] = process.argv.slice(2);
const browser = await launch(program);
let page;

/** What can be tapped, is visible and is too small. Links in running text may be small. */
const tooSmall = () => page.evaluate(() => [...document.querySelectorAll('button, select, summary, input, textarea, [role="tab"], [role="option"], a[href]')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('pre, .people, dd, .hidden'))
    .map(one => one.matches('input[type="checkbox"]') ? one.closest('label') ?? one : one)
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([, {width, height}]) => width < 43.9 || height < 43.9)
    .map(([one, {width, height}]) => `${one.outerHTML.slice(0, 90)}: ${width} x ${height}`));

async function check(what) {
    assert.deepEqual(await tooSmall(), [], what);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), WIDTH, `${what}: width`);
}

await play(browser, {
    async 'an empty inbox'() {
        page = await open(browser, `${base}/`, [], phone(WIDTH));
        await page.getByRole('heading', {name: 'No mail yet'}).waitFor();
        await check('no mail');
    },

    async 'the list'() {
        await mail(Number(port), multipart({
            subject: 'for a thumb', text: 'Hello', html: '<p>Hello</p>',
            files: [['dot.txt', 'text/plain', 'aGVsbG8='], ['inner.eml', 'message/rfc822', 'U3ViamVjdDogaW5uZXIKCng=']],
        }));
        await row(page, 'for a thumb').waitFor();
        await check('list');
        await page.getByRole('checkbox', {name: 'Select for a thumb'}).tap();
        await check('selection');
        await page.getByRole('button', {name: 'Tag selected'}).tap();
        await page.getByRole('dialog').waitFor();
        await check('tag dialog');
        await page.getByLabel('Tag', {exact: true}).fill('first');
        await page.getByRole('button', {name: 'Add tag'}).tap();
        await page.getByRole('link', {name: 'first 1'}).waitFor();
        await page.getByRole('button', {name: 'Clear the selection'}).tap();
        await check('list with tags');
    },

    async 'the dialogs'() {
        await page.getByRole('button', {name: 'Search help'}).tap();
        await page.getByRole('dialog').waitFor();
        await check('dialog');
        await page.getByRole('button', {name: 'Close'}).tap();
    },

    async 'a message and its tabs'() {
        await row(page, 'for a thumb').tap();
        await page.getByRole('button', {name: 'Add a tag'}).or(page.getByText('+ tag')).tap();
        await page.getByLabel('New tag').fill('thumb');
        await check('new tag');
        await page.getByLabel('New tag').press('Enter');
        await page.getByRole('button', {name: 'Remove tag thumb'}).waitFor();
        for (const name of await page.getByRole('tab').allInnerTexts()) {
            await page.getByRole('tab', {name: name.split('\n')[0], exact: false}).first().tap();
            await page.waitForFunction(() => document.querySelector('#panel').childElementCount > 0);
            await check(name);
        }
    },

    async 'the documentation of the API'() {
        await page.goto(`${base}/docs.html`);
        await page.locator('.operation summary').first().tap();
        await page.getByText('A query in the search language.').first().waitFor();
        assert.deepEqual((await tooSmall()).filter(one => !/href="[^"]*(#schema-|\.json)/.test(one)), []); // links in text
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), WIDTH);
        await page.goto(base);
        await row(page, 'for a thumb').tap();
        await page.getByRole('tab', {name: 'Parts'}).waitFor();
    },

    async 'the bar above the list is one row on a tablet'() {
        await page.setViewportSize({width: 820, height: 1180});
        await page.locator('.counts').evaluate(one => { one.textContent = '1,234 messages, 1,234 unread'; });
        const bar = await page.locator('.list-bar').boundingBox();
        assert.ok(bar.height < 60, `${bar.height} px high`);
        await page.getByRole('checkbox', {name: 'Select for a thumb'}).tap();
        const [clear, list] = await Promise.all([page.getByRole('button', {name: 'Clear the selection'}), page.getByRole('region', {name: 'Inbox'})]
            .map(one => one.boundingBox()));
        assert.ok(clear.x + clear.width <= list.x + list.width, 'the last button is not cut off');
        assert.ok((await page.locator('.list-bar').boundingBox()).height < 60, 'one row with a selection');
        await page.getByRole('button', {name: 'Clear the selection'}).tap();
        await page.setViewportSize({width: WIDTH, height: 844});
    },

    async 'a message inside a message'() {
        await page.getByRole('tab', {name: 'Parts'}).tap();
        await page.getByRole('button', {name: 'Open message'}).tap();
        await page.getByRole('heading', {name: 'inner', exact: true}).waitFor();
        await check('message inside');
    },
});
