// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/**
 * Gathers the pieces of one item up to a limit. A piece that is whole in the read buffer is only pointed at; it is
 * copied when the item goes on in a later read ({@link #keep}). It takes no more memory than the limit, however it
 * comes; what is over the limit is not kept. Confined to the loop thread.
 */
public final class Collector {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;
    private boolean borrowed;
    private boolean overflowed;

    /**
     * Adds a piece, unless the item would be longer than {@code limit} bytes: then it keeps nothing and has overflowed.
     */
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

    /** The read buffer is about to be used for something else: copies what was only pointed at. */
    public void keep() {
        if (borrowed) {
            own(to - from);
        }
    }

    /** Forgets the item and lets its memory go: an idle channel holds none. */
    public void clear() {
        bytes = NOTHING;
        from = 0;
        to = 0;
        borrowed = false;
        overflowed = false;
    }

    /** The array in which the item stands, from {@link #from} to {@link #to}. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the item begins. */
    public int from() {
        return from;
    }

    /** Where the item ends, exclusive. */
    public int to() {
        return to;
    }

    /** Whether the item is longer than the limit; then nothing of it was kept. */
    public boolean overflowed() {
        return overflowed;
    }

    private void append(byte[] piece, int pieceFrom, int length, int limit) {
        int gathered = to - from;
        if (borrowed || to + length > bytes.length) {
            own(Math.max(gathered + length, Math.min(gathered * 2, limit)));
        }
        System.arraycopy(piece, pieceFrom, bytes, to, length);
        to += length;
    }

    private void own(int capacity) {
        var copy = new byte[capacity];
        int gathered = to - from;
        System.arraycopy(bytes, from, copy, 0, gathered);
        bytes = copy;
        from = 0;
        to = gathered;
        borrowed = false;
    }
}
