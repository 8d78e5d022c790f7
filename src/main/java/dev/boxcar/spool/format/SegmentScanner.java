// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.disk.ChannelLease;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from its beginning to the length it had when it was opened, and returns every record, and every range
 * of bytes that is not a record.
 *
 * <p>Promise: no undamaged record is missed. After bytes that are not a record, the scanner searches for the next
 * record byte by byte. It skips any number of line feeds between records. Confined to one thread; the file may be
 * written to during the scan.
 */
public final class SegmentScanner implements Closeable {
    /** Which parts of each record are checked. */
    public enum Depth {
        /** The header only: fast, for callers that then read what they need. */
        HEADERS,
        /** The payload against its CRC, too. */
        PAYLOADS
    }

    /** A part of a segment. */
    public sealed interface Piece permits Found, Bad {}

    /** A record, and where it begins. */
    public record Found(RecordHeader header, long offset) implements Piece {
        public long end() {
            return offset + header.recordLength();
        }
    }

    /**
     * Bytes that are not a record.
     *
     * @param header the header at their beginning, if the header is valid and only its payload is damaged
     * @param isOfAnother whether they begin with a valid header of another segment: the file was renamed, or its
     *     content belongs elsewhere
     */
    public record Bad(long from, long to, @Nullable RecordHeader header, boolean isOfAnother) implements Piece {
        /** Says in one line, for the user, where the bytes are and what is wrong with them. */
        public String describe(SegmentName segment) {
            String problem;
            if (header != null) {
                problem = header.type() + " " + header.id() + " (sequence " + header.sequence() + ") is damaged";
            } else if (isOfAnother) {
                problem = "records of another segment: was the file renamed?";
            } else {
                problem = "no valid record";
            }
            return "segment " + segment + ", bytes " + from + " to " + to + ": " + problem;
        }

        /**
         * Whether these bytes, at the end of the last segment, are the beginning of a record that a crash cut off (a
         * torn tail): no {@code durable} mark says that they were forced, so no client was told that they are stored.
         *
         * @param durable the highest durable mark of all segments
         * @param lastSequence the highest sequence number of all records
         */
        public boolean isTornTail(long durable, long lastSequence) {
            return !isOfAnother && lastSequence >= durable && (header == null || header.sequence() > durable);
        }
    }

    private static final int WINDOW_BYTES = 256 * 1024;
    /** How much is read where the window was left because a payload was skipped: the next may be skipped, too. */
    private static final int BYTES_AFTER_SKIPPING = 4 * 1024;

    private final SegmentName name;
    private final Depth depth;
    private final ChannelLease lease;
    private final FileChannel channel;
    private final long size;
    private final CRC32C crc = new CRC32C();
    private final byte[] window = new byte[WINDOW_BYTES];
    private long windowFrom;
    private int windowLength;
    private long position;
    /** Set by {@link #recordAt} if the header is valid and the payload is not. */
    private @Nullable RecordHeader damaged;
    /** Set by {@link #recordAt} if the header is one of another segment. */
    private boolean isOfAnother;

    public SegmentScanner(Path segments, SegmentName name, Depth depth) throws IOException {
        this(ChannelLease.owned(FileChannel.open(name.in(segments), StandardOpenOption.READ)), name, depth);
    }

    public SegmentScanner(ChannelLease lease, SegmentName name, Depth depth) throws IOException {
        this.name = name;
        this.depth = depth;
        this.lease = lease;
        this.channel = lease.channel();
        this.size = channel.size();
    }

    /** The length of the segment when it was opened. */
    public long size() {
        return size;
    }

    /** The next record or range of bytes, or null at the end. */
    public @Nullable Piece next() throws IOException {
        while (position < size && byteAt(position) == '\n') {
            position++;
        }
        if (position >= size) {
            return null;
        }
        RecordHeader header = recordAt(position, depth);
        if (header != null) {
            var found = new Found(header, position);
            position = found.end();
            return found;
        }
        long from = position;
        RecordHeader damagedHeader = damaged;
        boolean ofAnother = isOfAnother;
        position = search(from + 1);
        return new Bad(from, position, damagedHeader, ofAnother);
    }

