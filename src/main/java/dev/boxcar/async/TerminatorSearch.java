// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/**
 * Looks for a channel's terminator, piece by piece, and at no piece again. Between two pieces it remembers how much of
 * the terminator was met; those bytes are a beginning of the terminator, so that they need not be kept. Confined to the
 * loop thread.
 */
class TerminatorSearch {
    private static final byte[] NOTHING = {};

    private Terminator terminator = Terminator.none();
    /**
     * How many bytes of the terminator were met at the end of the last piece; the first {@code assumed} of them never
     * came.
     */
    private int met;

    private int assumed;
    /** What is left of a count. */
    private long left;

    void set(Terminator wanted) {
        terminator = wanted;
        met = wanted.assumed;
        assumed = wanted.assumed;
        left = wanted.count;
    }

    /** What is looked for; of a count, what is left of it. */
    Terminator terminator() {
        return terminator.isCount() ? Terminator.count(left) : terminator;
    }

    /** Whether an item ends here, without any more bytes. */
    boolean isDue() {
        return terminator.isCount() && left == 0;
    }

    /** The bytes that came and are held back, because they may be the beginning of the terminator. */
    byte[] heldBack() {
        return met == assumed ? NOTHING : Arrays.copyOfRange(terminator.bytes, assumed, met);
    }

    void forget() {
        met = 0;
        assumed = 0;
    }

    /**
     * Looks at {@code bytes} from {@code from} to {@code to}, exclusive, up to the first terminator; what that came to
     * is in {@code cut}.
     */
    void step(byte[] bytes, int from, int to, Cut cut) {
        if (terminator.isBytes()) {
            stepToBytes(bytes, from, to, cut);
            return;
        }
        int end = terminator.isCount() && left < to - from ? from + (int) left : to;
        cut.end = end;
        cut.dataEnd = end;
        cut.freedFrom = 0;
        cut.freedTo = 0;
        cut.foundWithAssumedBytes = false;
        cut.terminatorBytes = 0;
        cut.found = false;
        if (terminator.isCount()) {
            left -= end - from;
            cut.found = left == 0;
        }
        if (cut.found) {
            terminator = Terminator.none();
        }
    }

    private void stepToBytes(byte[] bytes, int from, int to, Cut cut) {
        byte[] pattern = terminator.bytes;
        int phantom = assumed; // of the bytes met: first those that never came,
        int earlier = met - phantom; // then those of earlier pieces,
        int freed = 0; // of which so many turned out to be data
        int matched = met;
        int at = from; // and last those of this piece
        while (at < to && matched < pattern.length) {
            if (matched == 0) {
                at = nextBeginning(pattern, bytes, at, to);
                if (at < to) {
                    matched = 1;
                    at++;
                }
            } else if (bytes[at] == pattern[matched]) {
                matched++;
                at++;
            } else {
                int shorter = terminator.fallback[matched];
                int dropped = matched - shorter;
                int phantoms = Math.min(phantom, dropped);
                int old = Math.min(earlier, dropped - phantoms);
                phantom -= phantoms;
                earlier -= old;
                freed += old;
                matched = shorter;
            }
        }
        boolean found = matched == pattern.length;
        cut.found = found;
        cut.foundWithAssumedBytes = found && phantom > 0;
        cut.terminatorBytes = found ? matched - phantom : 0;
        cut.end = at;
        cut.dataEnd = at - (matched - phantom - earlier);
        cut.freedFrom = assumed;
        cut.freedTo = assumed + freed;
        met = found ? 0 : matched;
        assumed = found ? 0 : phantom;
    }

    /**
     * The first byte from {@code from} on with which the terminator may begin, or {@code to}. Of three bytes and more
     * the middle one is looked for as well: every line of a message begins like CRLF.CRLF, but hardly one goes on with
     * the dot.
     */
    private static int nextBeginning(byte[] pattern, byte[] bytes, int from, int to) {
        int middle = pattern.length / 2;
        int at = from;
        if (pattern.length > 2) {
            at = ByteSearch.indexOfPair(pattern[0], pattern[middle], middle, bytes, from, to);
            if (at < to - middle) {
                return at;
            }
        }
        return ByteSearch.indexOf(pattern[0], bytes, at, to);
    }

    /** The terminator's bytes. */
    byte[] pattern() {
        return terminator.bytes;
    }
}
