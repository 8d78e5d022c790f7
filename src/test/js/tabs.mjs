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
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
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

    const listening = async () => (await (await fetch(`${base}/api/boxcar/v1/statistics`)).json()).inbox.listening;
    const settles = async expected => {
        const end = Date.now() + 20_000;
        while (await listening() !== expected) {
            assert.ok(Date.now() < end, `${await listening()} connections instead of ${expected}`);
            await new Promise(resolve => setTimeout(resolve, 25));
        }
    };
    await settles(TABS);
    const [page] = pages;
    const transition = type => page.evaluate(name => dispatchEvent(new PageTransitionEvent(name, {persisted: true})), type);
    await transition('pagehide');
    await settles(TABS - 1); // a page that the browser keeps for the back button has no connection
    await mail(Number(port), 'Subject: while hidden\n\nx');
    await transition('pageshow');
    await row(page, 'while hidden').waitFor();
    await settles(TABS);

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
