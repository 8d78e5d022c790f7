// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.disk.FileRegionInputStream;
import dev.boxcar.spool.format.BlobReference;
import dev.boxcar.spool.format.RecordHeader;
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
public final class PendingRecord extends QueuedItem implements SpoolRecord {
    private static final byte[] NOTHING = {};

    private final RecordType type;
    private final Ulid id;
    private final Envelope text;
    private final @Nullable SlabBody body;
    private final long bodyLength;
    private final @Nullable BlobReference blob;
    private final byte[] reference;
    private final @Nullable Path spool;
    public final Executor executor;
    public final CommitCallback done;

    /** Set when the record is committed. */
    public long sequence;

    /** Where in its segment the record begins. */
    public long offset;

    public CommitOutcome outcome = CommitOutcome.FAULT;

    /** Whether its completion is under way. */
    public boolean finished;

    public PendingRecord(
            RecordType type,
            Ulid id,
            Envelope text,
            @Nullable SlabBody body,
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
    public PendingRecord(Ulid id, Envelope text, BlobReference blob, Path spool, Executor executor, CommitCallback done) {
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
    public long bytes() {
        return RecordHeader.LENGTH + text.length() + payloadLength() + 1;
    }

    /** The bytes behind the lines in the segment: the message, or the reference to it. */
    public long payloadLength() {
        return blob == null ? bodyLength : reference.length;
    }

    /** What stands there in place of the message, or nothing. */
    public byte[] reference() {
        return reference;
    }

    @Nullable
    public SlabBody slabs() {
        return body;
    }

    public void release() {
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
            return new FileRegionInputStream(FileChannel.open(blob.in(spool), StandardOpenOption.READ), from, stretch);
        }
        return body == null ? InputStream.nullInputStream() : body.open(from, stretch);
    }
}
