// SPDX-License-Identifier: Apache-2.0
// Tests what is done with several messages at once, the list of tags, and rows as links. Arguments: URL, the SMTP port, URL of the
// server to which messages are released, the browser's executable.

import assert from 'node:assert/strict';
import {json, launch, open, play, row, waitUntil} from './browser.mjs';
import {mail, train} from './smtp.mjs';

const [base, port, real, program] = process.argv.slice(2);
const API = `${base}/api/boxcar/v1`;
const errors = [];
const changes = [];
const browser = await launch(program);
const page = await open(browser, `${base}/`, errors);
page.on('request', request => request.method() !== 'GET' && changes.push(`${request.method()} ${new URL(request.url()).pathname}`));

const message = number => `From: Ada <ada@example.org>\nSubject: number ${number}.\n\nThe text of ${number}.`;
const tick = number => page.getByRole('checkbox', {name: `Select number ${number}.`});
const selected = count => page.getByRole('toolbar', {name: 'Selected messages'}).getByText(`${count} selected`, {exact: true}).waitFor();
const button = name => page.getByRole('toolbar').getByRole('button', {name});
const subjects = async query => (await json(`${API}/messages?query=${encodeURIComponent(query)}`)).messages.map(one => one.subject);
const toast = text => page.locator('#toast.shown').getByText(text, {exact: true}).waitFor();
const clear = () => button('Clear the selection').click();

