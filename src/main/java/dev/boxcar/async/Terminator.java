// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/**
 * The end of an input item: given bytes, a number of bytes, or none. Immutable; any thread.
 *
 * <p>Bytes are searched with the failure function of Knuth, Morris and Pratt. Its whole state is the number of bytes
 * matched so far, because bytes held back between two reads are always a prefix of the terminator. So a channel keeps a
 * number and no bytes, and never searches a piece twice.
 */
public final class Terminator {
    private static final byte[] NO_BYTES = {};
    private static final long NO_COUNT = -1;
    private static final Terminator NONE = new Terminator(NO_BYTES, NO_COUNT, 0);

    final byte[] bytes;
    /** For each number of matched bytes, how many of them may start another match if the next byte does not match. */
    final int[] fallback;
    /** The length of the item, or -1. */
    final long count;
    /** How many of the bytes count as received already. */
    final int assumed;

    private Terminator(byte[] bytes, long count, int assumed) {
        this.bytes = bytes;
        this.count = count;
        this.assumed = assumed;
        this.fallback = fallbackOf(bytes);
    }

    /** Ends an item before each occurrence of these bytes. No bytes: {@link #none}. */
    public static Terminator of(byte... bytes) {
        return bytes.length == 0 ? NONE : new Terminator(bytes.clone(), NO_COUNT, 0);
    }

    /**
     * Ends one item after {@code bytes} bytes; then the terminator is {@link #none}. A count of 0 ends an empty item
     * immediately.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public static Terminator count(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("the number of bytes must not be negative: " + bytes);
        }
        return new Terminator(NO_BYTES, bytes, 0);
    }

    /** Never ends an item; bytes are delivered as they arrive. */
    public static Terminator none() {
        return NONE;
    }

    /**
     * A terminator of the same bytes, the first {@code number} of which count as received already. After a line that
     * ended in CRLF, CRLF.CRLF is complete with .CRLF alone (RFC 5321 §4.1.1.4). Assumed bytes are never delivered as
     * data.
     */
    public Terminator assuming(int number) {
        if (number < 0 || number >= Math.max(1, bytes.length)) {
            throw new IllegalArgumentException("cannot assume " + number + " of " + bytes.length + " bytes");
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
        return isCount() ? count + " bytes" : isBytes() ? Arrays.toString(bytes) : "none";
    }
}
