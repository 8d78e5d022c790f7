// Calls all functions of the npm package mailpit-api on a running sink and checks the complete responses:
// node mailpit-api.mjs URL
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/package.json");
const { MailpitClient } = require("mailpit-api");
const { MailpitClient: WithEvents } = require("mailpit-api-1");

const mailpit = new MailpitClient(process.argv[2]);
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** Checks a value against a shape: a type name, a list with the shape of its items, or an object with its exact keys. */
function matches(value, shape, path = "") {
  if (typeof shape === "string") {
    assert.equal(value === null ? "null" : Array.isArray(value) ? "array" : typeof value, shape, path);
  } else if (Array.isArray(shape)) {
    assert.ok(Array.isArray(value), path + " is a list");
    value.forEach((item, i) => matches(item, shape[0], `${path}[${i}]`));
  } else {
    assert.deepEqual(Object.keys(value).sort(), Object.keys(shape).sort(), path);
    for (const key of Object.keys(shape)) matches(value[key], shape[key], `${path}.${key}`);
  }
}

const address = { Name: "string", Address: "string" };
const attachment = {
  PartID: "string", FileName: "string", ContentType: "string", ContentID: "string", Size: "number",
  Checksums: { MD5: "string", SHA1: "string", SHA256: "string" },
};
const summary = {
  ID: "string", MessageID: "string", Read: "boolean", From: address, To: [address], Cc: [address], Bcc: [address],
  ReplyTo: [address], Subject: "string", Created: "string", Username: "string", Tags: ["string"], Size: "number",
  Attachments: "number", Snippet: "string",
};
const list = {
  total: "number", unread: "number", count: "number", messages_count: "number", messages_unread: "number",
  start: "number", tags: ["string"], messages: [summary],
};
const message = {
  ID: "string", MessageID: "string", From: address, To: [address], Cc: [address], Bcc: [address], ReplyTo: [address],
  ReturnPath: "string", Subject: "string",
  ListUnsubscribe: { Header: "string", Links: ["string"], Errors: "string", HeaderPost: "string" },
  Date: "string", Tags: ["string"], Username: "string", Text: "string", HTML: "string", Size: "number",
  Inline: [attachment], Attachments: [attachment],
};
const refused = (promise, status) => assert.rejects(promise, (e) => e.message.includes(` ${status} `));

await mailpit.deleteMessages();
matches(await mailpit.getInfo(), {
  Version: "string", LatestVersion: "string", Database: "string", DatabaseSize: "number", Messages: "number",
  Unread: "number", Tags: {},
  RuntimeStats: {
    Uptime: "number", Memory: "number", MessagesDeleted: "number", SMTPAccepted: "number", SMTPAcceptedSize: "number",
    SMTPRejected: "number", SMTPIgnored: "number",
  },
});
// Boxcar adds the two that say which checks there are; a client of Mailpit ignores them
const {HTMLCheck, LinkCheck, ...configuration} = await mailpit.getConfiguration();
matches({HTMLCheck, LinkCheck}, {HTMLCheck: "boolean", LinkCheck: "boolean"});
matches(configuration, {
  Label: "string",
  MessageRelay: {
    Enabled: "boolean", SMTPServer: "string", ReturnPath: "string", AllowedRecipients: "string",
    BlockedRecipients: "string", OverrideFrom: "string", PreserveMessageIDs: "boolean", RecipientAllowlist: "string",
  },
  SpamAssassin: "boolean", ChaosEnabled: "boolean", DuplicatesIgnored: "boolean", HideDeleteAllButton: "boolean",
});

const sent = await mailpit.sendMessage({
  From: { Email: "sender@example.test", Name: "Sender Name" },
  To: [{ Email: "rec@example.test", Name: "Recipient Name" }],
  Cc: [{ Email: "cc@example.test" }],
  Bcc: ["bcc@example.test"],
  ReplyTo: [{ Email: "reply@example.test" }],
  Subject: "Test Email",
  Text: "Plain text",
  HTML: "<p>Some <b>HTML</b></p>",
  Headers: { "List-Unsubscribe": "<mailto:off@example.test>, <https://example.test/off>" },
  Tags: ["Tag one", "two"],
  Attachments: [
    { Content: png, Filename: "test.png", ContentType: "image/png" },
    { Content: png, Filename: "inline.png", ContentType: "image/png", ContentID: "cid1" },
  ],
});
matches(sent, { ID: "string" });

const all = await mailpit.listMessages();
matches(all, list);
assert.equal(all.messages_count, 1);
assert.equal(all.messages[0].Read, false);
assert.equal(all.messages[0].Attachments, 1);
assert.deepEqual(all.messages[0].Bcc, [{ Name: "", Address: "bcc@example.test" }]);
assert.deepEqual(all.tags, ["Tag one", "two"]);

