// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.Urgency;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.disk.FileRegionInputStream;
import dev.boxcar.spool.format.BlobReference;
import dev.boxcar.spool.format.RecordHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A record waiting to be committed, with the callback for its outcome. Created on any thread, then confined to the
 * committing thread.
 */
public final class PendingRecord extends QueuedItem implements SpoolRecord {
    private static final byte[] EMPTY = {};

    private final RecordType type;
    private final Ulid id;
    private final Executor executor;
    private final CommitCallback callback;
    /** The envelope of a message; null in other records, which have a text. */
    private @Nullable Envelope envelope;

    private @Nullable KeyValueText text;
    private @Nullable SlabBody body;
    private @Nullable BlobReference blob;
    private @Nullable Path blobFile;
    private byte[] reference = EMPTY;
    private Urgency urgency = Urgency.PROMPT;
    private long bodyLength;

    private long sequence;
    private long offset;
    private CommitOutcome outcome = CommitOutcome.FAULT;
    private boolean finished;

    private PendingRecord(RecordType type, Ulid id, Executor executor, CommitCallback callback) {
        this.type = type;
        this.id = id;
        this.executor = executor;
        this.callback = callback;
    }

    /** A message whose bytes are in memory. */
    public static PendingRecord message(
            Ulid id, Envelope envelope, SlabBody body, Executor executor, CommitCallback callback) {
        var record = new PendingRecord(RecordType.MESSAGE, id, executor, callback);
        record.envelope = envelope;
        record.body = body;
        record.bodyLength = body.length();
        return record;
    }

    /** A message whose bytes are already in {@code file}, to which the record refers. */
    public static PendingRecord blob(
            Ulid id,
            Envelope envelope,
            BlobReference reference,
            Path file,
            Executor executor,
            CommitCallback callback) {
        var record = new PendingRecord(RecordType.BLOB, id, executor, callback);
        record.envelope = envelope;
        record.blob = reference;
        record.blobFile = file;
        record.reference = reference.lines();
        record.bodyLength = reference.bytes();
        return record;
    }

    /** The state of a message in a namespace. */
    public static PendingRecord state(
            Ulid id, String namespace, KeyValueText state, Executor executor, CommitCallback callback) {
        var record = new PendingRecord(RecordType.STATE, id, executor, callback);
        record.text = state.withFirst(KeyValueText.NAMESPACE, namespace);
        return record;
    }

    /** Says that a message is no longer needed, and why. */
    public static PendingRecord done(Ulid id, String reason, Executor executor, CommitCallback callback) {
        var record = new PendingRecord(RecordType.DONE, id, executor, callback);
        record.text = KeyValueText.of(KeyValueText.REASON, reason);
        return record;
    }

    /** Sets how soon this record must be forced, and returns it. */
    public PendingRecord withUrgency(Urgency when) {
        urgency = when;
        return this;
    }

    /** How soon this record must be forced. */
    public Urgency urgency() {
        return urgency;
    }

    /** Size in the queue and in a segment. */
    public long bytes() {
        return RecordHeader.LENGTH + textLength() + payloadLength() + 1;
    }

    /** Length of the {@code Key: value} lines in bytes. */
    public int textLength() {
        return envelope != null ? envelope.length() : text().length();
    }

    /** Puts the {@code Key: value} lines into {@code target}, which has room for {@link #textLength} bytes. */
    public void putTextInto(ByteBuffer target) {
        if (envelope != null) {
            envelope.putInto(target);
        } else {
            text().putInto(target);
        }
    }

    /** Number of bytes after the lines in the segment: the message, or the reference to its file. */
    public long payloadLength() {
        return blob == null ? bodyLength : reference.length;
    }

    /** The reference to the file of the message; empty if the message has none. */
    public byte[] reference() {
        return reference;
    }

    /** The message in memory, or null. */
    public @Nullable SlabBody slabs() {
        return body;
    }

    public Executor executor() {
        return executor;
    }

    /** Gives the record its sequence number. */
    public void setSequence(long number) {
        sequence = number;
    }

    /** Gives the record its sequence number, and its position in the segment. */
    public void setPosition(long number, long offsetInSegment) {
        sequence = number;
        offset = offsetInSegment;
    }

    /** Where the record begins in its segment. */
    public long offset() {
        return offset;
    }

    /** Sets the outcome that {@link #complete} will report. */
    public void finish(CommitOutcome result) {
        outcome = result;
        finished = true;
    }

    /** Whether the outcome is set. */
    public boolean isFinished() {
        return finished;
    }

    /** Frees the memory of the message. */
    public void release() {
        if (body != null) {
            body.release();
        }
    }

    /** Reports the outcome. On the record's executor. */
    void complete() {
        callback.complete(outcome);
    }

    /** Reports {@code result} on the record's executor: the record was not queued. */
    public void reject(CommitOutcome result) {
        executor.execute(() -> callback.complete(result));
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
    public Envelope envelope() {
        if (envelope == null) {
            throw new IllegalStateException(type + " has no envelope");
        }
        return envelope;
    }

    @Override
    public KeyValueText text() {
        return text != null ? text : KeyValueText.of(envelope());
    }

    @Override
    public long bodyLength() {
        return bodyLength;
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long count = rangeLength(from, length);
        if (blobFile != null) {
            return new FileRegionInputStream(FileChannel.open(blobFile, StandardOpenOption.READ), from, count);
        }
        return body == null ? InputStream.nullInputStream() : body.open(from, count);
    }
}
