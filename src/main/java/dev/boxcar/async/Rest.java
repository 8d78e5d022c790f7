// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/** Input that was read and waits for the gate to open. Its array is not changed any more. Confined to the loop thread. */
final class Rest {
    private final byte[] octets;
    private final int from;
    private final int to;

    private Rest(byte[] octets, int from, int to) {
        this.octets = octets;
        this.from = from;
        this.to = to;
    }

    /** The octets where they lie. */
    static Rest of(byte[] octets, int from, int to) {
        return new Rest(octets, from, to);
    }

    /** A copy of octets that lie in a shared buffer. */
    static Rest copyOf(byte[] octets, int from, int to) {
        return new Rest(Arrays.copyOfRange(octets, from, to), 0, to - from);
    }

    byte[] octets() {
        return octets;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }
}
