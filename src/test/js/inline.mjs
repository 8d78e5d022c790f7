// SPDX-License-Identifier: Apache-2.0
// Tests that the images of a message appear in its frame, and that pages of other sites cannot load them. Arguments: URL, the SMTP port,
// the browser's executable, and optionally a name and a password.

import assert from 'node:assert/strict';
import http from 'node:http';
import {createRequire} from 'node:module';
import path from 'node:path';
import {mail} from './smtp.mjs';

const [base, port, program, username, password] = process.argv.slice(2);
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const part = (type, id, body) => `--r\nContent-Type: ${type}\nContent-ID: <${id}>\nContent-Transfer-Encoding: base64\n\n${body}\n`;
const html = '<style>p { background: url(cid:back@x) }</style><p>The logo</p><img id="logo" src="cid:logo@x"><img id="spaced" src="cid:my%20logo@x">';
await mail(Number(port), 'Subject: with images\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=r\n\n'
    + `--r\nContent-Type: text/html\n\n${html}\n`
    + `${part('image/png', 'logo@x', PIXEL)}${part('image/png', 'my logo@x', PIXEL)}${part('image/png', 'back@x', PIXEL)}--r--`);

const foreign = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(request.url === '/' ? '<body><iframe sandbox="allow-scripts" src="/frame"></iframe></body>' : '<body></body>');
});
await new Promise(resolve => foreign.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
try {
    const context = await browser.newContext(username ? {httpCredentials: {username, password}} : {});
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const responses = [];
    page.on('response', response => responses.push([response.url(), response.status()]));
    await page.goto(`${base}/`);
    await page.getByRole('option').filter({hasText: 'with images'}).click();
    const frame = page.frameLocator('iframe');
    await frame.getByText('The logo').waitFor();
    for (const id of ['logo', 'spaced']) {
        await frame.locator(`#${id}`).evaluate(image => image.complete || new Promise(resolve => { image.onload = image.onerror = resolve; }));
        assert.equal(await frame.locator(`#${id}`).evaluate(image => image.naturalWidth), 1, `${id} is shown`);
    }
    const parts = responses.filter(([url]) => url.includes('/part/'));
    assert.deepEqual(parts.map(([, status]) => status), [200, 200, 200], `${parts}`);

    const unsigned = parts[0][0].replace(/\?.*/, '');
    const stranger = await context.newPage();
    await stranger.goto(`http://127.0.0.1:${foreign.address().port}/`);
    const width = (where, url) => where.evaluate(source => new Promise(resolve => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => resolve(0);
        image.src = source;
    }), url);
    // 127.0.0.1 and localhost are different sites
    const elsewhere = unsigned.replace('127.0.0.1', 'localhost');
    for (const where of stranger.frames()) {
        assert.equal(await width(where, elsewhere), 0, 'a foreign page gets no part');
        assert.equal(await width(where, elsewhere.replace(/message\/[^/]+/, 'message/latest')), 0, 'nor by the name latest');
    }
    console.log('all tests passed');
} finally {
    await browser.close();
    foreign.close();
}
