// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How fast a client must be: a line that was begun must end, a message must get on, and the session must be over some time. Confined to
 * the loop thread.
 */
final class Pace {
    private static final long NONE = Long.MAX_VALUE;

    /**
     * What all sessions of a server are held to.
     *
     * @param sessionNanos how long a session may last; 0: for as long as it likes
     * @param commandNanos how long a line may take; 0: for as long as it likes
     * @param windowNanos over how long a message's octets are counted
     * @param octetsPerWindow how many of them must come meanwhile; 0: any number
     */
    record Bounds(long sessionNanos, long commandNanos, long windowNanos, long octetsPerWindow) {
        static Bounds of(Access access, Limits limits) {
            return new Bounds(
                    access.session().toNanos(),
                    access.command().toNanos(),
                    limits.data().toNanos(),
                    access.leastOctetsPerSecond() * limits.data().toMillis() / 1000);
        }
    }

    private final long openedNanos;
    private boolean lineBegun;
    private long lineSinceNanos;
    private boolean messageBegun;
    private long windowSinceNanos;
    private long windowOctets;

    Pace(long nowNanos) {
        this.openedNanos = nowNanos;
    }

    /** The shortest of its waits, or {@code other} if that is shorter. */
    static Duration shortest(Access access, Duration other) {
        return shorter(access.command(), shorter(access.session(), other));
    }

    private static Duration shorter(Duration boundOrZero, Duration other) {
        return !boundOrZero.isZero() && boundOrZero.compareTo(other) < 0 ? boundOrZero : other;
    }

    /** Octets came, of a message or of something shorter. */
    void came(int octets, boolean message, long nowNanos) {
        if (!message) {
            lineSinceNanos = lineBegun ? lineSinceNanos : nowNanos;
            lineBegun = true;
            return;
        }
        if (!messageBegun) {
            messageBegun = true;
            windowSinceNanos = nowNanos;
            windowOctets = 0;
        }
        windowOctets += octets;
    }

    /** A line or a message has come to its end. */
    void ended() {
        lineBegun = false;
        messageBegun = false;
    }

    /**
     * How long all of it may still be waited for, looked at now: a window of time in which enough of a message came gives way to the
     * next one.
     *
     * @param weOwe the client waits for us: only the session's own time runs
     */
    long leftNanos(Bounds bounds, long nowNanos, boolean weOwe) {
        long left = bounds.sessionNanos() == 0 ? NONE : openedNanos + bounds.sessionNanos() - nowNanos;
        if (weOwe) {
            windowSinceNanos = nowNanos;
            windowOctets = 0;
            lineSinceNanos = nowNanos;
            return left;
        }
        if (messageBegun
                && windowSinceNanos + bounds.windowNanos() - nowNanos <= 0
                && windowOctets >= bounds.octetsPerWindow()) {
            windowSinceNanos = nowNanos;
            windowOctets = 0;
        }
        if (messageBegun && bounds.octetsPerWindow() > 0) {
            left = Math.min(left, windowSinceNanos + bounds.windowNanos() - nowNanos);
        }
        if (lineBegun && bounds.commandNanos() > 0) {
            left = Math.min(left, lineSinceNanos + bounds.commandNanos() - nowNanos);
        }
        return left;
    }

    /** Whether the session has lasted for as long as it may. */
    boolean isOver(Bounds bounds, long nowNanos) {
        return bounds.sessionNanos() > 0 && nowNanos - openedNanos >= bounds.sessionNanos();
    }

    /** What took too long, or null where nothing did. */
    @Nullable
    Reply verdict(Bounds bounds, long nowNanos) {
        if (isOver(bounds, nowNanos)) {
            return Replies.SESSION_TOO_LONG;
        } else if (lineBegun && bounds.commandNanos() > 0 && nowNanos - lineSinceNanos >= bounds.commandNanos()) {
            return Replies.COMMAND_TOO_LONG;
        } else if (messageBegun
                && bounds.octetsPerWindow() > 0
                && nowNanos - windowSinceNanos >= bounds.windowNanos()) {
            return windowOctets == 0 ? null : Replies.MESSAGE_TOO_SLOW;
        }
        return null;
    }
}
