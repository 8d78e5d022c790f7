// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.SessionListener;
import org.jspecify.annotations.Nullable;

/** Tells two listeners of one session all that happens, the first one first. Confined to the session's loop. */
public final class BothListeners implements SessionListener {
    private final SessionListener first;
    private final SessionListener second;

    private BothListeners(SessionListener first, SessionListener second) {
        this.first = first;
        this.second = second;
    }

    /** One that tells both; where one of them is null, the other. */
    public static @Nullable SessionListener of(@Nullable SessionListener first, @Nullable SessionListener second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new BothListeners(first, second);
    }

    @Override
    public void read(byte[] bytes, int from, int to, long nanos) {
        first.read(bytes, from, to, nanos);
        second.read(bytes, from, to, nanos);
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
    public void queued(long place, @Nullable Verb verb, long nanos) {
        first.queued(place, verb, nanos);
        second.queued(place, verb, nanos);
    }

    @Override
    public void ready(long place, Reply reply, int bytes, long nanos) {
        first.ready(place, reply, bytes, nanos);
        second.ready(place, reply, bytes, nanos);
    }

    @Override
    public void closed(long nanos) {
        first.closed(nanos);
        second.closed(nanos);
    }
}
