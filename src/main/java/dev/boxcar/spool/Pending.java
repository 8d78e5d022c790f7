// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A record that waits to be committed, and who waits for it. Made by any thread, then the committing thread's alone.
 */
final class Pending extends Queued implements SpoolRecord {
    private static final byte[] NOTHING = {};

    private final RecordType type;
    private final Ulid id;
    private final Envelope text;
    private final @Nullable IncomingBody body;
    private final long bodyLength;
    private final @Nullable BlobReference blob;
    private final byte[] reference;
    private final @Nullable Path spool;
    final Executor executor;
    final CommitCallback done;

    /** Set when the record is committed. */
    long sequence;

    /** Where in its segment the record begins. */
    long offset;

    CommitOutcome outcome = CommitOutcome.FAULT;

    /** Whether its completion is under way. */
    boolean finished;

    Pending(
            RecordType type,
            Ulid id,
            Envelope text,
            @Nullable IncomingBody body,
            Executor executor,
            CommitCallback done) {
        this.type = type;
        this.id = id;
        this.text = text;
        this.body = body;
        this.bodyLength = body == null ? 0 : body.length();
        this.blob = null;
        this.reference = NOTHING;
        this.spool = null;
        this.executor = executor;
        this.done = done;
    }

    /** A message whose bytes are in a file of {@code spool} already. */
    Pending(Ulid id, Envelope text, BlobReference blob, Path spool, Executor executor, CommitCallback done) {
        this.type = RecordType.BLOB;
        this.id = id;
        this.text = text;
        this.body = null;
        this.bodyLength = blob.bytes();
        this.blob = blob;
        this.reference = blob.lines();
        this.spool = spool;
        this.executor = executor;
        this.done = done;
    }

    /** What it takes in the queue and in a segment. */
    long bytes() {
        return RecordHeader.LENGTH + text.length() + payloadLength() + 1;
    }

    /** The bytes behind the lines in the segment: the message, or the reference to it. */
    long payloadLength() {
        return blob == null ? bodyLength : reference.length;
    }

    /** What stands there in place of the message, or nothing. */
    byte[] reference() {
        return reference;
    }

    @Nullable
    IncomingBody slabs() {
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
    public InputStream body(long from, long length) throws IOException {
        long stretch = stretch(from, length);
        if (blob != null && spool != null) {
            return new RegionInputStream(FileChannel.open(blob.in(spool), StandardOpenOption.READ), from, stretch);
        }
        return body == null ? InputStream.nullInputStream() : body.open(from, stretch);
    }
}
