// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import org.jspecify.annotations.Nullable;

/**
 * Receives the events of one SMTP session as they happen: bytes read, bytes written, commands, replies. Bytes are those
 * after decryption.
 *
 * <p>An offset in a stream counts the bytes before it, from the start of the connection. Times are the start of the
 * event loop's turn, in {@link System#nanoTime} nanoseconds. Confined to the session's loop; a listener must not block
 * it. An exception from a listener ends the session.
 */
public interface SessionListener {

    /** Creates the listener of each session. Called on the loop of the session, so on several loops at once. */
    @FunctionalInterface
    interface Source {
        /** A session has begun; returns its listener, or null to ignore the session. */
        @Nullable
        SessionListener opened(SessionPeer peer, long nanos);

        /** Returns a source whose listeners tell those of this source first, then those of {@code other}. */
        default Source and(Source other) {
            return (peer, nanos) -> SessionListenerPair.of(opened(peer, nanos), other.opened(peer, nanos));
        }
    }

    /**
     * One read brought the bytes {@code from} to {@code to} (exclusive). They are valid only during the call and may
     * contain secrets.
     */
    default void read(byte[] bytes, int from, int to, long nanos) {}

    /**
     * In a session of a client: one write of the client took this many bytes. This takes the place of {@link #read}:
     * the input of such a session is what the client sends, and its output is what the server sends.
     */
    default void sent(long bytes, long nanos) {}

    /**
     * The next bytes of the command line that is coming in, which begin at {@code offset} in the input; its CRLF is
     * left out. They are valid only during the call and may contain secrets. The line may never be complete.
     */
    default void lineBytes(byte[] bytes, int from, int to, long offset, long nanos) {}

    /**
     * The next bytes of the message, or chunk of one, that is coming in, as they were sent, which begin at
     * {@code offset} in the input; the terminator is left out. They are valid only during the call. The message may
     * never be complete.
     */
    default void messageBytes(byte[] bytes, int from, int to, long offset, long nanos) {}

    /** The session stops reading: it has input that it may not process yet, or is about to end. */
    default void readingPaused(long nanos) {}

    /** The session reads again. */
    default void readingResumed(long nanos) {}

    /** One write was made; the socket took this many bytes, perhaps none. */
    default void wrote(long bytes, long nanos) {}

    /**
     * A command line occupies the input from {@code from} to {@code to}, CRLF included. {@code command} is valid only
     * during the call.
     */
    default void command(Command command, long from, long to, long nanos) {}

    /**
     * A line that is not a command occupies the input from {@code from} to {@code to}: it is too long, has bytes that
     * no command may have, or responds to an AUTH challenge.
     */
    default void line(long from, long to, long nanos) {}

    /**
     * The input from {@code from} to {@code to} is a secret. A listener that keeps or shows input must leave the secret
     * out. It is reported after the event that it belongs to: the response in an AUTH command after {@link #command}; a
     * whole line after {@link #line}, if that line responds to an AUTH challenge, follows a refused AUTH, or begins
     * like AUTH but is not a command.
     */
    default void secret(long from, long to, long nanos) {}

    /** A message or a chunk of one occupies the input from {@code from} to {@code to}, its terminator included. */
    default void message(long from, long to, long nanos) {}

    /**
     * A reply was queued, or a place in the queue was reserved for a reply that comes later. Replies are numbered from
     * 0 (the banner) without gaps and leave in that order.
     *
     * @param verb the command that is answered; null for the banner, for a line that is not a command, and for a
     *     timeout
     */
    default void queued(long number, @Nullable Verb verb, long nanos) {}

    /**
     * The reply with this number is known and takes {@code bytes} bytes on the wire. It leaves when those before it
     * have left.
     */
    default void ready(long number, Reply reply, int bytes, long nanos) {}

    /** Whether the connection stays open after QUIT until the client closes it, so that the listener sees its end. */
    default boolean watchesEnd() {
        return false;
    }

    /** The session has ended. Called once. */
    default void closed(long nanos) {}
}
