// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import java.time.Duration;

/**
 * How many connections to a destination may be open: more after each success, fewer after each connection that fails.
 * After several failures in a row the destination is <em>dead</em>: nothing is sent to it for a while, and then one
 * connection tries again.
 *
 * <p>Times are nanoseconds of the scheduler's loop. Confined to the scheduler's loop.
 */
final class DeliveryWindow {
    private static final double INITIAL = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    /** How long a server that says that it is asked for too much gets fewer connections. */
    private static final Duration HALVED = Duration.ofMinutes(1);

    private double max;
    private double size;
    private int failuresInRow;
    private final Duration firstPause;
    private final Duration longestPause;
    private Duration pause;
    private long lastFailureNanos;
    private boolean dead;
    private long deadUntilNanos;
    private boolean halved;
    private long halvedUntilNanos;
    private boolean limited;
    private int limit;
    private long limitedUntilNanos;
    /** How long a refused log-in limits the connections next. */
    private Duration loginLimit = HALVED;

    /** A window of at most {@code max} connections, whose pauses are no longer than the waits of this schedule. */
    DeliveryWindow(RetrySchedule retries, int max) {
        this.max = max;
        this.size = Math.min(INITIAL, max);
        firstPause = shorter(FIRST_PAUSE, retries.first());
        longestPause = shorter(LONGEST_PAUSE, retries.max());
        pause = firstPause;
    }

    /** Opens at most this many connections from now on. */
    void allow(int connections) {
        max = connections;
        size = Math.min(size, max);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** How many connections may be open now; 0 while the destination is dead. */
    int connections(long nowNanos) {
        if (dead) {
            return nowNanos - deadUntilNanos < 0 ? 0 : 1;
        }
        if (halved && nowNanos - halvedUntilNanos >= 0) {
            halved = false;
        }
        if (limited && nowNanos - limitedUntilNanos >= 0) {
            limited = false;
        }
        int allowed = Math.max(1, (int) (halved ? size / 2 : size));
        return limited ? Math.min(limit, allowed) : allowed;
    }

    /** Whether the destination is dead, and its mail is deferred at once. */
    boolean isDead(long nowNanos) {
        return dead && nowNanos - deadUntilNanos < 0;
    }

    /**
     * Whether failures still count, because none of them was followed by a success: for an hour, or for an hour after
     * the pause that they caused, or the longest pause would be followed by the shortest.
     */
    boolean hasFailedLately(long nowNanos) {
        long sinceNanos = dead ? deadUntilNanos : lastFailureNanos;
        return failuresInRow > 0 && nowNanos - sinceNanos < LONGEST_PAUSE.toNanos();
    }

    /** When a dead destination is tried again. */
    long deadUntilNanos() {
        return deadUntilNanos;
    }

    /** A message was answered. */
    void succeeded() {
        if (dead) {
            dead = false;
            size = Math.min(INITIAL, max);
            pause = firstPause;
        }
        failuresInRow = 0;
        size = Math.min(max, size + 1 / size);
    }

    /**
     * No host of the destination was ready for messages. Returns whether the destination is dead now. A connection that
     * was opened before it died says nothing new.
     */
    boolean failed(long nowNanos) {
        if (isDead(nowNanos)) {
            return true;
        }
        lastFailureNanos = nowNanos;
        if (dead) {
            pause = shorter(pause.multipliedBy(2), longestPause);
            deadUntilNanos = nowNanos + pause.toNanos();
            return true;
        }
        failuresInRow++;
        dead = failuresInRow >= size;
        size = Math.max(1, size - 1 / size);
        if (dead) {
            deadUntilNanos = nowNanos + pause.toNanos();
        }
        return dead;
    }

    /**
     * The server refused the credentials. Every further try counts against the account, so the destination is dead at
     * once. Returns true.
     */
    boolean refusedLogin(long nowNanos) {
        failuresInRow = (int) Math.ceil(size);
        return failed(nowNanos);
    }

    /** Ends a pause: the next message is tried. */
    void retryNow(long nowNanos) {
        deadUntilNanos = nowNanos;
    }

    /** The server said that it is asked for too much. */
    void halve(long nowNanos) {
        halved = true;
        halvedUntilNanos = nowNanos + HALVED.toNanos();
    }

    /** The server refused a connection while it served this many others: it wants no more of them for a while. */
    void limit(int connections, long nowNanos) {
        limited = true;
        limit = Math.max(1, connections);
        limitedUntilNanos = nowNanos + HALVED.toNanos();
    }

    /**
     * The server refused the credentials while it served this many other connections, as after a change of the
     * password. It gets no more of them for a minute, then for longer, because every further try counts against the
     * account. A connection that was opened before says nothing new.
     */
    void limitLogins(int connections, long nowNanos) {
        boolean isNew = !limited || nowNanos - limitedUntilNanos >= 0;
        if (isNew) {
            limit(connections, nowNanos);
            limitedUntilNanos = nowNanos + loginLimit.toNanos();
            loginLimit = shorter(loginLimit.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    /** A new connection was answered, so the credentials are right. */
    void loggedIn() {
        if (loginLimit.compareTo(HALVED) > 0) {
            limited = false;
            loginLimit = HALVED;
        }
    }
}