await play(browser, {
    async 'checkboxes, Shift and Ctrl select'() {
        await train(Number(port), Array.from({length: 10}, (_, number) => message(number)));
        await tick(9).click();
        await selected(1);
        await row(page, 'number 6.').click({modifiers: ['Shift']});
        await selected(4);
        await row(page, 'number 3.').click({modifiers: ['Control']});
        await selected(5);
        await tick(8).click();
        await selected(4);
        assert.deepEqual(await page.locator('.row.ticked .row-subject').allInnerTexts(), ['number 9.', 'number 7.', 'number 6.', 'number 3.']);
        assert.equal(await row(page, 'number 7.').getAttribute('aria-selected'), 'true');
        assert.equal(await page.locator('.message h2').count(), 0, 'selecting opens nothing');
    },

    async 'the selected messages are marked as read and unread with one request'() {
        await button('Mark selected as read').click();
        await toast('4 messages marked as read');
        assert.deepEqual(await subjects('is:read'), ['number 9.', 'number 7.', 'number 6.', 'number 3.']);
        await page.waitForFunction(() => document.title.startsWith('(6) '));
        await page.keyboard.press('u');
        await toast('4 messages marked as unread');
        assert.deepEqual(changes.splice(0), ['PUT /api/boxcar/v1/messages', 'PUT /api/boxcar/v1/messages']);
    },

    async 'they are tagged, and the tags are listed with counts'() {
        await button('Tag selected').click();
        const dialog = page.getByRole('dialog', {name: 'Tag 4 messages'});
        await dialog.getByLabel('Tag').fill('#?');
        await dialog.getByRole('button', {name: 'Add tag'}).click();
        await dialog.getByRole('alert').getByText('invalid tag').waitFor();
        errors.pop(); // the browser logs every 400
        await dialog.getByLabel('Tag').fill('two words');
        await page.keyboard.press('Enter');
        await toast('Tag two words added to 4 messages');
        await page.getByRole('link', {name: 'two words 4'}).waitFor();
        changes.splice(0);
        await tick(9).click();
        await page.keyboard.press('l');
        await page.keyboard.type('two words');
        await page.getByRole('button', {name: 'Remove tag'}).click();
        await toast('Tag two words removed from 3 messages');
        await page.getByRole('link', {name: 'two words 1'}).waitFor();
        assert.deepEqual(changes.splice(0), ['PUT /api/boxcar/v1/messages']);
        assert.deepEqual(await subjects('tag:"two words"'), ['number 9.']);
        await clear();
    },

    async 'a click on a tag filters, another one shows all'() {
        await page.getByRole('link', {name: 'two words 1'}).click();
        await page.getByText('1 of 10').waitFor();
        assert.equal(await page.getByRole('searchbox').inputValue(), 'tag:"two words"');
        assert.match(page.url(), /\/search\?q=tag/);
        await page.getByRole('link', {name: 'two words 1'}).click();
        await page.getByText('10 messages').waitFor();
        await page.getByRole('searchbox').fill('number');
        await page.getByText('10 of 10').waitFor();
        await page.getByRole('link', {name: 'two words 1'}).click();
        await page.getByText('1 of 10').waitFor();
        assert.equal(await page.getByRole('searchbox').inputValue(), 'number tag:"two words"');
        await page.getByRole('searchbox').fill('');
        await page.getByText('10 messages').waitFor();
    },

    async 'the keyboard selects'() {
        await row(page, 'number 9.').waitFor();
        await page.getByRole('listbox').focus();
        await page.keyboard.press('Control+a');
        await selected(10);
        assert.equal(await page.evaluate(() => String(getSelection())), '', 'no text is selected');
        await page.keyboard.press('Escape');
        await page.getByRole('toolbar').waitFor({state: 'hidden'});
        await page.keyboard.press('x');
        await selected(1);
        await page.keyboard.press('Shift+ArrowDown');
        await page.keyboard.press('Shift+ArrowDown');
        await selected(3);
        await page.keyboard.press('Shift+ArrowUp');
        await selected(2);
        await page.keyboard.press('Enter');
        await page.getByText('The text of 8.', {exact: true}).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('toolbar').waitFor({state: 'hidden'});
        await page.keyboard.press('Escape');
        await page.getByText('No message is open.').waitFor();
    },

    async 'Ctrl, the middle button and the keyboard open rows in tabs, since rows are links'() {
        const opened = async action => {
            const [other] = await Promise.all([page.context().waitForEvent('page'), action()]);
            await other.getByRole('heading', {name: 'number 5.'}).waitFor();
            assert.match(other.url(), /\/view\/[^/?]+$/);
            await other.close();
        };
        await opened(() => row(page, 'number 5.').click({modifiers: ['Control']}));
        await opened(() => row(page, 'number 5.').click({button: 'middle'}));
        assert.equal(await page.locator('.message h2').count(), 0, 'this tab is left as it was');
        await row(page, 'number 5.').click();
        await page.getByRole('heading', {name: 'number 5.'}).waitFor();
        await page.getByRole('listbox').focus();
        await opened(() => page.keyboard.press('Control+Enter'));
        await page.keyboard.press('Escape');
    },

    async 'selected messages are released with one request, to their recipients or to others'() {
        await tick(1).click();
        await tick(2).click();
        changes.splice(0);
        await button('Release selected').click();
        await page.getByRole('dialog').getByRole('button', {name: 'Release', exact: true}).click();
        await toast('2 messages released');
        await button('Release selected').click();
        const dialog = page.getByRole('dialog', {name: 'Release 2 messages'});
        await dialog.getByRole('textbox').fill('blocked@example.test');
        await dialog.getByRole('button', {name: 'Release', exact: true}).click();
        await dialog.getByRole('alert').getByText('0 messages released, 2 failed: on the blocklist: blocked@example.test').waitFor();
        await page.keyboard.press('u'); // the pressed button was disabled meanwhile, so nothing has the focus: the key does nothing
        await page.keyboard.press('Escape');
        await dialog.waitFor({state: 'detached'});
        await selected(2);
        await button('Release selected').click();
        await dialog.getByRole('textbox').fill('carol@example.test');
        await dialog.getByRole('button', {name: 'Release', exact: true}).click();
        await dialog.waitFor({state: 'detached'});
        assert.deepEqual(changes.splice(0), Array(3).fill('POST /api/boxcar/v1/messages/release'));
        const released = (await json(`${real}/api/boxcar/v1/messages`)).messages.map(one => `${one.subject} ${one.recipients}`);
        assert.deepEqual(released.sort(), ['number 1. bob@example.org', 'number 1. carol@example.test', 'number 2. bob@example.org',
            'number 2. carol@example.test']);
        await clear();
    },

    async 'deleting selected messages asks first'() {
        await tick(0).click();
        await row(page, 'number 2.').click({modifiers: ['Shift']});
        await selected(3);
        changes.splice(0);
        await button('Delete selected').click();
        const dialog = page.getByRole('dialog', {name: 'Delete 3 messages?'});
        await dialog.getByRole('button', {name: 'Cancel'}).click();
        assert.deepEqual(changes, []);
        await page.keyboard.press('#');
        await dialog.getByRole('button', {name: 'Delete'}).click();
        await toast('3 messages deleted');
        await page.getByText('7 messages').waitFor();
        assert.deepEqual(changes.splice(0), ['DELETE /api/boxcar/v1/messages']);
        assert.equal(await page.getByRole('toolbar').count(), 0);
    },

    async 'all that match are selected, except those unticked and those that arrive later'() {
        await train(Number(port), Array.from({length: 300}, (_, number) => `Subject: bulk ${number}.\n\nx`));
        await page.getByRole('searchbox').fill('subject:bulk');
        await page.getByText('300 of 307').waitFor();
        await page.getByRole('checkbox', {name: 'Select all matching messages'}).click();
        await selected(300);
        await page.getByRole('checkbox', {name: 'Select bulk 298.'}).click();
        await selected(299);
        await mail(Number(port), 'Subject: bulk late.\n\nx');
        await row(page, 'bulk late.').waitFor();
        await selected(299);
        assert.equal(await row(page, 'bulk late.').getAttribute('aria-selected'), 'false');
        await page.keyboard.press('Delete');
        await page.getByRole('dialog', {name: 'Delete 299 messages?'}).getByRole('button', {name: 'Delete'}).click();
        await toast('299 messages deleted');
        assert.deepEqual(await subjects('subject:bulk'), ['bulk late.', 'bulk 298.']);
        await page.getByText('2 of 9').waitFor();
    },

    async 'a range may have rows that are not loaded'() {
        await train(Number(port), Array.from({length: 400}, (_, number) => `Subject: far ${number}.\n\nx`));
        await page.getByRole('searchbox').fill('subject:far');
        await page.getByText('400 of 409').waitFor();
        await page.getByRole('checkbox', {name: 'Select far 399.'}).click();
        await page.getByRole('listbox').evaluate(list => list.scrollTo(0, list.scrollHeight));
        await row(page, 'far 0.').click({modifiers: ['Shift']});
        await selected(400);
        await clear();
        await page.getByRole('searchbox').fill('');
        await page.getByText('409 messages').waitFor();
    },

    async 'all messages can be deleted'() {
        await page.keyboard.press('Escape');
        await page.getByRole('listbox').focus();
        await page.keyboard.press('*');
        await selected(409);
        await page.keyboard.press('#');
        await page.getByRole('dialog', {name: 'Delete 409 messages?'}).getByRole('button', {name: 'Delete'}).click();
        await page.getByRole('heading', {name: 'No mail yet'}).waitFor();
        await page.getByRole('navigation', {name: 'Tags'}).waitFor({state: 'hidden'});
        assert.deepEqual(errors, []);
    },

    async 'notifications are shown on request, while the page is not in use'() {
        const other = await browser.newContext();
        await other.addInitScript(() => {
            window.shown = [];
            window.Notification = class {
                static permission = 'default';
                static async requestPermission() {
                    return window.answer;
                }
                constructor(title, {body}) {
                    window.shown.push([title, body, this]);
                }
                close() {}
            };
            document.hasFocus = () => !window.away;
        });
        const watched = await other.newPage();
        await watched.goto(`${base}/`);
        const bell = name => watched.getByRole('button', {name});
        const shown = () => watched.evaluate(() => window.shown.map(([title, body]) => `${title} | ${body}`));
        await watched.evaluate(() => { window.answer = 'denied'; });
        await bell('Notify me of new messages').click();
        await watched.getByText('The browser blocks notifications of this page').waitFor();
        await watched.evaluate(() => { window.answer = 'granted'; });
        await bell('Notify me of new messages').click();
        await bell('Switch notifications off').waitFor();
        await mail(Number(port), message('seen'));
        await row(watched, 'number seen.').waitFor();
        await watched.evaluate(() => { window.away = true; });
        await mail(Number(port), message('unseen'));
        await waitUntil(async () => (await shown()).length > 0, 'a notification');
        assert.deepEqual(await shown(), ['number unseen. | Ada']);
        await watched.evaluate(() => window.shown[0][2].onclick());
        await watched.getByRole('heading', {name: 'number unseen.'}).waitFor();
        await train(Number(port), [message('a'), message('b')]);
        await waitUntil(async () => (await shown()).length > 1, 'a notification of two messages');
        assert.deepEqual((await shown()).slice(1), ['2 new messages | The last one: number b.']);
        await bell('Switch notifications off').click();
        await mail(Number(port), message('off'));
        await row(watched, 'number off.').waitFor();
        assert.equal((await shown()).length, 2);
    },
}, errors);
