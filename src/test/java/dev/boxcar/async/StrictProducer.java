// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A strict producer: it waits at each empty piece until it is told to continue, overwrites a piece as soon as it is
 * called for the next one, and fails if it is called while it is not ready.
 */
final class StrictProducer implements Producer {
    private final ArrayDeque<String> pieces;
    private byte[] given = {};
    int abandoned;

    StrictProducer(String... pieces) {
        this(List.of(pieces));
    }

    StrictProducer(List<String> pieces) {
        this.pieces = new ArrayDeque<>(pieces);
    }

    /** Ends the wait, if it waits. */
    void goOn() {
        if (state() == State.WAITING) {
            pieces.remove();
        }
    }

    @Override
    public State state() {
        String next = pieces.peek();
        return next == null ? State.EXHAUSTED : next.isEmpty() ? State.WAITING : State.READY;
    }

    @Override
    public ByteBuffer more() {
        if (state() != State.READY) {
            throw new AssertionError("asked while " + state());
        }
        Arrays.fill(given, (byte) '#');
        given = pieces.remove().getBytes(ISO_8859_1);
        return ByteBuffer.wrap(given);
    }

    @Override
    public void abandon() {
        abandoned++;
        Arrays.fill(given, (byte) '#');
    }

    /** The pieces of a producer until it waits or is exhausted. */
    static List<String> pieces(Producer producer) {
        var made = new ArrayList<String>();
        while (producer.state() == State.READY) {
            made.add(textOf(producer.more()));
        }
        return made;
    }

    /** The same, joined. */
    static String drain(Producer producer) {
        return String.join("", pieces(producer));
    }

    static String textOf(ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        return new String(bytes, ISO_8859_1);
    }
}
