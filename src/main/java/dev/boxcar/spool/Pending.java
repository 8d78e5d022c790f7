// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.MessageSink.Completion;
import dev.boxcar.smtp.server.MessageSink.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A record that waits to be committed, and who waits for it. Made by any thread, then the committing thread's alone. */
final class Pending extends Queued implements SpoolRecord {
    private final RecordType type;
    private final Ulid id;
    private final Envelope text;
    private final @Nullable Body body;
    private final long bodyLength;
    final Executor executor;
    final Completion done;

    /** Set when the record is committed. */
    long sequence;

    /** Where in its segment the record begins. */
    long offset;

    Outcome outcome = Outcome.FAULT;

    /** Whether its completion is under way. */
    boolean finished;

    Pending(RecordType type, Ulid id, Envelope text, @Nullable Body body, Executor executor, Completion done) {
        this.type = type;
        this.id = id;
        this.text = text;
        this.body = body;
        this.bodyLength = body == null ? 0 : body.length();
        this.executor = executor;
        this.done = done;
    }

    /** What it takes in the queue and in a segment. */
    long octets() {
        return RecordHeader.LENGTH + text.length() + bodyLength + 1;
    }

    @Nullable
    Body slabs() {
        return body;
    }

    void release() {
        if (body != null) {
            body.release();
        }
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public Ulid id() {
        return id;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public Envelope text() {
        return text;
    }

    @Override
    public long bodyLength() {
        return bodyLength;
    }

    @Override
    public InputStream body() {
        return body == null ? InputStream.nullInputStream() : body.open();
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long stretch = stretch(from, length);
        return body == null ? InputStream.nullInputStream() : body.open(from, stretch);
    }
}
