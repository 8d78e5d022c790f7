// SPDX-License-Identifier: Apache-2.0
// Tests that the page recovers when the server was away. The page reaches the server through a proxy, which this script stops and starts
// again. Arguments: URL, the SMTP port, the browser's executable.

import net from 'node:net';
import {launch, live, open, play, row, waitUntil} from './browser.mjs';
import {mail, train} from './smtp.mjs';

const [base, port, program] = process.argv.slice(2);
const connections = new Set();

const proxy = net.createServer(client => {
    const server = net.connect(Number(new URL(base).port), '127.0.0.1');
    for (const [from, to] of [[client, server], [server, client]]) {
        connections.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
    }
});
const start = at => new Promise(resolve => proxy.listen(at, '127.0.0.1', resolve));
const stop = () => new Promise(resolve => {
    proxy.close(resolve);
    connections.forEach(one => one.destroy());
});

await start(0);
const {port: proxyPort} = proxy.address();
await train(Number(port), Array.from({length: 40}, (_, number) => `Subject: old ${number}.\n\nx`));
for (const subject of ['first', 'second']) {
    await mail(Number(port), `Subject: ${subject}\n\nThe ${subject} text.`);
}
const browser = await launch(program);
const page = await open(browser, `http://127.0.0.1:${proxyPort}/`);

await play(browser, {
    async 'without the server, the page says so'() {
        await row(page, 'first').click();
        await page.getByRole('tabpanel').getByText('The first text.').waitFor();
        await stop();
        await page.getByRole('status').getByText('offline').waitFor();
        await row(page, 'second').click();
        await page.getByRole('article').getByText('Boxcar does not respond').waitFor();
    },

    async 'once the server is back, the open message and the list appear without a reload'() {
        await page.evaluate(() => { window.stayed = true; });
        await mail(Number(port), 'Subject: third\n\nx');
        await start(proxyPort);
        await live(page);
        await page.getByRole('tabpanel').getByText('The second text.').waitFor();
        await row(page, 'third').waitFor();
        await page.waitForFunction(() => window.stayed);
    },

    async 'the visible rows stay in place when the list has grown meanwhile'() {
        const list = page.getByRole('listbox');
        await list.evaluate(element => element.scrollTo(0, element.scrollHeight));
        await row(page, 'old 0.').waitFor();
        const place = () => row(page, 'old 0.').evaluate(element => element.getBoundingClientRect().top);
        const before = await place();
        await stop();
        await page.getByRole('status').getByText('offline').waitFor();
        await train(Number(port), Array.from({length: 30}, (_, number) => `Subject: new ${number}.\n\nx`));
        await start(proxyPort);
        await live(page);
        await page.getByText('73 messages').waitFor();
        await row(page, 'old 0.').waitFor();
        await waitUntil(async () => await place() === before, 'the row is where it was');
    },
});
await stop();
