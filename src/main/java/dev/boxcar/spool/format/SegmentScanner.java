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
 * Reads a segment from its beginning to the length it had when it was opened: every record, and every stretch that is
 * none.
 *
 * <p>Promise: no record whose bytes are sound is missed. After bytes that are no record it searches on, byte by byte.
 * Line feeds between records are passed over, as many as there are. Confined to one thread; the file may be written to
 * meanwhile.
 */
public final class SegmentScanner implements Closeable {
    /** How far a record is looked at. */
    public enum Depth {
        /** The header alone: quick, for those who then read what they want. */
        HEADERS,
        /** The payload against its CRC too. */
        PAYLOADS
    }

    /** A stretch of a segment. */
    public sealed interface Piece permits Found, Bad {}

    /** A record, and where it begins. */
    public record Found(RecordHeader header, long offset) implements Piece {
        public long end() {
            return offset + header.recordLength();
        }
    }

    /**
     * Bytes that are no record.
     *
     * @param header where they begin with a sound header whose payload is not sound
     * @param isOfAnother whether they begin with a sound header of another segment: the file has the wrong name, or
     *     what is in it belongs elsewhere
     */
    public record Bad(long from, long to, @Nullable RecordHeader header, boolean isOfAnother) implements Piece {
        /** Says in one line, for the user, where the bytes are and what is wrong with them. */
        public String describe(SegmentName segment) {
            String problem;
            if (header != null) {
                problem = header.type() + " " + header.id() + " (sequence " + header.sequence() + ") fails its checksum";
            } else if (isOfAnother) {
                problem = "records of another segment: was the file renamed?";
            } else {
                problem = "no valid record";
            }
            return "segment " + segment + ", bytes " + from + " to " + to + ": " + problem;
        }
    }

    private static final int WINDOW_BYTES = 256 * 1024;

    private final SegmentName name;
    private final Depth depth;
    private final ChannelLease lease;
    private final FileChannel channel;
    private final long size;
    private final CRC32C crc = new CRC32C();
    private final byte[] window = new byte[WINDOW_BYTES];
    private long windowFrom;
    private int windowLength;
    private long at;
    private @Nullable RecordHeader spoilt;
    private boolean isOfAnother;

    public SegmentScanner(Path segments, SegmentName name, Depth depth) throws IOException {
        this(new ChannelLease(FileChannel.open(name.in(segments), StandardOpenOption.READ), false), name, depth);
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

    /** The next stretch, or null at the end. */
    @Nullable
    public Piece next() throws IOException {
        while (at < size && byteAt(at) == '\n') {
            at++;
        }
        if (at >= size) {
            return null;
        }
        RecordHeader header = recordAt(at, depth);
        if (header != null) {
            var found = new Found(header, at);
            at = found.end();
            return found;
        }
        long from = at;
        RecordHeader spoiltHeader = spoilt;
        boolean ofAnother = isOfAnother;
        at = search(from + 1);
        return new Bad(from, at, spoiltHeader, ofAnother);
    }

    /** The bytes of the segment from {@code offset} on; the caller knows that they are there. */
    public byte[] read(long offset, int length) throws IOException {
        var bytes = new byte[length];
        var target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                throw new SpoolException("segment " + name + " ends at octet " + (offset + target.position())
                        + " within a record: it was cut while it was read");
            }
        }
        return bytes;
    }

    /** Where the next sound record begins, or the end. */
    private long search(long from) throws IOException {
        for (long i = from; i + RecordHeader.LENGTH <= size; i++) {
            if (byteAt(i) == RecordHeader.MAGIC[0] && isRecordAt(i)) {
                return i;
            }
        }
        return size;
    }

    /**
     * The same amid bytes that are none. What a message quotes of another format refuses nothing: who sent it does not
     * know the epoch.
     */
    private boolean isRecordAt(long offset) throws IOException {
        try {
            return isSoundAt(offset);
        } catch (SpoolException refused) {
            if (RecordHeader.epoch(window, (int) (offset - windowFrom)) == name.epoch()) {
                throw refused;
            }
            return false;
        }
    }

    private @Nullable RecordHeader recordAt(long offset, Depth how) throws IOException {
        spoilt = null;
        isOfAnother = false;
        if (!load(offset, RecordHeader.LENGTH)) {
            return null;
        }
        int inWindow = (int) (offset - windowFrom);
        RecordHeader header;
        try {
            header = RecordHeader.parse(window, inWindow, name.epoch(), crc);
        } catch (SpoolException refused) {
            throw new SpoolException("segment " + name + " " + refused.getMessage(), refused);
        }
        if (header == null) {
            isOfAnother = RecordHeader.holds(window, inWindow, crc);
            return null;
        }
        if (offset + header.recordLength() > size || (how == Depth.PAYLOADS && !payloadHolds(header, offset))) {
            spoilt = header;
            return null;
        }
        return header;
    }

    /** Whether a record begins at {@code offset} whose payload is what was written. */
    public boolean isSoundAt(long offset) throws IOException {
        return recordAt(offset, Depth.PAYLOADS) != null;
    }

    /** Whether the payload of the record at {@code offset} is what was written. */
    public boolean payloadHolds(RecordHeader header, long offset) throws IOException {
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

    /** Sees to it that so many bytes are in the window; false where the file has no such bytes. */
    private boolean load(long offset, int length) throws IOException {
        if (offset >= windowFrom && offset + length <= windowFrom + windowLength) {
            return true;
        }
        if (offset + length > size) {
            return false;
        }
        var target = ByteBuffer.wrap(window, 0, (int) Math.min(WINDOW_BYTES, size - offset));
        while (target.hasRemaining() && channel.read(target, offset + target.position()) >= 0) {
            // a short read is followed by another
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
