// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/**
 * Looks for a channel's terminator, piece by piece, and at no piece again. Between two pieces it remembers how much of the terminator
 * was met; those octets are a beginning of the terminator, so that they need not be kept. Confined to the loop thread.
 */
final class TerminatorSearch {
    private static final byte[] NOTHING = {};

    private Terminator terminator = Terminator.none();
    /** How many octets of the terminator were met at the end of the last piece; the first {@code assumed} of them never came. */
    private int met;

    private int assumed;
    /** What is left of a count. */
    private long left;

    // What the last step came to.
    private boolean found;
    private boolean foundAtOnce;
    private int end;
    private int dataEnd;
    private int freedFrom;
    private int freedTo;

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

    /** Whether an item ends here, without any more octets. */
    boolean isDue() {
        return terminator.isCount() && left == 0;
    }

    /** The octets that came and are held back, because they may be the beginning of the terminator. */
    byte[] heldBack() {
        return met == assumed ? NOTHING : Arrays.copyOfRange(terminator.octets, assumed, met);
    }

    void forget() {
        met = 0;
        assumed = 0;
    }

    /** Looks at {@code octets} from {@code from} to {@code to}, exclusive, up to the first terminator. */
    void step(byte[] octets, int from, int to) {
        if (terminator.isOctets()) {
            stepToOctets(octets, from, to);
            return;
        }
        end = terminator.isCount() && left < to - from ? from + (int) left : to;
        dataEnd = end;
        freedTo = freedFrom;
        foundAtOnce = false;
        found = false;
        if (terminator.isCount()) {
            left -= end - from;
            found = left == 0;
        }
        if (found) {
            terminator = Terminator.none();
        }
    }

    private void stepToOctets(byte[] octets, int from, int to) {
        byte[] pattern = terminator.octets;
        int phantom = assumed; // of the octets met: first those that never came,
        int earlier = met - phantom; // then those of earlier pieces,
        int freed = 0; // of which so many turned out to be data
        int matched = met;
        int at = from; // and last those of this piece
        while (at < to && matched < pattern.length) {
            if (matched == 0) {
                at = nextBeginning(pattern, octets, at, to);
                if (at < to) {
                    matched = 1;
                    at++;
                }
            } else if (octets[at] == pattern[matched]) {
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
        found = matched == pattern.length;
        foundAtOnce = found && phantom > 0;
        end = at;
        dataEnd = at - (matched - phantom - earlier);
        freedFrom = assumed;
        freedTo = assumed + freed;
        met = found ? 0 : matched;
        assumed = found ? 0 : phantom;
    }

    /**
     * The first octet from {@code from} on with which the terminator may begin, or {@code to}. Of three octets and more the middle
     * one is looked for as well: every line of a message begins like CRLF.CRLF, but hardly one goes on with the dot.
     */
    private static int nextBeginning(byte[] pattern, byte[] octets, int from, int to) {
        int middle = pattern.length / 2;
        int at = from;
        if (pattern.length > 2) {
            at = OctetSearch.indexOfPair(pattern[0], pattern[middle], middle, octets, from, to);
            if (at < to - middle) {
                return at;
            }
        }
        return OctetSearch.indexOf(pattern[0], octets, at, to);
    }

    /** Whether the last step met the terminator. */
    boolean found() {
        return found;
    }

    /** Whether it was met with octets that were only assumed. */
    boolean foundAtOnce() {
        return foundAtOnce;
    }

    /** Where the last step came to. */
    int end() {
        return end;
    }

    /** How far the octets of the last step are data. */
    int dataEnd() {
        return dataEnd;
    }

    /** Octets of earlier pieces that were held back and are data after all: {@link #pattern} from here */
    int freedFrom() {
        return freedFrom;
    }

    /** to here, exclusive. */
    int freedTo() {
        return freedTo;
    }

    /** The terminator's octets. */
    byte[] pattern() {
        return terminator.octets;
    }
}
