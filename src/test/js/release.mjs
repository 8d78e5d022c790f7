// SPDX-License-Identifier: Apache-2.0
// Tests the release of a message, and of one whose recipient is blocked. Arguments: URL, URL of the receiving server's web interface,
// the browser's executable.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';

const [base, real, program] = process.argv.slice(2);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${base}/`);
    await page.getByRole('option').filter({hasText: 'to be released'}).click();
    await page.getByRole('button', {name: 'Release to a server'}).click();
    const dialog = page.getByRole('dialog', {name: 'Release to a server'});
    const recipients = dialog.getByLabel('Recipients, one per line');
    assert.equal(await recipients.inputValue(), 'b@example.test');
    await recipients.fill('blocked@example.test');
    await dialog.getByRole('button', {name: 'Release', exact: true}).click();
    await dialog.getByRole('alert').getByText('on the blocklist').waitFor();
    await recipients.fill('carol@example.test\ndan@example.test');
    await dialog.getByRole('button', {name: 'Release', exact: true}).click();
    await page.getByText('Released', {exact: true}).waitFor();
    const caught = await (await fetch(`${real}/api/boxcar/v1/messages/latest`)).json();
    assert.equal(caught.subject, 'to be released');
    assert.deepEqual(caught.recipients, ['carol@example.test', 'dan@example.test']);
    console.log('all tests passed');
} finally {
    await browser.close();
}
