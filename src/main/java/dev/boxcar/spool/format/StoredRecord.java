// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FileRegionInputStream;
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
 * A record in a segment. Its lines are in memory; its message is read when asked for. Any thread; each stream opens the
 * file for itself.
 *
 * <p>The bytes are returned as they are on disk, possibly damaged. Two things detect damage: {@code spool verify}, and
 * reading all of {@link #body()} from a {@link #checked} record.
 */
public final class StoredRecord implements SpoolRecord {
    /** Maximum look-ups of a record whose segment is gone. After that, the record counts as missing. */
    private static final int MAX_LOOKUPS = 8;

    private final SpoolDirectory directory;
    private final Ulid id;
    private final RecordLocation location;
    private final byte[] text;
    private final @Nullable BlobReference blob;
    private final @Nullable RecordHeader header;
    private final Locator locator;
    private final Reading reading;

    /** Whether reading the whole message checks its CRC. */
    private enum Reading {
        UNCHECKED,
        CHECKED
    }

    private StoredRecord(
            SpoolDirectory directory,
            Ulid id,
            RecordLocation location,
            byte[] text,
            @Nullable BlobReference blob,
            @Nullable RecordHeader header,
            Locator locator,
            Reading reading) {
        this.directory = directory;
        this.id = id;
        this.location = location;
        this.text = text;
        this.blob = blob;
        this.header = header;
        this.locator = locator;
        this.reading = reading;
    }

    /** Looks up where a message is now. Compaction moves messages. */
    @FunctionalInterface
    public interface Locator {
        @Nullable
        RecordLocation locate(Ulid id) throws IOException;
    }

    /** The message with this id, with its lines, or null if there is none. */
    public static @Nullable StoredRecord find(SpoolDirectory directory, Ulid id, Locator locator) throws IOException {
        for (int attempt = 1; ; attempt++) {
            RecordLocation location = locator.locate(id);
            if (location == null) {
                return null;
            }
            try {
                return load(directory, id, location).with(locator);
            } catch (NoSuchFileException e) {
                if (attempt == MAX_LOOKUPS) {
                    throw e;
                }
            }
        }
    }

    /** Loads the record at {@code location}, with its lines. */
    public static StoredRecord load(SpoolDirectory directory, Ulid id, RecordLocation location) throws IOException {
        try (var lease = directory.lease(location.segment())) {
            return load(directory, lease.channel(), id, location);
        }
    }

    /** Loads the record from {@code channel}, which is its segment. */
    public static StoredRecord load(SpoolDirectory directory, FileChannel channel, Ulid id, RecordLocation location)
            throws IOException {
        byte[] head = read(channel, location, location.offset(), RecordHeader.LENGTH + location.textLength());
        RecordHeader header = RecordHeader.parse(head, 0, location.segment().epoch(), new CRC32C());
        byte[] text = Arrays.copyOfRange(head, RecordHeader.LENGTH, head.length);
        requireLines(location, text);
        BlobReference blob = null;
        if (location.type() == RecordType.BLOB) {
            blob = reference(channel, location);
        }
        return new StoredRecord(directory, id, location, text, blob, header, same -> location, Reading.UNCHECKED);
    }

    /** The reference of a BLOB record. If it is damaged, only the envelope of the message can be read. */
    private static BlobReference reference(FileChannel channel, RecordLocation location) throws IOException {
        byte[] lines = read(channel, location, location.bodyOffset(), Math.toIntExact(location.bodyLength()));
        try {
            return BlobReference.parse(textOf(location, lines));
        } catch (SpoolException e) {
            return BlobReference.DAMAGED;
        }
    }

    private StoredRecord with(Locator other) {
        return new StoredRecord(directory, id, location, text, blob, header, other, reading);
    }

    /**
     * The same record, but {@link #body()} throws if the message is damaged.
     *
     * @throws SpoolException if the record's header is damaged
     */
    public StoredRecord checked() throws SpoolException {
        if (header == null) {
            throw new SpoolException("segment " + location.segment() + ": the record at " + location.offset()
                    + " is damaged: message " + id + " cannot be read");
        }
        return new StoredRecord(directory, id, location, text, blob, header, locator, Reading.CHECKED);
    }

    private static byte[] read(FileChannel channel, RecordLocation location, long offset, int length)
            throws IOException {
        var target = ByteBuffer.allocate(length);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                throw new SpoolException(
                        "segment " + location.segment() + " ends within the record at " + location.offset());
            }
        }
        return target.array();
    }

    /** The lines of the record at {@code location}. */
    public static KeyValueText textOf(RecordLocation location, byte[] bytes) throws SpoolException {
        requireLines(location, bytes);
        return KeyValueText.parse(bytes);
    }

    private static void requireLines(RecordLocation location, byte[] bytes) throws SpoolException {
        if (bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
            throw new SpoolException("segment " + location.segment() + ": the lines of the record at "
                    + location.offset() + " are damaged");
        }
    }

    @Override
    public RecordType type() {
        return location.type();
    }

    @Override
    public Ulid id() {
        return id;
    }

    @Override
    public long sequence() {
        return location.sequence();
    }

    @Override
    public Envelope envelope() {
        if (!type().isMessage()) {
            throw new IllegalStateException(type() + " has no envelope");
        }
        return Envelope.of(text, text.length);
    }

    @Override
    public KeyValueText text() {
        return KeyValueText.parse(text);
    }

    @Override
    public long bodyLength() {
        return blob == null ? location.bodyLength() : blob.bytes();
    }

    @Override
    public InputStream body() throws IOException {
        InputStream bytes = body(0, bodyLength());
        RecordHeader written = header;
        if (reading == Reading.UNCHECKED || written == null) {
            return bytes;
        }
        var crc = new CRC32C();
        if (blob != null) {
            return new ChecksummedInputStream(bytes, id, blob.bytes(), crc, blob.crcValue());
        }
        crc.update(text);
        return new ChecksummedInputStream(bytes, id, bodyLength(), crc, written.payloadCrc());
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long count = rangeLength(from, length);
        if (blob != null) {
            return new FileRegionInputStream(open(blob), from, count);
        }
        NoSuchFileException gone = null;
        for (int attempt = 0; attempt < MAX_LOOKUPS; attempt++) {
            RecordLocation now = attempt == 0 ? location : locator.locate(id);
            if (now == null) {
                break;
            }
            try {
                return new FileRegionInputStream(directory.lease(now.segment()), now.bodyOffset() + from, count);
            } catch (NoSuchFileException e) {
                gone = e; // compacted: the record is elsewhere now, or done
            }
        }
        throw gone == null ? new NoSuchFileException(id.toString()) : gone;
    }

    private FileChannel open(BlobReference reference) throws IOException {
        try {
            return FileChannel.open(reference.in(directory.path()), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            if (reading == Reading.UNCHECKED || locator.locate(id) == null) {
                throw e; // perhaps because the message is done meanwhile
            }
            throw new SpoolException("the file of message " + id + " is missing: " + e.getFile(), e);
        }
    }

    /** Whether the blob has the length and the CRC that were written. Reads all of it. */
    public boolean isBlobIntact() throws IOException {
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

    /** The file that has the message, or null if the segment has it. */
    public @Nullable Path blobFile() throws SpoolException {
        return blob == null ? null : blob.in(directory.path());
    }
}
