// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.buffer;

import java.util.Arrays;

/**
 * Input that a channel has read but may not dispatch yet. Its array is not changed any more. Confined to the loop
 * thread.
 */
public final class HeldInput {
    private final byte[] bytes;
    private final int from;
    private final int to;

    private HeldInput(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /** Holds the bytes {@code from} to {@code to} (exclusive) without copying them. */
    public static HeldInput of(byte[] bytes, int from, int to) {
        return new HeldInput(bytes, from, to);
    }

    /** Holds a copy of the bytes {@code from} to {@code to} (exclusive) of a shared buffer. */
    public static HeldInput copyOf(byte[] bytes, int from, int to) {
        return new HeldInput(Arrays.copyOfRange(bytes, from, to), 0, to - from);
    }

    /** The array that contains the input. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the input begins in the array. */
    public int from() {
        return from;
    }

    /** Where the input ends in the array, exclusive. */
    public int to() {
        return to;
    }
}
