// Runs the commands of the npm package cypress-mailpit against a running sink, with a stub of the Cypress API they use:
// node cypress-mailpit.mjs URL
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const base = process.argv[2];
globalThis.Cypress = {
  expose: (name) => (name === "MAILPIT_URL" ? base : undefined),
  config: () => 10000,
};
globalThis.cy = {
  env: () => Promise.resolve({}),
  wrap: (value) => Promise.resolve(value),
  wait: (millis) => new Promise((done) => setTimeout(done, millis)),
  request: async ({ method, url, body, qs }) => {
    const target = new URL(url); // cy.request keeps a double slash, and so does URL
    for (const [name, value] of Object.entries(qs ?? {})) target.searchParams.set(name, value);
    const answer = await fetch(target, {
      method,
      redirect: "error",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    const json = (answer.headers.get("content-type") ?? "").startsWith("application/json");
    return { status: answer.status, body: json ? JSON.parse(text) : text };
  },
};

const file = process.cwd() + "/node_modules/cypress-mailpit/dist/src/MailpitCommands.js";
const { MailpitCommands } = await import(pathToFileURL(file));
const mail = new MailpitCommands();
const fast = { timeout: 10000, interval: 50 };

await mail.mailpitDeleteAllEmails();
assert.equal((await mail.mailpitGetAllMails()).messages_count, 0);
await mail.mailpitSendMail();
await mail.mailpitSendMail({ subject: "Second mail", to: [{ Email: "second@example.com", Name: "" }], attachments: [{ Content: "aGk=", Filename: "note.txt" }] });

const all = await mail.mailpitGetAllMails();
assert.equal(all.messages_count, 2);
assert.equal(all.count, 2);
assert.equal((await mail.mailpitGetAllMails(1, 1)).start, 1);
assert.equal((await mail.mailpitSearchEmails("Second")).messages_count, 1);
assert.equal((await mail.mailpitGetEmailsBySubject("Hello")).messages_count, 1);
assert.equal((await mail.mailpitGetEmailsByTo("second@example.com")).messages_count, 1);
await mail.mailpitHasEmailsBySubject("Second", 0, 50, fast);
await mail.mailpitHasEmailsByTo("second@example.com", 0, 50, fast);
await mail.mailpitHasEmailsBySearch("Second", 0, 50, fast);
await mail.mailpitNotHasEmailsBySubject("Third", 0, 50, fast);
await mail.mailpitNotHasEmailsByTo("third@example.com", 0, 50, fast);
await mail.mailpitNotHasEmailsBySearch("Third", 0, 50, fast);

const second = await mail.mailpitGetMail();
assert.equal(await mail.mailpitGetSubject(second), "Second mail");
assert.equal(await mail.mailpitGetFromAddress(second), "from@example.com");
assert.deepEqual(await mail.mailpitGetRecipientAddress(second), ["second@example.com"]);
assert.deepEqual(await mail.mailpitGetAttachments(second), ["note.txt"]);
assert.match(await mail.mailpitGetMailHTMlBody(second), /<p>hello from mailpit<\/p>/);
assert.match(await mail.mailpitGetMailTextBody(second), /^hello from mailpit/);
assert.equal((await mail.mailpitGetMail(second.ID)).ID, second.ID);
await assert.rejects(mail.mailpitGetMailSpamAssassinSummary(second), /404/);
await assert.rejects(mail.mailpitSendMail({ to: [{ Email: "not an address" }] }), /400.*invalid To address/);

await mail.mailpitSetAllEmailStatusAsRead();
assert.equal((await mail.mailpitGetAllMails()).unread, 0);
await mail.mailpitSetStatusAsUnRead(second);
assert.equal((await mail.mailpitGetAllMails()).unread, 1);
await mail.mailpitSetAllEmailStatusAsUnRead();
assert.equal((await mail.mailpitGetAllMails()).unread, 2);
await mail.mailpitSetStatusAsRead([second]);
assert.equal((await mail.mailpitGetAllMails()).unread, 1);
await mail.mailpitDeleteEmailsBySearch("subject:Second");
assert.equal((await mail.mailpitGetAllMails()).messages_count, 1);
await mail.mailpitDeleteAllEmails();
assert.equal((await mail.mailpitGetAllMails()).messages_count, 0);
console.log("all well");
