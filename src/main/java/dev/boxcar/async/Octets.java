// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;

/** A producer of octets that are there already. The array is not copied: it must not change until it was sent. */
public final class Octets implements Producer {
    private final ByteBuffer octets;
    /** They belong to the producer that stands behind, and are good until that is asked again. */
    private final boolean lent;

    private boolean given;

    private Octets(ByteBuffer octets, boolean lent) {
        this.octets = octets;
        this.lent = lent;
    }

    /** All of {@code octets}. */
    public static Octets of(byte[] octets) {
        return new Octets(ByteBuffer.wrap(octets), false);
    }

    /** What remains in {@code octets}. */
    static Octets of(ByteBuffer octets) {
        return new Octets(octets, false);
    }

    /** What remains of a piece whose producer has more. */
    static Octets lent(ByteBuffer octets) {
        return new Octets(octets, true);
    }

    boolean areLent() {
        return lent;
    }

    int remaining() {
        return given ? 0 : octets.remaining();
    }

    @Override
    public State state() {
        return given || !octets.hasRemaining() ? State.EXHAUSTED : State.READY;
    }

    @Override
    public ByteBuffer more() {
        given = true;
        return octets;
    }
}
