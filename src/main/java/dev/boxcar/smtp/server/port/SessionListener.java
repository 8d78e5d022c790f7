// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.BothListeners;
import org.jspecify.annotations.Nullable;

/**
 * Is told how one session goes, as it goes: what came and what left, after decryption, and what it meant.
 *
 * <p>A place in a stream is the number of bytes before it, from the connection on. Times are those of the loop's turn,
 * in {@link System#nanoTime} nanoseconds. Confined to the session's loop, which it must not hold up; what it throws
 * ends the session.
 */
public interface SessionListener {

    /** Makes the listener of each session. Any loop's thread. */
    interface Source {
        /** A session has begun; null when nobody listens to it. */
        @Nullable
        SessionListener opened(ClientInfo client, long nanos);

        /** The listeners of this source and of another: both are told, this one's first. */
        default Source and(Source other) {
            return (client, nanos) -> BothListeners.of(opened(client, nanos), other.opened(client, nanos));
        }
    }

    /**
     * One read brought the bytes {@code from} to {@code to}, which are good during the call alone and may hold secrets.
     */
    default void read(byte[] bytes, int from, int to, long nanos) {}

    /** One write was made and took so many bytes, perhaps none. */
    default void wrote(long bytes, long nanos) {}

    /**
     * A command line stands in the input from {@code from} to {@code to}, CRLF included. The view is good during the
     * call alone.
     */
    default void command(Command command, long from, long to, long nanos) {}

    /**
     * A line that is no command stands there: too long, or with bytes that no command has, or a response to a challenge
     * of AUTH.
     */
    default void line(long from, long to, long nanos) {}

    /**
     * A secret stands there: the response in an AUTH command, told behind {@link #command}; or all of a {@link #line},
     * told behind that, which answers a challenge, follows a refused AUTH, or begins as AUTH does and is none. Whoever
     * keeps or shows what was read leaves it out.
     */
    default void secret(long from, long to, long nanos) {}

    /** The bytes of a message, or a chunk of one, stand there, its terminator included. */
    default void message(long from, long to, long nanos) {}

    /**
     * A reply was queued, or its place kept when it is to come later. Places are numbered from 0, the banner's, without
     * a gap, and replies leave in that order.
     *
     * @param verb what is answered; null: the connection, a line that is no command, or time that ran out
     */
    default void queued(long place, @Nullable Verb verb, long nanos) {}

    /** The reply of a place is known, and has so many bytes on the wire; it leaves when those before it have. */
    default void ready(long place, Reply reply, int bytes, long nanos) {}

    /** The session is over. Called once. */
    default void closed(long nanos) {}
}
