// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/**
 * What ends an item of input: certain bytes, a count, or nothing. Immutable; any thread.
 *
 * <p>A terminator of bytes is searched with the failure function of Knuth, Morris and Pratt, whose whole state is the
 * number of bytes matched so far: what is held back between two reads is a beginning of the terminator itself, so a
 * channel keeps a number and no bytes, and looks at no piece again.
 */
public final class Terminator {
    private static final byte[] NO_BYTES = {};
    private static final long NO_COUNT = -1;
    private static final Terminator NONE = new Terminator(NO_BYTES, NO_COUNT, 0);

    final byte[] bytes;
    /** For each number of bytes matched, how many of them may begin another match when the next byte is a wrong one. */
    final int[] fallback;
    /** How many bytes the count asks for, or -1. */
    final long count;
    /** How many of the bytes are taken as read already. */
    final int assumed;

    private Terminator(byte[] bytes, long count, int assumed) {
        this.bytes = bytes;
        this.count = count;
        this.assumed = assumed;
        this.fallback = fallbackOf(bytes);
    }

    /** Ends an item wherever these bytes stand; they do not belong to the item. No bytes: {@link #none}. */
    public static Terminator of(byte... bytes) {
        return bytes.length == 0 ? NONE : new Terminator(bytes.clone(), NO_COUNT, 0);
    }

    /**
     * Ends an item after so many bytes, and then stands at none. A count of 0 ends an empty item at once.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public static Terminator count(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a terminator cannot count to " + bytes);
        }
        return new Terminator(NO_BYTES, bytes, 0);
    }

    /** Never ends: bytes are handed over as they come. */
    public static Terminator none() {
        return NONE;
    }

    /**
     * The same bytes, of which the first {@code number} are taken as just read: CRLF.CRLF behind a line that ended in
     * CRLF (RFC 5321 §4.1.1.4) is met by .CRLF alone. Bytes that were only assumed are never handed over as data.
     */
    public Terminator assuming(int number) {
        if (number < 0 || number >= Math.max(1, bytes.length)) {
            throw new IllegalArgumentException("cannot assume " + number + " of " + bytes.length + " octets");
        }
        return new Terminator(bytes, count, number);
    }

    boolean isCount() {
        return count >= 0;
    }

    boolean isBytes() {
        return bytes.length > 0;
    }

    private static int[] fallbackOf(byte[] bytes) {
        var fallback = new int[bytes.length + 1];
        int border = 0;
        for (int matched = 2; matched <= bytes.length; matched++) {
            while (border > 0 && bytes[matched - 1] != bytes[border]) {
                border = fallback[border];
            }
            if (bytes[matched - 1] == bytes[border]) {
                border++;
            }
            fallback[matched] = border;
        }
        return fallback;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Terminator that
                && Arrays.equals(bytes, that.bytes)
                && count == that.count
                && assumed == that.assumed;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes) * 31 + Long.hashCode(count);
    }

    @Override
    public String toString() {
        return isCount() ? count + " octets" : isBytes() ? Arrays.toString(bytes) : "none";
    }
}
