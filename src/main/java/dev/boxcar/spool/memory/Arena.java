// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.body.SlabBody;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An array with the bytes of many records, one after another. Its bytes never change and its space is not used again,
 * so that a thread which reads a record can read on after the record is removed. The committing thread writes, any
 * thread reads.
 */
final class Arena {
    private final byte[] bytes;
    private int used;
    private int records;
    /** Bytes of removed records. */
    private int deadBytes;

    Arena(int capacity) {
        this.bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    int freeBytes() {
        return bytes.length - used;
    }

    /** Appends the lines and the bytes of a message, for which there is room; returns where they begin. */
    int append(Envelope envelope, @Nullable SlabBody body) {
        int at = used;
        envelope.putInto(ByteBuffer.wrap(bytes, at, envelope.length()));
        used += envelope.length();
        if (body != null) {
            body.copyInto(bytes, used);
            used += Math.toIntExact(body.length());
        }
        return at;
    }

    /** Appends lines, for which there is room; returns where they begin. */
    int append(KeyValueText text) {
        int at = used;
        text.putInto(ByteBuffer.wrap(bytes, at, text.length()));
        used += text.length();
        return at;
    }

    /** Appends bytes of another arena, for which there is room; returns where they begin. */
    int append(byte[] source, int from, int length) {
        int at = used;
        System.arraycopy(source, from, bytes, at, length);
        used += length;
        return at;
    }

    /** Counts one more record. */
    void addRecord() {
        records++;
    }

    /** Removes a record with this number of bytes; returns the bytes of all removed records. */
    int removeRecord(int length) {
        records--;
        deadBytes += length;
        return deadBytes;
    }

    /** Whether all its records are removed. */
    boolean isUnused() {
        return records == 0;
    }

    /** Whether more than a quarter of its bytes belong to removed records. */
    boolean isSparse() {
        return deadBytes > used / 4;
    }
}
