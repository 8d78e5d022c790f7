// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.buffer.ByteSearch;
import java.util.Arrays;

/**
 * Searches the input of one channel for its terminator, piece by piece, and never searches a piece twice. Between two
 * pieces it remembers how much of the terminator was matched; it need not keep those bytes, because they are a prefix
 * of the terminator. Confined to the loop thread.
 */
class TerminatorSearch {
    private static final byte[] NOTHING = {};

    private Terminator terminator = Terminator.none();
    /** How many bytes of the terminator are matched; the first {@link #assumed} of them were never received. */
    private int matched;

    private int assumed;
    /** How many bytes of the count are still missing. */
    private long left;

    void set(Terminator wanted) {
        terminator = wanted;
        matched = wanted.assumed;
        assumed = wanted.assumed;
        left = wanted.count;
    }

    /** The terminator. If it is a count, returns the count of the bytes that are still missing. */
    Terminator terminator() {
        return terminator.isCount() ? Terminator.count(left) : terminator;
    }

    /** Whether an item ends here without any more bytes. */
    boolean isComplete() {
        return terminator.isCount() && left == 0;
    }

    /** The received bytes that are held back because they may be the beginning of the terminator. */
    byte[] heldBack() {
        return matched == assumed ? NOTHING : Arrays.copyOfRange(terminator.bytes, assumed, matched);
    }

    /** Forgets the bytes that are held back. */
    void forget() {
        matched = 0;
        assumed = 0;
    }

    /** Searches {@code bytes} from {@code from} to {@code to} (exclusive) up to the first terminator. */
    void step(byte[] bytes, int from, int to, SearchResult result) {
        if (terminator.isBytes()) {
            searchBytes(bytes, from, to, result);
            return;
        }
        int end = terminator.isCount() && left < to - from ? from + (int) left : to;
        result.end = end;
        result.dataEnd = end;
        result.releasedFrom = 0;
        result.releasedTo = 0;
        result.foundWithAssumedBytes = false;
        result.terminatorBytes = 0;
        result.found = false;
        if (terminator.isCount()) {
            left -= end - from;
            result.found = left == 0;
        }
        if (result.found) {
            terminator = Terminator.none();
        }
    }

    private void searchBytes(byte[] bytes, int from, int to, SearchResult result) {
        byte[] pattern = terminator.bytes;
        // The matched bytes are, in this order: assumed bytes, bytes of earlier pieces, bytes of this piece.
        int matchedNow = matched;
        int assumedNow = assumed;
        int earlier = matched - assumed;
        int released = 0; // bytes of earlier pieces that turned out to be data
        int at = from;
        while (at < to && matchedNow < pattern.length) {
            if (matchedNow == 0) {
                at = nextCandidate(pattern, bytes, at, to);
                if (at < to) {
                    matchedNow = 1;
                    at++;
                }
            } else if (bytes[at] == pattern[matchedNow]) {
                matchedNow++;
                at++;
            } else {
                int shorter = terminator.fallback[matchedNow];
                int dropped = matchedNow - shorter;
                int droppedAssumed = Math.min(assumedNow, dropped);
                int droppedEarlier = Math.min(earlier, dropped - droppedAssumed);
                assumedNow -= droppedAssumed;
                earlier -= droppedEarlier;
                released += droppedEarlier;
                matchedNow = shorter;
            }
        }
        boolean found = matchedNow == pattern.length;
        result.found = found;
        result.foundWithAssumedBytes = found && assumedNow > 0;
        result.terminatorBytes = found ? matchedNow - assumedNow : 0;
        result.end = at;
        result.dataEnd = at - (matchedNow - assumedNow - earlier);
        result.releasedFrom = assumed;
        result.releasedTo = assumed + released;
        matched = found ? 0 : matchedNow;
        assumed = found ? 0 : assumedNow;
    }

    /**
     * The first index from {@code from} on at which the terminator may begin, or {@code to}. For three bytes and more
     * it also compares the middle byte: every line of a message ends with the CRLF that CRLF.CRLF begins with, but
     * hardly one is followed by the dot.
     */
    private static int nextCandidate(byte[] pattern, byte[] bytes, int from, int to) {
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
