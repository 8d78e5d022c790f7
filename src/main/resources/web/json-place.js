// SPDX-License-Identifier: Apache-2.0
// Finds the place in a JSON text that an error message of the server names.

/**
 * The place as {@code {from, to}}, or null if the message names none. The message begins with a path such as
 * {@code rules[2].do.reply.code}, or says the line and the column of invalid JSON.
 */
export function placeOf(text, message) {
    const invalid = /\bin line (\d+), column (\d+)/.exec(message);
    if (invalid) {
        return position(text, Number(invalid[1]), Number(invalid[2]));
    }
    const path = /^([\w-]+(?:\[\d+\])?(?:\.[\w-]+(?:\[\d+\])?)*): /.exec(message)?.[1];
    if (!path) {
        return null;
    }
    const places = keyPlaces(text);
    for (let known = path; known; known = parent(known)) { // the key itself may be missing
        if (places.has(known)) {
            return places.get(known);
        }
    }
    return null;
}

const parent = path => path.replace(/(\.[^.[]+|\[\d+\]|^[^.[]+)$/, '');

function position(text, line, column) {
    const lines = text.split('\n');
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 2);
    return {from: Math.min(from, text.length), to: Math.min(from + 1, text.length)};
}

/** Where each key and each item of a list is, by its path. The JSON is valid. */
function keyPlaces(text) {
    const places = new Map();
    let at = 0;
    const space = () => {
        while (/\s/.test(text[at] ?? '')) {
            at++;
        }
    };
    const string = () => {
        const from = at++;
        while (at < text.length && text[at] !== '"') {
            at += text[at] === '\\' ? 2 : 1;
        }
        at++;
        return {from, to: at};
    };
    const value = path => {
        space();
        const from = at;
        if (text[at] === '{') {
            each('}', () => {
                const place = string();
                let name = '';
                try {
                    name = JSON.parse(text.slice(place.from, place.to));
                } catch {
                    // an unfinished string has no name
                }
                const key = path ? `${path}.${name}` : name;
                places.set(key, place);
                space();
                at++; // the colon
                value(key);
            });
        } else if (text[at] === '[') {
            let index = 0;
            each(']', () => {
                const key = `${path}[${index++}]`;
                places.set(key, value(key));
            });
        } else if (text[at] === '"') {
            string();
        } else {
            while (at < text.length && !/[\s,\]}]/.test(text[at])) {
                at++;
            }
        }
        return {from, to: at};
    };
    const each = (end, one) => {
        at++;
        for (space(); at < text.length && text[at] !== end; space()) {
            const before = at;
            one();
            space();
            if (text[at] === ',' || at === before) {
                at++;
            }
        }
        at++;
    };
    value('');
    return places;
}
