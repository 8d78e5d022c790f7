// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A fault injected into one reply: it leaves in pieces, each in a write of its own, and then the connection may be cut.
 * Everything queued after it waits. Immutable.
 */
public final class ReplyFault {
    private final List<Piece> pieces;
    private final boolean cuts;

    /** Some bytes, and how long to wait before they leave. */
    public record Piece(Duration delay, ByteBuffer bytes) {}

    private ReplyFault(List<Piece> pieces, boolean cuts) {
        this.pieces = List.copyOf(pieces);
        this.cuts = cuts;
    }

    /** Another reply leaves in place of the original one. */
    public static ReplyFault replaced(Reply reply) {
        return bytes(reply.bytes());
    }

    /** These bytes leave in place of the reply; they need not be a valid reply. */
    public static ReplyFault bytes(byte[] bytes) {
        return new ReplyFault(List.of(new Piece(Duration.ZERO, ByteBuffer.wrap(bytes.clone()))), false);
    }

    /** The reply leaves after a delay. */
    public static ReplyFault delayed(Reply reply, Duration delay) {
        return new ReplyFault(
                List.of(new Piece(Objects.requireNonNull(delay, "delay"), ByteBuffer.wrap(reply.bytes()))), false);
    }

    /** The reply leaves in writes of {@code bytes} bytes, with {@code delay} before each. */
    public static ReplyFault reframed(Reply reply, int bytes, Duration delay) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a write needs at least one byte, not " + bytes);
        }
        byte[] whole = reply.bytes();
        List<Piece> pieces = new ArrayList<>();
        for (int from = 0; from < whole.length; from += bytes) {
            pieces.add(new Piece(delay, ByteBuffer.wrap(whole, from, Math.min(bytes, whole.length - from))));
        }
        return new ReplyFault(pieces, false);
    }

    /** The first {@code bytes} bytes of the reply leave, perhaps none; then the connection is cut. */
    public static ReplyFault cut(Reply reply, int bytes) {
        byte[] whole = reply.bytes();
        byte[] kept = Arrays.copyOf(whole, Math.min(whole.length, Math.max(0, bytes)));
        List<Piece> pieces = kept.length == 0 ? List.of() : List.of(new Piece(Duration.ZERO, ByteBuffer.wrap(kept)));
        return new ReplyFault(pieces, true);
    }

    public List<Piece> pieces() {
        return pieces;
    }

    /** Whether the connection is cut after the last piece. */
    public boolean cuts() {
        return cuts;
    }

    public int length() {
        return pieces.stream().mapToInt(piece -> piece.bytes().remaining()).sum();
    }
}
