// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.body.SlabBody;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One array, in which records stand one behind the other. What was put there never changes, and its room is not used
 * again: whoever reads it reads on when the record is held no longer. Written by the thread that commits, and what it
 * wrote is read by any thread.
 */
final class Arena {
    private final byte[] bytes;
    private int used;
    private int records;
    /** Of the bytes used, those of records that are held no longer. */
    private int left;

    Arena(int bytes) {
        this.bytes = new byte[bytes];
    }

    byte[] bytes() {
        return bytes;
    }

    int room() {
        return bytes.length - used;
    }

    /** Puts a record's lines and bytes there, for which there is room; where they begin. */
    int put(Envelope text, @Nullable SlabBody body) {
        int at = used;
        text.putInto(ByteBuffer.wrap(bytes, at, text.length()));
        used += text.length();
        if (body != null) {
            body.copyInto(bytes, used);
            used += Math.toIntExact(body.length());
        }
        return at;
    }

    /** Puts there what stands on another shelf, for which there is room; where it begins. */
    int put(byte[] source, int from, int length) {
        int at = used;
        System.arraycopy(source, from, bytes, at, length);
        used += length;
        return at;
    }

    /** One more record that was put there is held. */
    void hold() {
        records++;
    }

    /** A record that was held, of so many bytes, is held no longer; how many bytes that are by now. */
    int leave(int number) {
        records--;
        left += number;
        return left;
    }

    /** Whether no record on it is held. */
    boolean isLeft() {
        return records == 0;
    }

    /** Whether more than a quarter of it is of records that are held no longer. */
    boolean isSparse() {
        return left > used / 4;
    }
}
