// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.compaction.Compaction;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.ForceNotStartedException;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
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
 * The segment at the end of the spool, where records are written. Confined to the writer's thread.
 *
 * <p>Promise: between {@link #begin} and {@link #flush} only complete records are written. {@link #rollBack} removes
 * all of them and takes back their sequence numbers, so that the next record is written where the first of them was. A
 * segment is created when its first record comes.
 */
final class SegmentLog {
    private static final int BUFFER_BYTES = 1024 * 1024;

    /** Space reserved for the SEAL at the end of a segment. */
    private static final int SEAL_BYTES = RecordHeader.LENGTH + 1;

    private static final byte[] LF = {'\n'};

    private final Path segments;
    private final Disk disk;
    private final Sync.Kind sync;
    private final long segmentBytes;
    private final SpoolCounters counters;
    private final Compaction compaction;
    private final SecureRandom random = new SecureRandom();
    /** Empty until the first record: an idle spool takes no memory for it. */
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private final byte[] line = new byte[RecordHeader.LENGTH];
    private final CRC32C crc = new CRC32C();
    private ByteBuffer text = ByteBuffer.allocate(8 * 1024);
    /** Sealed segments that were not forced, under {@code sync = none}. */
    private final List<Path> unforced = new ArrayList<>();

    private long number;
    private SegmentName name = SegmentName.NONE;
    private @Nullable DiskFile file;
    /** Length of the file, without the bytes in the buffer. */
    private long written;

    private long sequence;
    /** All records up to this sequence number are forced. */
    private long durable;
    /** The durable mark that was written last. */
    private long marked;

    private long beginOffset;
    private long beginSequence;

    /** A log that continues after recovery, which has forced everything before. */
    SegmentLog(
            Path segments,
            Disk disk,
            SpoolOptions options,
            Recovery.Result recovered,
            SpoolCounters counters,
            Compaction compaction) {
        this.segments = segments;
        this.disk = disk;
        this.sync = options.sync().kind();
        this.segmentBytes = options.segmentBytes();
        this.counters = counters;
        this.compaction = compaction;
        this.number = recovered.segmentNumber();
        this.sequence = recovered.sequence();
        this.durable = recovered.sequence();
        this.marked = recovered.sequence();
    }

    /** Whether one or more records of this total size fit into the current segment. */
    boolean hasRoomFor(long bytes) {
        return (file == null ? 0 : written) + bytes + SEAL_BYTES <= segmentBytes;
    }

    /** Whether the current segment has no record yet. It then takes a record of any size. */
    boolean isEmpty() {
        return file == null || written == 0;
    }

    /** Begins a group of records that are written completely or not at all. */
    void begin() {
        beginOffset = written;
        beginSequence = sequence;
    }

    /** Writes one record, and sets its sequence number and offset. */
    void append(PendingRecord record) throws IOException {
        DiskFile target = open();
        if (buffer.capacity() == 0) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        }
        crc.reset();
        int textLength = loadText(record);
        crc.update(text.array(), 0, textLength);
        SlabBody body = record.slabs();
        if (body != null) {
            body.updateChecksum(crc);
        }
        byte[] reference = record.reference();
        crc.update(reference, 0, reference.length);
        record.setPosition(++sequence, written + buffer.position());
        int payloadCrc = (int) crc.getValue();
        putHeader(
                target,
                new RecordHeader(
                        record.type(),
                        record.id(),
                        textLength,
                        record.payloadLength(),
                        sequence,
                        name.epoch(),
                        durable,
                        payloadCrc));
        put(target, text.array(), textLength);
        for (int i = 0; body != null && i < body.slabCount(); i++) {
            put(target, body.slab(i), body.slabLength(i));
        }
        put(target, reference, reference.length);
        put(target, LF, 1);
    }

    /** Copies the lines of the record into {@link #text}, and returns their length. */
    private int loadText(PendingRecord record) {
        int length = record.textLength();
        if (length > text.capacity()) {
            text = ByteBuffer.allocate(length);
        }
        record.putTextInto(text.clear());
        return length;
    }

    /** Where a record that was appended is. */
    RecordLocation locationOf(PendingRecord record) {
        return new RecordLocation(
                name, record.offset(), record.type(), record.sequence(), record.textLength(), record.payloadLength());
    }

    private void putHeader(DiskFile target, RecordHeader header) throws IOException {
        header.putInto(line, crc);
        put(target, line, line.length);
    }

    private void put(DiskFile target, byte[] bytes, int length) throws IOException {
        int from = 0;
        while (from < length) {
            int step = Math.min(length - from, buffer.remaining());
            buffer.put(bytes, from, step);
            from += step;
            if (!buffer.hasRemaining()) {
                writeBuffer(target);
            }
        }
    }

    private void writeBuffer(DiskFile target) throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        target.write(buffer, written);
        written += bytes;
        buffer.clear();
    }

    /** Writes everything appended to the file: then it survives a crash of the process. */
    void flush() throws IOException {
        if (file != null && buffer.position() > 0) {
            writeBuffer(file);
        }
    }

    /** Returns once everything appended would survive a power cut: 250 promises that (RFC 5321 §6.1). */
    void force() throws IOException {
        for (Path path : unforced) {
            try (DiskFile earlier = disk.open(path)) {
                earlier.force();
            } catch (NoSuchFileException compacted) {
                // its needed records were copied, and the copy was forced
            }
        }
        unforced.clear();
        if (file != null) {
            file.force();
        }
        counters.countForce();
        durable = sequence;
    }

    /** Whether something was appended since the last force. */
    boolean isUnforced() {
        return durable < sequence;
    }

    /**
     * Removes everything appended since {@link #begin}, none of which was reported as stored. The truncation itself
     * need not be forced. If power fails now, the old end comes back as the last bytes of the file, where recovery
     * keeps complete records and cuts a torn one. Whatever is written to this file next is forced together with its
     * length.
     */
    void rollBack() throws IOException {
        buffer.clear();
        sequence = beginSequence;
        if (file != null) {
            written = Math.min(written, beginOffset);
            file.truncate(written);
        }
    }

    /** Whether no durable mark follows the last forced records. */
    boolean isUnmarked() {
        return file != null && marked < durable;
    }

    /** Writes the durable mark once more, so that damage below it is not taken for a torn tail. */
    void mark() throws IOException {
        if (isUnmarked()) {
            appendMark(RecordType.MARK);
        }
    }

    private void appendMark(RecordType type) throws IOException {
        DiskFile target = file;
        if (target == null) {
            return;
        }
        begin();
        putHeader(target, RecordHeader.withoutPayload(type, sequence, name.epoch(), durable));
        put(target, LF, 1);
        flush();
        marked = durable;
    }

    /** Ends the segment, with a SEAL if there is room for one, and forces it except under {@code sync = none}. */
    void seal() throws IOException {
        DiskFile target = file;
        if (target == null) {
            return;
        }
        try {
            appendMark(RecordType.SEAL);
        } catch (IOException e) {
            if (!ResourceShortage.caused(e, disk.freeBytes(segments))) {
                throw e;
            }
            rollBack();
        }
        if (sync == Sync.Kind.NONE && isUnforced()) {
            unforced.add(name.in(segments));
        } else {
            force();
        }
        target.close();
        file = null;
        compaction.segmentSealed(name, written);
        written = 0;
    }

    /** Closes the file as it is. */
    void abandon() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private DiskFile open() throws IOException {
        if (file == null) {
            var fresh = SegmentName.withNewEpoch(number + 1, random);
            file = create(fresh.in(segments));
            name = fresh;
            number = fresh.number();
            written = 0;
            beginOffset = 0;
            compaction.segmentCreated(name, sequence + segmentBytes / RecordHeader.LENGTH + 1);
        }
        return file;
    }

    /** Creates a file whose name survives power loss, or no file if that is not possible now. */
    private DiskFile create(Path path) throws IOException {
        DiskFile fresh = disk.create(path);
        try {
            ForceFailedException.forceDirectory(disk, segments);
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