    /** Reads bytes of the segment that the caller knows to exist. */
    public byte[] read(long offset, int length) throws IOException {
        var bytes = new byte[length];
        var target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                throw new SpoolException("segment " + name + " ends within a record at byte "
                        + (offset + target.position()) + ": it was truncated while it was read");
            }
        }
        return bytes;
    }

    /** Where the next undamaged record begins, or the end of the segment. */
    private long search(long from) throws IOException {
        for (long i = from; i + RecordHeader.LENGTH <= size; i++) {
            if (byteAt(i) == RecordHeader.MAGIC[0] && isSearchedRecordAt(i)) {
                return i;
            }
        }
        return size;
    }

    /**
     * Like {@link #isUndamagedAt}, but a header of an unknown version or type counts only if it has the epoch of this
     * segment. Otherwise it is a quotation in a message, whose sender cannot know the epoch.
     */
    private boolean isSearchedRecordAt(long offset) throws IOException {
        try {
            return isUndamagedAt(offset);
        } catch (SpoolException unknown) {
            if (RecordHeader.epoch(window, (int) (offset - windowFrom)) == name.epoch()) {
                throw unknown;
            }
            return false;
        }
    }

    private @Nullable RecordHeader recordAt(long offset, Depth how) throws IOException {
        damaged = null;
        isOfAnother = false;
        if (!load(offset, RecordHeader.LENGTH)) {
            return null;
        }
        int inWindow = (int) (offset - windowFrom);
        RecordHeader header;
        try {
            header = RecordHeader.parse(window, inWindow, name.epoch(), crc);
        } catch (SpoolException unknown) {
            throw new SpoolException("segment " + name + " " + unknown.getMessage(), unknown);
        }
        if (header == null) {
            isOfAnother = RecordHeader.isValid(window, inWindow, crc);
            return null;
        }
        if (offset + header.recordLength() > size || (how == Depth.PAYLOADS && !isPayloadIntact(header, offset))) {
            damaged = header;
            return null;
        }
        return header;
    }

    /** Whether a record begins at {@code offset} whose payload has its CRC. */
    public boolean isUndamagedAt(long offset) throws IOException {
        return recordAt(offset, Depth.PAYLOADS) != null;
    }

    /** Whether the payload of the record at {@code offset} has the CRC in the header. */
    public boolean isPayloadIntact(RecordHeader header, long offset) throws IOException {
        crc.reset();
        long from = offset + RecordHeader.LENGTH;
        long end = offset + header.recordLength();
        while (from < end) {
            if (!load(from, 1)) {
                return false;
            }
            int start = (int) (from - windowFrom);
            int length = (int) Math.min(end - from, windowLength - start);
            crc.update(window, start, length);
            from += length;
        }
        return (int) crc.getValue() == header.payloadCrc();
    }

    private byte byteAt(long offset) throws IOException {
        return load(offset, 1) ? window[(int) (offset - windowFrom)] : 0;
    }

    /** Loads these bytes into the window; returns false if the file does not have them. */
    private boolean load(long offset, int length) throws IOException {
        if (offset >= windowFrom && offset + length <= windowFrom + windowLength) {
            return true;
        }
        if (offset + length > size) {
            return false;
        }
        int wanted = offset > windowFrom + windowLength ? BYTES_AFTER_SKIPPING : WINDOW_BYTES;
        var target = ByteBuffer.wrap(window, 0, (int) Math.min(wanted, size - offset));
        while (target.hasRemaining() && channel.read(target, offset + target.position()) >= 0) {
            // read until the window is full
        }
        windowFrom = offset;
        windowLength = target.position();
        return windowLength >= length;
    }

    @Override
    public void close() throws IOException {
        lease.close();
    }
}
