// SPDX-License-Identifier: Apache-2.0
// The page below a web root: its list, a message by its address, and what is in the message's frame. Arguments: where, the browser's program.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';

const [base, program] = process.argv.slice(2);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    const strays = [];
    page.on('request', request => request.url().startsWith(`${base}/`) || strays.push(request.url()));
    await page.goto(`${base}/`);
    await page.getByRole('option').filter({hasText: 'far below'}).click();
    await page.getByRole('heading', {name: 'far below'}).waitFor();
    assert.ok(page.url().startsWith(`${base}/view/`), page.url());
    await page.reload();
    await page.getByRole('heading', {name: 'far below'}).waitFor();
    await page.getByRole('tab', {name: 'Train'}).click();
    await page.getByText('Sessions are not recorded').waitFor();
    await page.goBack();
    await page.getByText('No message is open.').waitFor();
    assert.deepEqual(strays, []);
    console.log('all well');
} finally {
    await browser.close();
}
