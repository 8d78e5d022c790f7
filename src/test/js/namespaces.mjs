// SPDX-License-Identifier: Apache-2.0
// Tests the page of a sink with one inbox per plus tag. Arguments: URL, the SMTP port, the browser's executable.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';
import {mail} from './smtp.mjs';

const [base, port, program] = process.argv.slice(2);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
const to = (who, subject) => mail(Number(port), `Subject: ${subject}\n\nx`, 'ada@example.org', [`bob+${who}@example.org`]);
try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    const row = subject => page.getByRole('option').filter({hasText: subject});
    await page.goto(`${base}/`);
    await page.getByRole('heading', {name: 'No mail yet'}).waitFor();
    assert.equal(await page.getByRole('combobox', {name: 'Inbox'}).count(), 0, 'a single inbox has no selector');
    await to('red', 'for red\nX-Tags: ruby');
    await to('blue', 'for blue\nX-Tags: sky');
    await row('for red').waitFor();
    await row('for blue').waitFor();
    await page.getByRole('combobox', {name: 'Inbox'}).selectOption('red');
    await row('for blue').waitFor({state: 'detached'});
    const tags = page.getByRole('navigation', {name: 'Tags'});
    await tags.getByRole('link', {name: 'sky'}).waitFor({state: 'detached'});
    assert.match(await tags.getByRole('link', {name: 'ruby 1'}).getAttribute('href'), /[?&]ns=red$/);
    await row('for red').click();
    await page.getByRole('heading', {name: 'for red'}).waitFor();
    assert.match(page.url(), /\?ns=red$/);
    await page.waitForFunction(() => [...document.querySelectorAll('.inboxes option')].some(one => one.textContent === 'red')); // no unread messages
    await to('blue', 'blue again');
    await to('red', 'red again');
    await row('red again').waitFor();
    assert.equal(await row('blue again').count(), 0);
    await page.getByRole('link', {name: 'Sessions', exact: true}).click();
    await page.getByText('2 sessions of red').waitFor();
    assert.equal(await page.getByRole('listbox', {name: 'Sessions'}).getByText('red', {exact: true}).count(), 2);
    await to('red', 'red by session');
    await page.getByText('3 sessions of red').waitFor();
    await page.getByRole('link', {name: 'Mail', exact: true}).click();
    await row('red again').waitFor();
    await page.getByRole('button', {name: 'Delete all'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
    await row('red again').waitFor({state: 'detached'});
    await page.getByRole('combobox', {name: 'Inbox'}).selectOption('');
    await row('for blue').waitFor();
    await row('for red').waitFor(); // messages are deleted per inbox
    console.log('all tests passed');
} finally {
    await browser.close();
}
