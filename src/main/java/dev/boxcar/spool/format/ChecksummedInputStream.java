// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message on its way out whose bytes are compared with what was written.
 *
 * <p>Promise: who reads to the end has read what was written; otherwise the last bytes are not given, the read throws a
 * {@link SpoolException}, and a warning is logged. So a copy of a damaged message is never taken for a whole one.
 * Confined to one thread.
 */
final class ChecksummedInputStream extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(ChecksummedInputStream.class);

    private final InputStream source;
    private final Ulid id;
    private final CRC32C crc;
    private final int expected;
    private long left;

    /** The message {@code id}, {@code bytes} of it, after which {@code crc} must have come to {@code expected}. */
    ChecksummedInputStream(InputStream source, Ulid id, long bytes, CRC32C crc, int expected) {
        this.source = source;
        this.id = id;
        this.left = bytes;
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
        int count = source.read(target, from, length);
        if (count > 0) {
            crc.update(target, from, count);
            left -= count;
        }
        if (left == 0 && (int) crc.getValue() != expected) {
            LOG.warn(
                    "event=rot id={} advice=\"see where with boxcar spool verify; restore it from a backup, or ask who sent it\"",
                    id);
            throw new SpoolException("message " + id + " is damaged on disk: see where with 'spool verify'");
        }
        return count;
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
