// SPDX-License-Identifier: Apache-2.0
// nodemailer's smtp-server, which takes each message and forgets it: node smtp-server.js ADDRESS PORT
const { SMTPServer } = require('smtp-server');
const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: 100000,
    size: 100 * 1024 * 1024,
    onData(stream, session, done) {
        stream.on('data', () => {});
        stream.on('end', () => done(null, 'forgotten'));
    }
});
server.on('error', (e) => console.error(e.message));
server.listen(Number(process.argv[3]), process.argv[2], () => console.log(server.server.address().port));
