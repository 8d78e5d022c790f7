// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FileRegionInputStream;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies in a segment: its lines are in memory, its message is read when asked for. Any thread; each
 * stream has a file of its own. Bytes are given as they are on disk: {@link SpoolReader#verify} tells whether they are
 * still those that were written, and so does who reads a whole message of one that is {@link #checked}.
 */
public final class StoredRecord implements SpoolRecord {
    /** A segment that is read for so often, and is gone each time, is missing. */
    private static final int MOST_MOVES = 8;

    private final SpoolDirectory directory;
    private final Ulid id;
    private final RecordLocation place;
    private final Envelope text;
    private final @Nullable BlobReference blob;
    private final @Nullable RecordHeader header;
    private final Places places;
    private final boolean checked;

    private StoredRecord(
            SpoolDirectory directory,
            Ulid id,
            RecordLocation place,
            Envelope text,
            @Nullable BlobReference blob,
            @Nullable RecordHeader header,
            Places places,
            boolean checked) {
        this.header = header;
        this.places = places;
        this.checked = checked;
        this.directory = directory;
        this.id = id;
        this.place = place;
        this.text = text;
        this.blob = blob;
    }

    /** Where messages lie, which changes when segments are compacted. */
    @FunctionalInterface
    public interface Places {
        @Nullable
        RecordLocation of(Ulid id) throws IOException;
    }

    /** The message with this id, its lines read, or null where there is none. */
    public static @Nullable StoredRecord find(SpoolDirectory directory, Ulid id, Places places) throws IOException {
        for (int tries = 1; ; tries++) {
            RecordLocation place = places.of(id);
            if (place == null) {
                return null;
            }
            try (var lease = directory.segment(place.segment())) {
                StoredRecord found = load(directory, lease.channel(), id, place);
                return new StoredRecord(directory, id, place, found.text, found.blob, found.header, places, false);
            } catch (NoSuchFileException e) {
                if (tries == MOST_MOVES) {
                    throw e;
                }
            }
        }
    }

    /** Reads the lines of the record at {@code place}. */
    public static StoredRecord load(SpoolDirectory directory, Ulid id, RecordLocation place) throws IOException {
        try (var lease = directory.segment(place.segment())) {
            return load(directory, lease.channel(), id, place);
        }
    }

    /** Reads them from {@code channel}, where the segment is open already. */
    public static StoredRecord load(SpoolDirectory directory, FileChannel channel, Ulid id, RecordLocation place) throws IOException {
        byte[] head = read(channel, place, place.offset(), RecordHeader.LENGTH + place.textLength());
        RecordHeader header = RecordHeader.parse(head, 0, place.segment().epoch(), new CRC32C());
        Envelope text = envelope(place, Arrays.copyOfRange(head, RecordHeader.LENGTH, head.length));
        BlobReference blob = null;
        if (place.type() == RecordType.BLOB) {
            byte[] reference = read(channel, place, place.bodyOffset(), Math.toIntExact(place.bodyLength()));
            blob = BlobReference.of(envelope(place, reference));
        }
        return new StoredRecord(directory, id, place, text, blob, header, same -> place, false);
    }

    /**
     * The same, of which nobody reads other bytes than those that were written: a {@link ChecksummedInputStream} sees to
     * that.
     *
     * @throws SpoolException where its header has rotted
     */
    public StoredRecord checked() throws SpoolException {
        if (header == null) {
            throw new SpoolException("segment " + place.segment() + ": the record at " + place.offset()
                    + " is damaged: message " + id + " cannot be read");
        }
        return new StoredRecord(directory, id, place, text, blob, header, places, true);
    }

    private static byte[] read(FileChannel channel, RecordLocation place, long offset, int length) throws IOException {
        var target = ByteBuffer.allocate(length);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                throw new SpoolException("segment " + place.segment() + " ends within the record at " + place.offset());
            }
        }
        return target.array();
    }

    public static Envelope envelope(RecordLocation place, byte[] bytes) throws SpoolException {
        if (bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
            throw new SpoolException(
                    "segment " + place.segment() + ": the lines of the record at " + place.offset() + " are damaged");
        }
        return Envelope.of(bytes, bytes.length);
    }

    @Override
    public RecordType type() {
        return place.type();
    }

    @Override
    public Ulid id() {
        return id;
    }

    @Override
    public long sequence() {
        return place.sequence();
    }

    @Override
    public Envelope text() {
        return text;
    }

    @Override
    public long bodyLength() {
        return blob == null ? place.bodyLength() : blob.bytes();
    }

    @Override
    public InputStream body() throws IOException {
        InputStream bytes = body(0, bodyLength());
        RecordHeader sums = header;
        if (!checked || sums == null) {
            return bytes;
        }
        var crc = new CRC32C();
        if (blob != null) {
            return new ChecksummedInputStream(bytes, id, blob.bytes(), crc, blob.crcValue());
        }
        crc.update(text.bytes());
        return new ChecksummedInputStream(bytes, id, bodyLength(), crc, sums.payloadCrc());
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long stretch = stretch(from, length);
        if (blob != null) {
            return new FileRegionInputStream(
                    FileChannel.open(blob.in(directory.path()), StandardOpenOption.READ), from, stretch);
        }
        NoSuchFileException gone = null;
        for (int tries = 0; tries < MOST_MOVES; tries++) {
            RecordLocation now = tries == 0 ? place : places.of(id);
            if (now == null) {
                break;
            }
            try {
                return new FileRegionInputStream(directory.segment(now.segment()), now.bodyOffset() + from, stretch);
            } catch (NoSuchFileException e) {
                gone = e; // compacted: the record lies elsewhere now, or is done
            }
        }
        throw gone == null ? new NoSuchFileException(id.toString()) : gone;
    }

    /** Whether the blob has the bytes that were written; reads all of them. */
    public boolean blobHolds() throws IOException {
        BlobReference reference = blob;
        if (reference == null) {
            return false;
        }
        var crc = new CRC32C();
        long bytes = 0;
        var piece = new byte[64 * 1024];
        try (InputStream body = Files.newInputStream(reference.in(directory.path()))) {
            for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
                crc.update(piece, 0, read);
                bytes += read;
            }
        }
        return bytes == reference.bytes() && reference.crc().equals(BlobReference.hexadecimal(crc.getValue()));
    }

    /** The file that holds the message, or null where the segment does. */
    @Nullable
    public Path blobFile() throws SpoolException {
        return blob == null ? null : blob.in(directory.path());
    }
}
