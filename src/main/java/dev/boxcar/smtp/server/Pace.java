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

    private final Service service;
    private final long openedNanos;
    private boolean lineBegun;
    private long lineSinceNanos;
    private boolean messageBegun;
    private long windowSinceNanos;
    private long windowOctets;

    Pace(Service service, long nowNanos) {
        this.service = service;
        this.openedNanos = nowNanos;
    }

    /** How long a session may last; 0: for as long as it likes. */
    private long sessionNanos() {
        return service.access().session().toNanos();
    }

    /** How long a line may take; 0: for as long as it likes. */
    private long commandNanos() {
        return service.access().command().toNanos();
    }

    private long windowNanos() {
        return service.limits().data().toNanos();
    }

    /** How much of a message must come in each window; 0: any. */
    private long octetsPerWindow() {
        return service.access().leastOctetsPerSecond() * service.limits().data().toMillis() / 1000;
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
    long leftNanos(long nowNanos, boolean weOwe) {
        long left = sessionNanos() == 0 ? NONE : openedNanos + sessionNanos() - nowNanos;
        if (weOwe) {
            windowSinceNanos = nowNanos;
            windowOctets = 0;
            lineSinceNanos = nowNanos;
            return left;
        }
        if (messageBegun && windowSinceNanos + windowNanos() - nowNanos <= 0 && windowOctets >= octetsPerWindow()) {
            windowSinceNanos = nowNanos;
            windowOctets = 0;
        }
        if (messageBegun && octetsPerWindow() > 0) {
            left = Math.min(left, windowSinceNanos + windowNanos() - nowNanos);
        }
        if (lineBegun && commandNanos() > 0) {
            left = Math.min(left, lineSinceNanos + commandNanos() - nowNanos);
        }
        return left;
    }

    /** Whether the session has lasted for as long as it may. */
    boolean isOver(long nowNanos) {
        return sessionNanos() > 0 && nowNanos - openedNanos >= sessionNanos();
    }

    /** What took too long, or null where nothing did. */
    @Nullable
    Reply verdict(long nowNanos) {
        if (isOver(nowNanos)) {
            return Replies.SESSION_TOO_LONG;
        } else if (lineBegun && commandNanos() > 0 && nowNanos - lineSinceNanos >= commandNanos()) {
            return Replies.COMMAND_TOO_LONG;
        } else if (messageBegun && octetsPerWindow() > 0 && nowNanos - windowSinceNanos >= windowNanos()) {
            return windowOctets == 0 ? null : Replies.MESSAGE_TOO_SLOW;
        }
        return null;
    }
}
