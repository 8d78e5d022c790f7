// SPDX-License-Identifier: Apache-2.0
// Sends a file with nodemailer to the recipients in the arguments; the other settings are in the environment (cases.sh).
'use strict';
const fs = require('fs');
const env = process.env;
const nodemailer = require(env.NODEMAILER);

const options = {
    host: '127.0.0.1',
    port: Number(env.PORT),
    name: 'nodemailer.client.example',
    pool: true,
    maxConnections: 1,
    secure: env.TLS === 'smtps',
    requireTLS: env.TLS === 'starttls',
    tls: { rejectUnauthorized: false },
};
if (env.MECHANISM === 'XOAUTH2') {
    options.auth = { type: 'OAuth2', user: env.NAME, accessToken: env.PASSWORD };
} else if (env.MECHANISM) {
    options.auth = { user: env.NAME, pass: env.PASSWORD };
    options.authMethod = env.MECHANISM;
}

async function main() {
    const transport = nodemailer.createTransport(options);
    const mail = {
        envelope: { from: env.SENDER, to: process.argv.slice(2), use8BitMime: true },
        raw: fs.readFileSync(env.MESSAGE),
    };
    if (env.DSN) {
        mail.dsn = { id: 'envid-1', return: 'headers', notify: ['success', 'failure'], recipient: process.argv[2] };
    }
    try {
        for (let copy = 0; copy < Number(env.COPIES); copy++) {
            const outcome = await transport.sendMail(mail);
            if (outcome.rejected.length > 0) {
                throw new Error('refused: ' + outcome.rejected.join(' '));
            }
        }
    } finally {
        transport.close();
    }
}

main().catch((problem) => {
    console.error(problem);
    process.exitCode = 1;
});
