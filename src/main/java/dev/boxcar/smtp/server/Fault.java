// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What happens to one reply on its way out: it leaves in these pieces, each in a write of its own, and then the connection may be
 * cut. What is queued behind it waits. Immutable.
 */
public final class Fault {
    private final List<Piece> pieces;
    private final boolean cuts;

    /** Octets, and how long to wait before they leave. */
    record Piece(Duration delay, ByteBuffer octets) {}

    private Fault(List<Piece> pieces, boolean cuts) {
        this.pieces = List.copyOf(pieces);
        this.cuts = cuts;
    }

    /** Another reply leaves in its place. */
    public static Fault replaced(Reply reply) {
        return octets(reply.octets());
    }

    /** These octets leave in its place, whatever they are. */
    public static Fault octets(byte[] octets) {
        return new Fault(List.of(new Piece(Duration.ZERO, ByteBuffer.wrap(octets.clone()))), false);
    }

    /** It leaves late. */
    public static Fault delayed(Reply reply, Duration delay) {
        return new Fault(
                List.of(new Piece(Objects.requireNonNull(delay, "delay"), ByteBuffer.wrap(reply.octets()))), false);
    }

    /** It leaves in writes of {@code octets} octets, with {@code delay} before each. */
    public static Fault reframed(Reply reply, int octets, Duration delay) {
        if (octets < 1) {
            throw new IllegalArgumentException("a write has at least one octet, not " + octets);
        }
        byte[] whole = reply.octets();
        List<Piece> pieces = new ArrayList<>();
        for (int from = 0; from < whole.length; from += octets) {
            pieces.add(new Piece(delay, ByteBuffer.wrap(whole, from, Math.min(octets, whole.length - from))));
        }
        return new Fault(pieces, false);
    }

    /** Its first {@code octets} octets leave, then the connection is cut; with 0 it is cut in the reply's place. */
    public static Fault cut(Reply reply, int octets) {
        byte[] whole = reply.octets();
        byte[] kept = Arrays.copyOf(whole, Math.min(whole.length, Math.max(0, octets)));
        List<Piece> pieces = kept.length == 0 ? List.of() : List.of(new Piece(Duration.ZERO, ByteBuffer.wrap(kept)));
        return new Fault(pieces, true);
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** Whether the connection is cut behind the last piece. */
    boolean cuts() {
        return cuts;
    }

    int length() {
        return pieces.stream().mapToInt(piece -> piece.octets().remaining()).sum();
    }
}
