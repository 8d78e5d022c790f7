// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;

/**
 * Input that was read and waits for the gate to open. Its array is not changed any more. Confined to the loop thread.
 */
final class Rest {
    private final byte[] bytes;
    private final int from;
    private final int to;

    private Rest(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /** The bytes where they lie. */
    static Rest of(byte[] bytes, int from, int to) {
        return new Rest(bytes, from, to);
    }

    /** A copy of bytes that lie in a shared buffer. */
    static Rest copyOf(byte[] bytes, int from, int to) {
        return new Rest(Arrays.copyOfRange(bytes, from, to), 0, to - from);
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }
}