const read = await mailpit.getMessageSummary(sent.ID);
matches(read, message);
assert.deepEqual(read, await mailpit.getMessageSummary());
assert.equal(read.ReturnPath, "sender@example.test");
assert.equal(read.Text.trim(), "Plain text");
assert.equal(read.HTML.trim(), "<p>Some <b>HTML</b></p>");
assert.deepEqual(read.ListUnsubscribe.Links, ["mailto:off@example.test", "https://example.test/off"]);
assert.equal(read.Inline[0].ContentID, "cid1");
assert.equal((await mailpit.listMessages()).unread, 0);

assert.deepEqual((await mailpit.getMessageHeaders()).Subject, ["Test Email"]);
assert.match(await mailpit.getMessageSource(), /^Subject: Test Email\r$/m);
const part = await mailpit.getMessageAttachment(sent.ID, read.Attachments[0].PartID);
assert.equal(part.type, "image/png");
assert.equal(Buffer.from(await part.arrayBuffer()).toString("base64"), png);
assert.equal((await mailpit.getAttachmentThumbnail("latest", read.Attachments[0].PartID)).type, "image/jpeg");
assert.match(await mailpit.renderMessageHTML(), /Some <b>HTML/);
assert.match(await mailpit.renderMessageHTML("latest", 1), /Some <b>HTML/);
assert.match(await mailpit.renderMessageText(sent.ID), /Plain text/);

await mailpit.setReadStatus();
assert.equal((await mailpit.listMessages()).unread, 1);
await mailpit.setReadStatus({ IDs: [sent.ID], Read: true });
assert.equal((await mailpit.listMessages()).unread, 0);
await mailpit.setReadStatus({ Search: "after:2020-01-01", Read: false }, { tz: "America/Chicago" });
assert.equal((await mailpit.listMessages()).unread, 1);

assert.deepEqual(await mailpit.getTags(), ["Tag one", "two"]);
assert.equal(await mailpit.setTags({ IDs: [sent.ID], Tags: ["Old name"] }), "ok");
assert.equal(await mailpit.renameTag("Old name", "New name"), "ok");
assert.equal((await mailpit.searchMessages({ query: 'tag:"New name"' })).messages_count, 1);
assert.equal(await mailpit.deleteTag("New name"), "ok");
assert.deepEqual(await mailpit.getTags(), []);

const triggers = await mailpit.setChaosTriggers({ Sender: { ErrorCode: 451, Probability: 5 } });
assert.deepEqual(triggers.Sender, { ErrorCode: 451, Probability: 5 });
assert.deepEqual(await mailpit.getChaosTriggers(), triggers);
assert.equal((await mailpit.setChaosTriggers()).Sender.Probability, 0);

const htmlCheck = await mailpit.htmlCheck();
assert.ok(Array.isArray(htmlCheck.Warnings));
assert.equal(typeof htmlCheck.Total.Supported, "number");
await refused(mailpit.linkCheck(), 400);
await refused(mailpit.spamAssassinCheck(), 404);
await refused(mailpit.releaseMessage("latest", { To: ["a@example.test"] }), 400);
await refused(mailpit.sendMessage({ From: { Email: "a@b.test" }, To: [{ Email: "bad" }] }), 400);
await refused(mailpit.getMessageSummary("unknown"), 404);

const post = (Subject) =>
  mailpit.sendMessage({ From: { Email: "a@b.test" }, To: [{ Email: "c@d.test" }], Subject, Text: "x" });
const later = mailpit.waitForMessage({ query: "subject:waited" }, { timeout: 20000, interval: 50 });
await post("waited 1");
assert.equal((await later).Subject, "waited 1");
const several = mailpit.waitForMessages({ query: "subject:waited", count: 2 }, { timeout: 20000, interval: 50 });
await post("waited 2");
assert.equal((await several).messages.length, 2);
assert.equal((await mailpit.waitForMessages({ count: 3 })).count, 3);

// only version 1 of the package has the WebSocket client
const events = new WithEvents(process.argv[2]);
const stats = events.waitForEvent("stats", 20000);
matches((await stats).Data, { Total: "number", Unread: "number", Version: "string" });
const arrived = events.waitForEvent("new", 20000);
await post("told");
matches((await arrived).Data, summary);
const updated = events.waitForEvent("update", 20000);
const told = await mailpit.getMessageSummary();
assert.deepEqual((await updated).Data, { ID: told.ID, Read: true });
const deleted = events.waitForEvent("delete", 20000);
await mailpit.deleteMessages({ IDs: [told.ID] });
assert.deepEqual((await deleted).Data, { ID: told.ID });
const truncated = events.waitForEvent("truncate", 20000);
assert.equal(await mailpit.deleteMessagesBySearch({ query: "subject:waited" }), "ok");
assert.equal((await mailpit.listMessages()).total, 1);
await mailpit.deleteMessages();
assert.equal((await truncated).Data, null);
await mailpit.waitForMessages({ count: 0 });
console.log("all well");
process.exit(0);
