// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record.transcript;

import java.time.Duration;
import java.util.List;

/**
 * A transcript as a client plays it: what it sends, in segments, and what the server must reply.
 *
 * @param moves what the client does, in order; the first one sends nothing and expects the banner
 * @param insideTls whether the whole dialogue takes place inside TLS
 * @param serverEnds whether the server closes the connection at the end
 */
public record Dialogue(List<Move> moves, boolean insideTls, boolean serverEnds) {

    public Dialogue {
        moves = List.copyOf(moves);
    }

    /** Whether the client needs TLS. */
    public boolean usesTls() {
        return insideTls || moves.stream().anyMatch(move -> move.kind() == Kind.HANDSHAKE);
    }

    /** The kinds of moves. */
    public enum Kind {
        /** The client sends bytes in one write. */
        SEGMENT,
        /** The client makes the TLS handshake. */
        HANDSHAKE,
        /** The client stops sending and goes on reading. */
        HALF_CLOSE
    }

    /**
     * Something that the client does.
     *
     * @param line the number of its first line in the transcript
     * @param owed how many replies to earlier moves may still be missing when the client makes it
     * @param after how long after the move and the replies before it the recorded client made it
     * @param bytes what is sent; empty unless it is a segment
     * @param expected what the server must reply to it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Move(Kind kind, int line, int owed, Duration after, byte[] bytes, List<Expected> expected) {
        public Move {
            expected = List.copyOf(expected);
        }
    }

    /**
     * A line that the server must send, or a whole reply.
     *
     * @param line the number of its line in the transcript
     * @param pattern the text of each line; {@code *} matches anything
     * @param wholeReply whether all lines of a reply must match it
     */
    public record Expected(int line, String pattern, boolean wholeReply) {

        /** Whether a line of the server, without its CRLF, is what is expected. */
        public boolean matches(String text) {
            int at = 0;
            int in = 0;
            int star = -1;
            int starAt = 0;
            while (at < text.length()) {
                if (in < pattern.length() && pattern.charAt(in) == '*') {
                    star = in++;
                    starAt = at;
                } else if (in < pattern.length() && pattern.charAt(in) == text.charAt(at)) {
                    in++;
                    at++;
                } else if (star >= 0) {
                    in = star + 1; // the last star takes one character more
                    at = ++starAt;
                } else {
                    return false;
                }
            }
            return pattern.substring(in).replace("*", "").isEmpty();
        }
    }
}
