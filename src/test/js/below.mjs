// SPDX-License-Identifier: Apache-2.0
// Tests the page below a web root: the list, a message by its URL, and the message's frame. Arguments: URL, the browser's executable.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';

const [base, program] = process.argv.slice(2);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    const foreignRequests = [];
    page.on('request', request => request.url().startsWith(`${base}/`) || foreignRequests.push(request.url()));
    await page.goto(`${base}/`);
    await page.getByRole('option').filter({hasText: 'far below'}).click();
    await page.getByRole('heading', {name: 'far below'}).waitFor();
    assert.ok(page.url().startsWith(`${base}/view/`), page.url());
    await page.reload();
    await page.getByRole('heading', {name: 'far below'}).waitFor();
    await page.getByRole('tab', {name: 'Train'}).click();
    await page.getByText('Sessions are not recorded').waitFor();
    assert.equal(await page.getByRole('navigation', {name: 'Places'}).count(), 0, 'without recordings there are no sessions to go to');
    await page.goBack();
    await page.getByText('No message is open.').waitFor();
    await page.getByRole('link', {name: 'API documentation'}).click();
    await page.getByText(`${new URL(base).pathname}/api/boxcar/v1/messages/{id}`, {exact: true}).first().waitFor();
    await page.getByRole('link', {name: 'Boxcar API'}).click();
    await page.getByText('No message is open.').waitFor();
    await page.goto(`${base}/sessions`);
    await page.getByRole('alert').getByText('sessions are not recorded').waitFor();
    await page.getByRole('link', {name: 'Boxcar', exact: true}).click();
    await page.getByText('No message is open.').waitFor();
    assert.deepEqual(foreignRequests, []);
    console.log('all tests passed');
} finally {
    await browser.close();
}
