// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.time.Duration;

/**
 * Watches that one client makes progress: a line that has begun must end in time, a message must arrive at a minimum
 * rate, and the session must not last forever. Confined to the loop thread.
 */
public final class ProgressWatch {
    private static final long FOREVER = Long.MAX_VALUE;

    /** What took too long. */
    public enum Slowness {
        NONE,
        SESSION_TOO_LONG,
        COMMAND_TOO_LONG,
        MESSAGE_TOO_SLOW
    }

    /**
     * The limits of all sessions of a server. A value of 0 means no limit.
     *
     * @param sessionNanos how long a session may last
     * @param commandNanos how long a line may take
     * @param windowNanos the length of the windows in which a message's bytes are counted
     * @param bytesPerWindow the minimum bytes of a message per window
     */
    public record Bounds(long sessionNanos, long commandNanos, long windowNanos, long bytesPerWindow) {
        public static Bounds of(Access access, Limits limits) {
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

    public ProgressWatch(long nowNanos) {
        this.openedNanos = nowNanos;
    }

    /** The shortest timeout that a watch enforces, or {@code other} if that is shorter. */
    public static Duration shortestTimeout(Access access, Duration other) {
        return shorter(access.commandTimeout(), shorter(access.sessionTimeout(), other));
    }

    private static Duration shorter(Duration limitOrZero, Duration other) {
        return !limitOrZero.isZero() && limitOrZero.compareTo(other) < 0 ? limitOrZero : other;
    }

    /** Bytes of a line were received. */
    public void lineBytes(long nowNanos) {
        if (!lineBegun) {
            lineSinceNanos = nowNanos;
            lineBegun = true;
        }
    }

    /** Bytes of a message were received. */
    public void messageBytes(int bytes, long nowNanos) {
        if (!messageBegun) {
            messageBegun = true;
            windowSinceNanos = nowNanos;
            windowBytes = 0;
        }
        windowBytes += bytes;
    }

    /** A line or a message is complete. */
    public void itemEnded() {
        lineBegun = false;
        messageBegun = false;
    }

    /**
     * Pauses the limits on lines and messages while the client waits for the server. Returns how long the session may
     * still last.
     */
    public long pausedLeftNanos(Bounds bounds, long nowNanos) {
        windowSinceNanos = nowNanos;
        windowBytes = 0;
        lineSinceNanos = nowNanos;
        return sessionLeftNanos(bounds, nowNanos);
    }

    /**
     * How long the client may still take; begins a new window if enough bytes of a message were received in the last
     * one.
     */
    public long leftNanos(Bounds bounds, long nowNanos) {
        long left = sessionLeftNanos(bounds, nowNanos);
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

    private long sessionLeftNanos(Bounds bounds, long nowNanos) {
        return bounds.sessionNanos() == 0 ? FOREVER : openedNanos + bounds.sessionNanos() - nowNanos;
    }

    /** Whether the session has lasted as long as it may. */
    public boolean isSessionOver(Bounds bounds, long nowNanos) {
        return bounds.sessionNanos() > 0 && nowNanos - openedNanos >= bounds.sessionNanos();
    }

    /**
     * What took too long. Returns NONE for a message without any byte in the window, because the client is then idle,
     * not slow.
     */
    public Slowness slowness(Bounds bounds, long nowNanos) {
        if (isSessionOver(bounds, nowNanos)) {
            return Slowness.SESSION_TOO_LONG;
        } else if (lineBegun && bounds.commandNanos() > 0 && nowNanos - lineSinceNanos >= bounds.commandNanos()) {
            return Slowness.COMMAND_TOO_LONG;
        } else if (messageBegun && bounds.bytesPerWindow() > 0 && nowNanos - windowSinceNanos >= bounds.windowNanos()) {
            return windowBytes == 0 ? Slowness.NONE : Slowness.MESSAGE_TOO_SLOW;
        }
        return Slowness.NONE;
    }
}
