// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.compaction.Compaction;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.ForceNotStartedException;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.recovery.Recovery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The end of the spool, where records are written. Confined to the writer's thread.
 *
 * <p>Promise: between {@link #begin} and {@link #flush} nothing but whole records is written, and {@link #cutBack}
 * takes all of them away again, their sequence numbers too: the next record stands where the first of them stood. A
 * segment is made when its first record comes.
 */
final class SegmentLog {
    private static final int BUFFER_BYTES = 1024 * 1024;

    /** Room kept for what ends a segment. */
    private static final int SEAL_BYTES = RecordHeader.LENGTH + 1;

    private final Path segments;
    private final Disk disk;
    private final Sync.Kind sync;
    private final long segmentBytes;
    private final SecureRandom random = new SecureRandom();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] line = new byte[RecordHeader.LENGTH];
    private final CRC32C crc = new CRC32C();
    private ByteBuffer text = ByteBuffer.allocate(8 * 1024);
    private final SpoolCounters counters;
    private final Compaction compaction;
    private final List<Path> unforced = new ArrayList<>();
    private long number;
    private SegmentName name = new SegmentName(0, 0);
    private @Nullable DiskFile file;
    private long written;
    private long sequence;
    private long durable;
    private long marked;
    private long beginOffset;
    private long beginSequence;

    /** A log that goes on behind {@code end}, all of which is forced. */
    SegmentLog(
            Path segments,
            Disk disk,
            SpoolOptions options,
            Recovery.End end,
            SpoolCounters counters,
            Compaction compaction) {
        this.compaction = compaction;
        this.counters = counters;
        this.segments = segments;
        this.disk = disk;
        this.sync = options.sync().kind();
        this.segmentBytes = options.segmentBytes();
        this.number = end.segmentNumber();
        this.sequence = end.sequence();
        this.durable = end.sequence();
        this.marked = end.sequence();
    }

    /** The segment that records go to. */
    SegmentName name() {
        return name;
    }

    /** Whether so many bytes may follow in this segment. An empty one takes a single record of any size. */
    boolean hasRoomFor(long bytes) {
        return (file == null ? 0 : written) + bytes + SEAL_BYTES <= segmentBytes;
    }

    /** Whether this segment has no record yet. */
    boolean isFresh() {
        return file == null || written == 0;
    }

    /** What follows stands or falls together. */
    void begin() {
        beginOffset = written;
        beginSequence = sequence;
    }

    /** Writes one record, giving it its sequence number and its place. */
    void append(PendingRecord record) throws IOException {
        DiskFile target = open();
        crc.reset();
        int textLength = textOf(record.text());
        crc.update(text.array(), 0, textLength);
        SlabBody body = record.slabs();
        if (body != null) {
            body.updateInto(crc);
        }
        byte[] reference = record.reference();
        crc.update(reference, 0, reference.length);
        record.sequence = ++sequence;
        record.offset = written + buffer.position();
        int payloadCrc = (int) crc.getValue();
        putHeader(target, record.type(), record.id(), textLength, record.payloadLength(), payloadCrc);
        put(target, text.array(), textLength);
        for (int i = 0; body != null && i < body.slabs(); i++) {
            put(target, body.slab(i), body.lengthOf(i));
        }
        put(target, reference, reference.length);
        line[0] = '\n';
        put(target, line, 1);
    }

    /** Copies the lines to where they can be summed and written from. */
    private int textOf(Envelope lines) {
        if (lines.length() > text.capacity()) {
            text = ByteBuffer.allocate(lines.length());
        }
        lines.putInto(text.clear());
        return lines.length();
    }

    private void putHeader(DiskFile target, RecordType type, Ulid id, int text, long body, int payloadCrc)
            throws IOException {
        new RecordHeader(type, id, text, body, sequence, name.epoch(), durable, payloadCrc).putInto(line, crc);
        put(target, line, line.length);
    }

    private void put(DiskFile target, byte[] bytes, int length) throws IOException {
        int from = 0;
        while (from < length) {
            int step = Math.min(length - from, buffer.remaining());
            buffer.put(bytes, from, step);
            from += step;
            if (!buffer.hasRemaining()) {
                drain(target);
            }
        }
    }

    private void drain(DiskFile target) throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        target.write(buffer, written);
        written += bytes;
        buffer.clear();
    }

    /** Everything appended is in the file afterwards: it survives the death of the process. */
    void flush() throws IOException {
        if (file != null && buffer.position() > 0) {
            drain(file);
        }
    }

    /** Everything appended would survive a power cut afterwards: 250 promises that (RFC 5321 §6.1). */
    void force() throws IOException {
        for (Path path : unforced) {
            try (DiskFile earlier = disk.open(path)) {
                earlier.force();
            } catch (NoSuchFileException compacted) {
                // what is needed of it was copied, and the copy forced
            }
        }
        unforced.clear();
        if (file != null) {
            file.force();
        }
        counters.forces.increment();
        durable = sequence;
    }

    /** Whether something was appended since the last force. */
    boolean isUnforced() {
        return durable < sequence;
    }

    /**
     * Takes away what was appended since {@link #begin}, none of which anybody was told of. The cut itself need not be
     * forced: if power fails now, the old end comes back with nothing behind it, where recovery takes whole records as
     * they are and cuts a torn one; and whatever is written next to this file is forced together with its length.
     */
    void cutBack() throws IOException {
        buffer.clear();
        sequence = beginSequence;
        if (file != null) {
            written = Math.min(written, beginOffset);
            file.truncate(written);
        }
    }

    /** Whether the last records have no durable mark behind them. */
    boolean isUnmarked() {
        return file != null && marked < durable;
    }

    /** Repeats the durable mark: bytes that rot below it are told from a torn tail. */
    void mark() throws IOException {
        if (isUnmarked()) {
            close(RecordType.MARK);
        }
    }

    private void close(RecordType type) throws IOException {
        DiskFile target = file;
        if (target == null) {
            return;
        }
        begin();
        crc.reset();
        putHeader(target, type, Ulid.NONE, 0, 0, (int) crc.getValue());
        line[0] = '\n';
        put(target, line, 1);
        flush();
        marked = durable;
    }

    /**
     * Ends the segment, with a seal where there is room for one. What is not forced by now stays so under {@code none}
     * alone.
     */
    void seal() throws IOException {
        DiskFile target = file;
        if (target == null) {
            return;
        }
        try {
            close(RecordType.SEAL);
        } catch (IOException e) {
            if (!ResourceShortage.caused(e, disk.freeBytes(segments))) {
                throw e;
            }
            cutBack();
        }
        if (sync == Sync.Kind.NONE && isUnforced()) {
            unforced.add(name.in(segments));
        } else {
            force();
        }
        target.close();
        file = null;
        compaction.sealed(name, written);
        written = 0;
    }

    /** Lets go of the file as it is. */
    void abandon() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private DiskFile open() throws IOException {
        if (file == null) {
            var fresh = new SegmentName(number + 1, random.nextLong() & SegmentName.EPOCH_MASK);
            file = create(fresh.in(segments));
            name = fresh;
            number = fresh.number();
            written = 0;
            beginOffset = 0;
            compaction.made(name, sequence + segmentBytes / RecordHeader.LENGTH + 1);
        }
        return file;
    }

    /** A new file whose name survives power loss; where that cannot be had just now, none. */
    private DiskFile create(Path path) throws IOException {
        DiskFile fresh = disk.create(path);
        try {
            ForceFailedException.unlessForced(disk, segments);
            return fresh;
        } catch (IOException e) {
            fresh.close();
            if (e instanceof ForceNotStartedException) {
                disk.delete(path);
            }
            throw e;
        }
    }
}
