// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/** A producer whose state and pieces the test sets. */
class ScriptedProducer implements Producer {
    final ArrayDeque<String> pieces;
    State state = State.READY;
    boolean staysReady;
    int abandoned;
    Runnable whenCalled = () -> {};
    /** One buffer for all pieces: each is valid only until the next call. */
    private final byte[] shared = new byte[256 * 1024];

    ScriptedProducer(String... pieces) {
        this.pieces = new ArrayDeque<>(List.of(pieces));
    }

    @Override
    public State state() {
        return state == State.READY && pieces.isEmpty() && !staysReady ? State.EXHAUSTED : state;
    }

    @Override
    public ByteBuffer more() {
        whenCalled.run();
        byte[] piece = pieces.isEmpty() ? new byte[0] : pieces.remove().getBytes(ISO_8859_1);
        System.arraycopy(piece, 0, shared, 0, piece.length);
        return ByteBuffer.wrap(shared, 0, piece.length);
    }

    @Override
    public void abandon() {
        abandoned++;
    }
}
