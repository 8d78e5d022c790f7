// SPDX-License-Identifier: Apache-2.0
// Sends one message with nodemailer for boxcar lab suite: suite-send.js tls|clear HOST PORT FROM TO,TO,... FILE. With
// TLS it also logs in. The variable NODEMAILER has the path of the library. Exit status 0 if the server accepted it for
// all recipients.
'use strict';
const fs = require('fs');
const nodemailer = require(process.env.NODEMAILER);

async function main() {
    const [tls, host, port, from, to, file] = process.argv.slice(2);
    const transport = nodemailer.createTransport({
        host,
        port: Number(port),
        name: 'nodemailer.client.example',
        requireTLS: tls === 'tls',
        ignoreTLS: tls !== 'tls',
        tls: { rejectUnauthorized: false },
        auth: tls === 'tls' ? { user: 'ann', pass: 'secret' } : undefined,
        connectionTimeout: 20000,
        greetingTimeout: 20000,
        socketTimeout: 20000,
    });
    const outcome = await transport.sendMail({ envelope: { from, to: to.split(',') }, raw: fs.readFileSync(file) });
    if (outcome.rejected.length > 0) {
        throw new Error('refused: ' + outcome.rejected.join(' '));
    }
}

main().catch((problem) => {
    console.error(problem.message);
    process.exitCode = 1;
});
