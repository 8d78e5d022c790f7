// SPDX-License-Identifier: Apache-2.0
// How the relay's page writes states and times.

import {h, shortTime} from './dom.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The state of a message as a coloured word. */
export const stateMark = state => h('span', {class: `state state-${state}`}, state);

/** When something is due: now, in 40 s, in 5 min, in 3 h, 14 May. */
export function until(text) {
    const seconds = Math.round((new Date(text) - Date.now()) / 1000);
    if (seconds <= 0) {
        return 'now';
    }
    if (seconds < 100) {
        return `in ${seconds} s`;
    }
    if (seconds < 100 * MINUTE) {
        return `in ${Math.round(seconds / MINUTE)} min`;
    }
    return seconds < 2 * DAY ? `in ${Math.round(seconds / HOUR)} h` : shortTime(text);
}
