// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import java.util.Objects;

/**
 * How a reply is divided into writes.
 *
 * @param size the bytes per write for {@link Kind#SPLIT}, else 0
 */
public record ReplyFraming(Kind kind, int size) {
    /** The reply leaves in one write with its neighbours, as usual. */
    public static final ReplyFraming BATCHED = new ReplyFraming(Kind.BATCHED, 0);
    /** The reply has a write of its own. */
    public static final ReplyFraming SEPARATE = new ReplyFraming(Kind.SEPARATE, 0);
    /** The reply leaves in one write with the next reply, for which it waits a short time. */
    public static final ReplyFraming GLUED = new ReplyFraming(Kind.GLUED, 0);
    /** Each byte has a write of its own. */
    public static final ReplyFraming BYTE_BY_BYTE = new ReplyFraming(Kind.SPLIT, 1);
    /** The CR and the LF of each line leave in two writes. */
    public static final ReplyFraming BETWEEN_CR_AND_LF = new ReplyFraming(Kind.BETWEEN_CR_AND_LF, 0);

    /** The ways to divide a reply. */
    public enum Kind {
        BATCHED,
        SEPARATE,
        GLUED,
        SPLIT,
        BETWEEN_CR_AND_LF
    }

    public ReplyFraming {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.SPLIT) != (size > 0)) {
            throw new IllegalArgumentException("invalid number of bytes per write: " + size);
        }
    }

    /** The reply leaves in writes of {@code bytes} bytes. */
    public static ReplyFraming split(int bytes) {
        return new ReplyFraming(Kind.SPLIT, bytes);
    }

    /** Whether the reply shares no write with its neighbours. */
    public boolean isAlone() {
        return switch (kind) {
            case BATCHED, GLUED -> false;
            case SEPARATE, SPLIT, BETWEEN_CR_AND_LF -> true;
        };
    }

    /** The index after the last byte of the write that begins at {@code from}. */
    public int endOfWrite(byte[] reply, int from) {
        return switch (kind) {
            case BATCHED, GLUED, SEPARATE -> reply.length;
            case SPLIT -> Math.min(reply.length, from + size);
            case BETWEEN_CR_AND_LF -> {
                int end = from;
                while (end < reply.length && reply[end] != '\r') {
                    end++;
                }
                yield Math.min(reply.length, end + 1);
            }
        };
    }
}
