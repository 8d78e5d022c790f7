// SPDX-License-Identifier: Apache-2.0
// Tests that many tabs receive events at the same time, also tabs that the browser keeps for the back button. Arguments: URL, the SMTP
// port, the browser's executable.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';
import {mail} from './smtp.mjs';

const TABS = 12;
const [base, port, program] = process.argv.slice(2);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const browser = await chromium.launch({
    executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
});
const live = page => page.getByRole('status').getByText('live', {exact: true}).waitFor({state: 'attached'});
const row = (page, subject) => page.getByRole('option').filter({hasText: subject});
try {
    const context = await browser.newContext();
    context.setDefaultTimeout(20_000);
    const pages = [];
    for (let tab = 0; tab < TABS; tab++) {
        pages.push(await context.newPage());
        await pages[tab].goto(`${base}/`);
        await live(pages[tab]);
    }
    await mail(Number(port), 'Subject: for all tabs\n\nx');
    await Promise.all(pages.map(page => row(page, 'for all tabs').waitFor()));

    const [page] = pages;
    const {id} = await (await fetch(`${base}/api/boxcar/v1/messages/latest`)).json();
    for (let visit = 0; visit < TABS; visit++) {
        await page.goto(`${base}/view/${id}?visit=${visit}`);
        await page.getByRole('heading', {name: 'for all tabs'}).waitFor();
        await live(page);
    }
    for (let visit = 0; visit < TABS; visit++) {
        await page.goBack();
    }
    await live(page);
    await mail(Number(port), 'Subject: after going back\n\nx');
    await row(page, 'after going back').waitFor();
    const statistics = await (await fetch(`${base}/api/boxcar/v1/statistics`)).json();
    assert.equal(statistics.inbox.listening, TABS, 'pages in the back-forward cache have no connection');

    // a network without WebSockets
    const limited = await context.newPage();
    await limited.addInitScript(() => { window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.(), 0); } close() {} }; });
    await limited.goto(`${base}/`);
    await live(limited);
    await mail(Number(port), 'Subject: without sockets\n\nx');
    await row(limited, 'without sockets').waitFor();
    console.log('all tests passed');
} finally {
    await browser.close();
}
