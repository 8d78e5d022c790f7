// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies in a segment: its lines are in memory, its message is read when asked for. Any thread; each stream has a file of its
 * own. Octets are given as they are on disk: {@link SpoolReader#verify} tells whether they are still those that were written.
 */
final class StoredRecord implements SpoolRecord {
    private final SpoolDirectory directory;
    private final Ulid id;
    private final Place place;
    private final Envelope text;
    private final @Nullable BlobReference blob;

    private StoredRecord(SpoolDirectory directory, Ulid id, Place place, Envelope text, @Nullable BlobReference blob) {
        this.directory = directory;
        this.id = id;
        this.place = place;
        this.text = text;
        this.blob = blob;
    }

    /** Reads the lines of the record at {@code place}. */
    static StoredRecord load(SpoolDirectory directory, Ulid id, Place place) throws IOException {
        try (var channel = FileChannel.open(place.segment().in(directory.segments()), StandardOpenOption.READ)) {
            return load(directory, channel, id, place);
        }
    }

    /** Reads them from {@code channel}, where the segment is open already. */
    static StoredRecord load(SpoolDirectory directory, FileChannel channel, Ulid id, Place place) throws IOException {
        Envelope text = envelope(place, read(channel, place, place.textOffset(), place.textLength()));
        if (place.type() != RecordType.BLOB) {
            return new StoredRecord(directory, id, place, text, null);
        }
        byte[] reference = read(channel, place, place.bodyOffset(), Math.toIntExact(place.bodyLength()));
        return new StoredRecord(directory, id, place, text, BlobReference.of(envelope(place, reference)));
    }

    private static byte[] read(FileChannel channel, Place place, long offset, int length) throws IOException {
        var target = ByteBuffer.allocate(length);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                throw new SpoolException("segment " + place.segment() + " ends within the record at " + place.offset());
            }
        }
        return target.array();
    }

    static Envelope envelope(Place place, byte[] octets) throws SpoolException {
        if (octets.length > 0 && octets[octets.length - 1] != '\n') {
            throw new SpoolException(
                    "segment " + place.segment() + ": the lines of the record at " + place.offset() + " are damaged");
        }
        return Envelope.of(octets, octets.length);
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
        return blob == null ? place.bodyLength() : blob.octets();
    }

    @Override
    public InputStream body() throws IOException {
        return body(0, bodyLength());
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long stretch = stretch(from, length);
        Path file = blob == null ? place.segment().in(directory.segments()) : blob.in(directory.path());
        long begin = blob == null ? place.bodyOffset() : 0;
        return new RegionInputStream(FileChannel.open(file, StandardOpenOption.READ), begin + from, stretch);
    }

    /** The file that holds the message, or null where the segment does. */
    @Nullable
    Path blobFile() throws SpoolException {
        return blob == null ? null : blob.in(directory.path());
    }

    /** What stands in a BLOB record in place of the message: where its octets are, how many, and their CRC32C. */
    record BlobReference(String file, long octets, String crc) {
        static BlobReference of(Envelope lines) throws SpoolException {
            String file = lines.first("Blob");
            String octets = lines.first("Octets");
            String crc = lines.first("CRC32C");
            if (file == null || octets == null || crc == null || !octets.matches("\\d{1,18}")) {
                throw new SpoolException("a BLOB record names no file: " + new String(octetsOf(lines), UTF_8).strip());
            }
            return new BlobReference(file, Long.parseLong(octets), crc);
        }

        private static byte[] octetsOf(Envelope lines) {
            var octets = new byte[lines.length()];
            lines.octets().get(octets);
            return octets;
        }

        Path in(Path spool) throws SpoolException {
            Path path = spool.resolve(file).normalize();
            if (!path.startsWith(spool.resolve("blob"))) {
                throw new SpoolException("a BLOB record names a file outside of blob/: " + file);
            }
            return path;
        }
    }
}
