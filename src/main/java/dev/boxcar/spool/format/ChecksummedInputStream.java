// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a message and checks its CRC.
 *
 * <p>Promise: a reader that reaches the end has read exactly the bytes that were written. If the message is damaged,
 * its last bytes are withheld, the read throws a {@link SpoolException}, and a warning is logged. So no copy of a
 * damaged message is taken for a complete one. Confined to one thread.
 */
final class ChecksummedInputStream extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(ChecksummedInputStream.class);

    private final InputStream source;
    private final Ulid id;
    private final CRC32C crc;
    private final int expected;
    private long remaining;

    /**
     * Reads {@code bytes} bytes of message {@code id}, after which {@code crc} must have the value {@code expected}.
     */
    ChecksummedInputStream(InputStream source, Ulid id, long bytes, CRC32C crc, int expected) {
        this.source = source;
        this.id = id;
        this.remaining = bytes;
        this.crc = crc;
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, target.length);
        int count;
        try {
            count = source.read(target, from, length);
        } catch (EOFException e) {
            throw damaged(e); // the file was cut
        }
        if (count > 0) {
            crc.update(target, from, count);
            remaining -= count;
        }
        if (remaining == 0 && (int) crc.getValue() != expected) {
            throw damaged(null);
        }
        return count;
    }

    private SpoolException damaged(@Nullable EOFException cause) {
        LOG.warn(
                "event=rot id={} advice=\"find the place with 'boxcar spool verify'; restore it from a backup,"
                        + " or ask the sender to send it again\"",
                id);
        return new SpoolException("message " + id + " is damaged on disk: find the place with 'spool verify'", cause);
    }

    @Override
    public int available() throws IOException {
        return source.available();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
