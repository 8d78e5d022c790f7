// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Builds a message, envelope and bytes, and stores it in a spool. */
final class Post {
    private final ArrayList<String> recipients = new ArrayList<>();
    private final ArrayList<String> extraLines = new ArrayList<>();
    private String sender = "sender@a.example";
    private String received = "2026-11-22T09:30:00.123Z";
    private final byte[] bytes;

    private Post(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A message of these lines. */
    static Post of(String... lines) {
        return new Post((String.join("\r\n", lines) + "\r\n").getBytes(UTF_8));
    }

    static Post of(byte[] bytes) {
        return new Post(bytes);
    }

    /** A small message with this subject, to bob@b.example. */
    static Post subject(String subject) {
        return of("From: Alice <alice@a.example>", "To: bob@b.example", "Subject: " + subject, "", "Hello, Bob.")
                .to("bob@b.example");
    }

    Post from(String mailbox) {
        sender = mailbox;
        return this;
    }

    Post to(String... mailboxes) {
        recipients.addAll(List.of(mailboxes));
        return this;
    }

    Post received(Instant time) {
        received = time.toString();
        return this;
    }

    /** Adds a line to the envelope. */
    Post with(String key, String value) {
        extraLines.add(key + ": " + value);
        return this;
    }

    private Envelope envelope() {
        var lines = new ArrayList<>(
                List.of("Session: 01S", "Client: 127.0.0.1:4000", "Helo: client.example", "Protocol: ESMTP"));
        lines.addAll(extraLines);
        lines.add("From: <" + sender + ">");
        recipients.forEach(recipient -> lines.add("To: <" + recipient + ">"));
        lines.add("Received: " + received);
        byte[] text = (String.join("\n", lines) + "\n").getBytes(UTF_8);
        return Envelope.of(text, text.length);
    }

    /** Appends it to the spool; {@code committed} completes once it is committed. */
    Ulid begin(Spool spool, CompletableFuture<CommitOutcome> committed) {
        Ulid id = spool.newId();
        IncomingBody body = spool.newBody();
        body.write(bytes, 0, bytes.length);
        spool.append(id, envelope(), body, Runnable::run, committed::complete);
        return id;
    }

    /** Appends it to the spool and waits until it is committed. */
    Ulid into(Spool spool) throws Exception {
        var committed = new CompletableFuture<CommitOutcome>();
        Ulid id = begin(spool, committed);
        if (committed.get(10, TimeUnit.SECONDS) != CommitOutcome.STORED) {
            throw new AssertionError("not stored: " + committed.get());
        }
        return id;
    }
}
