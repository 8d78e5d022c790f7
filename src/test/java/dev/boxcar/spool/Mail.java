// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Messages for tests, and waiting with a timeout. */
public final class Mail {
    public static final long SECONDS = 30;

    private Mail() {}

    public static Envelope envelope(String from) {
        return lines("Session: s1\nClient: 127.0.0.1:52344\nHelo: client.example\nProtocol: ESMTP\nFrom: <" + from
                + "> SIZE=10\nTo: <c@d.example>\nReceived: 2026-11-22T09:30:00.123Z\n");
    }

    public static Envelope lines(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Envelope.of(bytes, bytes.length);
    }

    public static IncomingBody body(Spool spool, byte[] bytes) {
        IncomingBody body = spool.newBody();
        body.write(bytes, 0, bytes.length);
        return body;
    }

    /** Appends a message, whose callback runs on the committing thread. */
    public static CompletableFuture<CommitOutcome> append(Spool spool, Ulid id, String text) {
        return append(spool, id, text.getBytes(UTF_8));
    }

    public static CompletableFuture<CommitOutcome> append(Spool spool, Ulid id, byte[] bytes) {
        var outcome = new CompletableFuture<CommitOutcome>();
        IncomingBody body = spool.newBody(id);
        body.write(bytes, 0, bytes.length);
        spool.append(id, envelope("a@b.example"), body, Runnable::run, outcome::complete);
        return outcome;
    }

    public static Ulid stored(Spool spool, String text) {
        Ulid id = spool.newId();
        if (get(append(spool, id, text)) != CommitOutcome.STORED) {
            throw new AssertionError("not stored");
        }
        return id;
    }

    public static byte[] bytes(SpoolRecord record) {
        try (InputStream body = record.body()) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(SpoolRecord record) {
        return new String(bytes(record), UTF_8);
    }

    /** The ids of all messages, as another process would read them. */
    public static List<Ulid> ids(Path spool) throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            return reader.ids();
        }
    }

    public static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }
}
