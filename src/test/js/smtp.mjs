// SPDX-License-Identifier: Apache-2.0
// Sends messages over SMTP, in lock-step or pipelined.

import net from 'node:net';

/** Sends texts, each after the replies to those before it: [text, number of replies]. Resolves when the server closes the connection. */
export function converse(port, turns) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1');
        let replies = 0;
        let due = 1;
        let turn = 0;
        let rest = '';
        socket.setTimeout(30_000, () => socket.destroy(new Error('the server does not respond')));
        socket.on('data', bytes => {
            rest += bytes.toString('latin1');
            const lines = rest.split('\r\n');
            rest = lines.pop();
            for (const line of lines) {
                if (/^[45]/.test(line)) {
                    socket.destroy(new Error(line));
                }
                replies += line[3] === '-' ? 0 : 1;
            }
            while (replies >= due && turn < turns.length) {
                const [text, more] = turns[turn++];
                socket.write(text);
                due += more;
            }
        });
        socket.on('error', reject);
        socket.on('close', resolve);
    });
}

const envelope = (from, to) => `MAIL FROM:<${from}>\r\n${to.map(one => `RCPT TO:<${one}>\r\n`).join('')}DATA\r\n`;
const stuffed = message => `${message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')}\r\n.\r\n`;

/** Sends one message in lock-step. */
export const mail = (port, message, from = 'ada@example.org', to = ['bob@example.org']) => converse(port, [
    ['EHLO client.example\r\n', 1],
    ...envelope(from, to).trimEnd().split('\r\n').map(line => [`${line}\r\n`, 1]),
    [stuffed(message), 1],
    ['QUIT\r\n', 1],
]);

/** Sends messages in one session, pipelined as far as RFC 2920 allows. */
export function train(port, messages, from = 'ada@example.org', to = ['bob@example.org']) {
    const turns = [['EHLO client.example\r\n', 1]];
    let before = '';
    let due = 0;
    for (const message of messages) {
        turns.push([before + envelope(from, to), due + 2 + to.length]);
        before = stuffed(message);
        due = 1;
    }
    turns.push([`${before}QUIT\r\n`, 2]);
    return converse(port, turns);
}

/** A message with text, HTML and attachments. */
export function multipart({subject, from = 'Ada Lovelace <ada@example.org>', to = 'Bob <bob@example.org>', text, html, files = []}) {
    const part = (type, body, more = '') => `--b\nContent-Type: ${type}\n${more}\n${body}\n`;
    return `From: ${from}\nTo: ${to}\nSubject: ${subject}\nDate: ${new Date().toUTCString()}\nMessage-ID: <${subject.length}@client.example>\n`
        + 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n'
        + (html ? `--b\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`
            + `--a\nContent-Type: text/html; charset=utf-8\n\n${html}\n--a--\n` : part('text/plain; charset=utf-8', text))
        + files.map(([name, type, base64]) => part(`${type}; name="${name}"`, base64,
            `Content-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n`)).join('')
        + '--b--';
}
