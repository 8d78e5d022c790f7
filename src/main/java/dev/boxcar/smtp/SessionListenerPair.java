// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import org.jspecify.annotations.Nullable;

/** Passes each event of a session to two listeners, in order. Confined to the session's loop. */
final class SessionListenerPair implements SessionListener {
    private final SessionListener first;
    private final SessionListener second;

    private SessionListenerPair(SessionListener first, SessionListener second) {
        this.first = first;
        this.second = second;
    }

    /** Combines two listeners; if one of them is null, returns the other. */
    static @Nullable SessionListener of(@Nullable SessionListener first, @Nullable SessionListener second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new SessionListenerPair(first, second);
    }

    @Override
    public void read(byte[] bytes, int from, int to, long nanos) {
        first.read(bytes, from, to, nanos);
        second.read(bytes, from, to, nanos);
    }

    @Override
    public void sent(long bytes, long nanos) {
        first.sent(bytes, nanos);
        second.sent(bytes, nanos);
    }

    @Override
    public void lineBytes(byte[] bytes, int from, int to, long offset, long nanos) {
        first.lineBytes(bytes, from, to, offset, nanos);
        second.lineBytes(bytes, from, to, offset, nanos);
    }

    @Override
    public void messageBytes(byte[] bytes, int from, int to, long offset, long nanos) {
        first.messageBytes(bytes, from, to, offset, nanos);
        second.messageBytes(bytes, from, to, offset, nanos);
    }

    @Override
    public void readingPaused(long nanos) {
        first.readingPaused(nanos);
        second.readingPaused(nanos);
    }

    @Override
    public void readingResumed(long nanos) {
        first.readingResumed(nanos);
        second.readingResumed(nanos);
    }

    @Override
    public void wrote(long bytes, long nanos) {
        first.wrote(bytes, nanos);
        second.wrote(bytes, nanos);
    }

    @Override
    public void command(Command command, long from, long to, long nanos) {
        first.command(command, from, to, nanos);
        second.command(command, from, to, nanos);
    }

    @Override
    public void line(long from, long to, long nanos) {
        first.line(from, to, nanos);
        second.line(from, to, nanos);
    }

    @Override
    public void secret(long from, long to, long nanos) {
        first.secret(from, to, nanos);
        second.secret(from, to, nanos);
    }

    @Override
    public void message(long from, long to, long nanos) {
        first.message(from, to, nanos);
        second.message(from, to, nanos);
    }

    @Override
    public void queued(long number, @Nullable Verb verb, long nanos) {
        first.queued(number, verb, nanos);
        second.queued(number, verb, nanos);
    }

    @Override
    public void ready(long number, Reply reply, int bytes, long nanos) {
        first.ready(number, reply, bytes, nanos);
        second.ready(number, reply, bytes, nanos);
    }

    @Override
    public boolean watchesEnd() {
        return first.watchesEnd() || second.watchesEnd();
    }

    @Override
    public void closed(long nanos) {
        first.closed(nanos);
        second.closed(nanos);
    }
}
