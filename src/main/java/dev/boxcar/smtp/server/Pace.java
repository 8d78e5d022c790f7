// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How fast a client must be: a line that was begun must end, a message must get on, and the session must be over some
 * time. Confined to the loop thread.
 */
final class Pace {
    private static final long NONE = Long.MAX_VALUE;

    /**
     * What all sessions of a server are held to.
     *
     * @param sessionNanos how long a session may last; 0: for as long as it likes
     * @param commandNanos how long a line may take; 0: for as long as it likes
     * @param windowNanos over how long a message's bytes are counted
     * @param bytesPerWindow how many of them must come meanwhile; 0: any number
     */
    record Bounds(long sessionNanos, long commandNanos, long windowNanos, long bytesPerWindow) {
        static Bounds of(Access access, Limits limits) {
            return new Bounds(
                    access.sessionTimeout().toNanos(),
                    access.commandTimeout().toNanos(),
                    limits.dataTimeout().toNanos(),
                    access.minBytesPerSecond() * limits.dataTimeout().toMillis() / 1000);
        }
    }

    private final long openedNanos;
    private boolean lineBegun;
    private long lineSinceNanos;
    private boolean messageBegun;
    private long windowSinceNanos;
    private long windowBytes;

    Pace(long nowNanos) {
        this.openedNanos = nowNanos;
    }

    /** The shortest of its waits, or {@code other} if that is shorter. */
    static Duration shortest(Access access, Duration other) {
        return shorter(access.commandTimeout(), shorter(access.sessionTimeout(), other));
    }

    private static Duration shorter(Duration boundOrZero, Duration other) {
        return !boundOrZero.isZero() && boundOrZero.compareTo(other) < 0 ? boundOrZero : other;
    }

    /** Bytes came, of a message or of something shorter. */
    void came(int bytes, boolean message, long nowNanos) {
        if (!message) {
            lineSinceNanos = lineBegun ? lineSinceNanos : nowNanos;
            lineBegun = true;
            return;
        }
        if (!messageBegun) {
            messageBegun = true;
            windowSinceNanos = nowNanos;
            windowBytes = 0;
        }
        windowBytes += bytes;
    }

    /** A line or a message has come to its end. */
    void ended() {
        lineBegun = false;
        messageBegun = false;
    }

    /**
     * How long all of it may still be waited for, looked at now: a window of time in which enough of a message came
     * gives way to the next one.
     *
     * @param weOwe the client waits for us: only the session's own time runs
     */
    long leftNanos(Bounds bounds, long nowNanos, boolean weOwe) {
        long left = bounds.sessionNanos() == 0 ? NONE : openedNanos + bounds.sessionNanos() - nowNanos;
        if (weOwe) {
            windowSinceNanos = nowNanos;
            windowBytes = 0;
            lineSinceNanos = nowNanos;
            return left;
        }
        if (messageBegun
                && windowSinceNanos + bounds.windowNanos() - nowNanos <= 0
                && windowBytes >= bounds.bytesPerWindow()) {
            windowSinceNanos = nowNanos;
            windowBytes = 0;
        }
        if (messageBegun && bounds.bytesPerWindow() > 0) {
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
        } else if (messageBegun && bounds.bytesPerWindow() > 0 && nowNanos - windowSinceNanos >= bounds.windowNanos()) {
            return windowBytes == 0 ? null : Replies.MESSAGE_TOO_SLOW;
        }
        return null;
    }
}
