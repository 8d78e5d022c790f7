// SPDX-License-Identifier: Apache-2.0
// Starts Chromium, and finds what is on the page.

import {createRequire} from 'node:module';
import path from 'node:path';

const TIMEOUT_MILLIS = 20_000;
const {chromium} = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');

export const launch = program =>
    chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});

/** A page in a context of its own, once it receives events. Adds what goes wrong to {@code errors}. */
export async function open(browser, address, errors = [], options = {}) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    context.setDefaultTimeout(TIMEOUT_MILLIS);
    const page = await context.newPage();
    page.on('pageerror', error => errors.push(`error: ${error.message}`));
    page.on('console', line => line.type() === 'error' && errors.push(`console: ${line.text()} ${line.location().url}`));
    await page.goto(address);
    await live(page);
    return page;
}

/** Options for a phone of this width. */
export const phone = (width, more = {}) =>
    ({viewport: {width, height: 844}, deviceScaleFactor: 2, hasTouch: true, isMobile: true, ...more});

export const live = page => page.getByRole('status').getByText('live', {exact: true}).waitFor({state: 'attached'});
export const row = (page, subject) => page.getByRole('option').filter({hasText: subject});
export const tab = (page, name) => page.getByRole('tab', {name});
export const json = async address => (await fetch(address)).json();

/** Waits until {@code condition}, which may be async, holds. */
export async function waitUntil(condition, what) {
    const end = Date.now() + TIMEOUT_MILLIS;
    while (!(await condition())) {
        if (Date.now() > end) {
            throw new Error(`timed out: ${what}`);
        }
        await new Promise(resolve => setTimeout(resolve, 25));
    }
}

/** Runs the steps in order, up to the first that fails, and says so at the end. */
export async function play(browser, steps, errors = []) {
    try {
        for (const [name, step] of Object.entries(steps)) {
            try {
                await step();
                console.log(`ok ${name}`);
            } catch (failure) {
                console.log(`FAILED ${name}\n${failure.stack}\nerrors of the page:\n${errors.join('\n')}`);
                process.exitCode = 1;
                return;
            }
        }
        console.log('all tests passed');
    } finally {
        await browser.close();
    }
}
