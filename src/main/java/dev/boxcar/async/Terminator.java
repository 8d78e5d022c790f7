// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/**
 * What ends an item of input: certain octets, a count, or nothing. Immutable; any thread.
 *
 * <p>A terminator of octets is searched with the failure function of Knuth, Morris and Pratt, whose whole state is the number of
 * octets matched so far: what is held back between two reads is a beginning of the terminator itself, so a channel keeps a
 * number and no octets, and looks at no piece again.
 */
public final class Terminator {
    private static final byte[] NO_OCTETS = {};
    private static final long NO_COUNT = -1;
    private static final Terminator NONE = new Terminator(NO_OCTETS, NO_COUNT, 0);

    final byte[] octets;
    /** For each number of octets matched, how many of them may begin another match when the next octet is a wrong one. */
    final int[] fallback;
    /** How many octets the count asks for, or -1. */
    final long count;
    /** How many of the octets are taken as read already. */
    final int assumed;

    private Terminator(byte[] octets, long count, int assumed) {
        this.octets = octets;
        this.count = count;
        this.assumed = assumed;
        this.fallback = fallbackOf(octets);
    }

    /** Ends an item wherever these octets stand; they do not belong to the item. No octets: {@link #none}. */
    public static Terminator of(byte... octets) {
        return octets.length == 0 ? NONE : new Terminator(octets.clone(), NO_COUNT, 0);
    }

    /**
     * Ends an item after so many octets, and then stands at none. A count of 0 ends an empty item at once.
     *
     * @throws IllegalArgumentException if {@code octets} is negative
     */
    public static Terminator count(long octets) {
        if (octets < 0) {
            throw new IllegalArgumentException("a terminator cannot count to " + octets);
        }
        return new Terminator(NO_OCTETS, octets, 0);
    }

    /** Never ends: octets are handed over as they come. */
    public static Terminator none() {
        return NONE;
    }

    /**
     * The same octets, of which the first {@code number} are taken as just read: CRLF.CRLF behind a line that ended in CRLF
     * (RFC 5321 §4.1.1.4) is met by .CRLF alone. Octets that were only assumed are never handed over as data.
     */
    public Terminator assuming(int number) {
        if (number < 0 || number >= Math.max(1, octets.length)) {
            throw new IllegalArgumentException("cannot assume " + number + " of " + octets.length + " octets");
        }
        return new Terminator(octets, count, number);
    }

    boolean isCount() {
        return count >= 0;
    }

    boolean isOctets() {
        return octets.length > 0;
    }

    private static int[] fallbackOf(byte[] octets) {
        var fallback = new int[octets.length + 1];
        int border = 0;
        for (int matched = 2; matched <= octets.length; matched++) {
            while (border > 0 && octets[matched - 1] != octets[border]) {
                border = fallback[border];
            }
            if (octets[matched - 1] == octets[border]) {
                border++;
            }
            fallback[matched] = border;
        }
        return fallback;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Terminator that
                && Arrays.equals(octets, that.octets)
                && count == that.count
                && assumed == that.assumed;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets) * 31 + Long.hashCode(count);
    }

    @Override
    public String toString() {
        return isCount() ? count + " octets" : isOctets() ? Arrays.toString(octets) : "none";
    }
}
