// SPDX-License-Identifier: Apache-2.0
// Scripts to begin with. A user chooses one and changes it.

const rule = (on, action, times) => ({on, do: action, ...(times ? {times} : {})});
const preset = (name, on = {}) => [rule(on, {preset: name})];

/** Name, what it is good for, and the script. */
export const PRESETS = [
    ['Third recipient refused', 'One of several recipients does not exist.', {
        sessions: 1, rules: [rule({verb: 'RCPT', nth: 3}, {reply: {code: 550, status: '5.1.1', text: 'no such user'}}, 1)]}],
    ['Greylisting', 'Each sender and recipient is refused once.', {rules: preset('greylist')}],
    ['Rate limit', '421 from the eleventh message on.', {rules: preset('rate-limit')}],
    ['Quota', '452 after 100 recipients.', {rules: preset('quota')}],
    ['Tarpit', 'Every reply takes five seconds.', {rules: preset('tarpit')}],
    ['Dead server', 'Answers ten commands and none after them.', {rules: preset('dead')}],
    ['No 8BITMIME', 'The server takes ASCII alone.', {rules: preset('no-8bitmime')}],
    ['Old server', 'Knows HELO but not EHLO.', {rules: preset('old-server')}],
    ['Magic addresses', 'RCPT TO:<rcpt550_5.1.1@fault.test> chooses the reply.', {rules: preset('magic-addresses')}],
    ['No PIPELINING', 'Hides it from the answer to EHLO.', {rules: [rule({verb: 'EHLO'}, {hide: ['PIPELINING']})]}],
    ['Lost final reply', 'The message is stored, but the connection ends before its 250.', {
        sessions: 1, rules: [rule({verb: 'END', message: 1}, {drop: 'before-reply', how: 'rst'}, 1)]}],
    ['Byte by byte', 'Every reply arrives in pieces of one byte.', {rules: [rule({verb: 'LINE'}, {framing: 'byte-by-byte'})]}],
    ['An ocean away', 'Each round trip takes 70 ms.', {rtt: '70ms', jitter: '5ms', rules: []}],
    ['Hold', 'Waits with each reply, to see whether the client waits for it. Decides more verdicts.', {hold: '30ms', rules: []}],
];

/** A script as a person would write it: each rule in a line. */
export function scriptText(name, script) {
    const {rules, ...rest} = {name, ...script};
    const head = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}: ${spaced(value)}`).join(',\n  ');
    const lines = rules.map(one => `    ${spaced(one)}`).join(',\n');
    return `{\n  ${head},\n  "rules": [${lines ? `\n${lines}\n  ` : ''}]\n}\n`;
}

/** JSON on one line, with spaces after colons and commas. */
function spaced(value) {
    if (Array.isArray(value)) {
        return `[${value.map(spaced).join(', ')}]`;
    }
    if (value !== null && typeof value === 'object') {
        return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`).join(', ')}}`;
    }
    return JSON.stringify(value);
}
