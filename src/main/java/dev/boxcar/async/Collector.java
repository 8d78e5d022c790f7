// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/**
 * Collects the pieces of one item up to a limit. If the item so far is one piece in the read buffer, the collector only
 * refers to it; it copies the piece ({@link #keep}) when the item continues in a later read. The collector never takes
 * more memory than the limit, and keeps nothing of an item that is longer. Confined to the loop thread.
 */
public final class Collector {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;
    /** Whether {@link #bytes} is the read buffer. */
    private boolean borrowed;

    private boolean overflowed;

    /** Adds a piece. If that makes the item longer than {@code limit} bytes, drops the item and notes the overflow. */
    public void collect(byte[] piece, int pieceFrom, int pieceTo, int limit) {
        int length = pieceTo - pieceFrom;
        if (overflowed || length > limit - (to - from)) {
            clear();
            overflowed = true;
        } else if (from == to) {
            bytes = piece;
            from = pieceFrom;
            to = pieceTo;
            borrowed = true;
        } else {
            append(piece, pieceFrom, length, limit);
        }
    }

    /** Copies what is still in the read buffer. Call before the read buffer is used again. */
    public void keep() {
        if (borrowed) {
            copy(to - from);
        }
    }

    /** Drops the item and its memory, so that an idle channel holds none. */
    public void clear() {
        bytes = NOTHING;
        from = 0;
        to = 0;
        borrowed = false;
        overflowed = false;
    }

    /** The array that contains the item, from {@link #from} to {@link #to}. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the item begins in the array. */
    public int from() {
        return from;
    }

    /** Where the item ends in the array, exclusive. */
    public int to() {
        return to;
    }

    /** Whether the item is longer than the limit; then nothing of it was kept. */
    public boolean overflowed() {
        return overflowed;
    }

    private void append(byte[] piece, int pieceFrom, int length, int limit) {
        int collected = to - from;
        if (borrowed || to + length > bytes.length) {
            copy(Math.max(collected + length, Math.min(collected * 2, limit)));
        }
        System.arraycopy(piece, pieceFrom, bytes, to, length);
        to += length;
    }

    private void copy(int capacity) {
        var copy = new byte[capacity];
        int collected = to - from;
        System.arraycopy(bytes, from, copy, 0, collected);
        bytes = copy;
        from = 0;
        to = collected;
        borrowed = false;
    }
}
