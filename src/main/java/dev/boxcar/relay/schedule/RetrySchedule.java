// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a deferred message is tried again, and when the relay gives it up. Start from {@link #DEFAULTS}. Immutable.
 *
 * @param first wait before the second attempt if the first one failed before a recipient was named
 * @param min minimum wait between two attempts
 * @param max maximum wait between two attempts
 * @param warnAfter age at which the sender is told about the delay
 * @param lifetime age at which a message is returned (RFC 5321 §4.5.4.1)
 * @param bounceLifetime age at which a message without a sender is dropped
 */
public record RetrySchedule(
        Duration first, Duration min, Duration max, Duration warnAfter, Duration lifetime, Duration bounceLifetime) {
    /** After one minute, then after the message's age, at least 5 min and at most 4,000 s; for 5 days. */
    public static final RetrySchedule DEFAULTS = new RetrySchedule(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(4000),
            Duration.ofHours(4),
            Duration.ofDays(5),
            Duration.ofDays(1));

    /** The wait varies by up to this fraction, so that messages deferred together do not come back together. */
    private static final double JITTER = 0.1;

    public RetrySchedule {
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException("the minimum wait must not be longer than the maximum wait");
        }
    }

    /** Returns a copy with another {@link #first} wait. */
    public RetrySchedule withFirst(Duration time) {
        return new RetrySchedule(time, min, max, warnAfter, lifetime, bounceLifetime);
    }

    /** Returns a copy with other {@link #min} and {@link #max} waits. */
    public RetrySchedule withWaits(Duration shortest, Duration longest) {
        return new RetrySchedule(first, shortest, longest, warnAfter, lifetime, bounceLifetime);
    }

    /** Returns a copy with another {@link #warnAfter}. */
    public RetrySchedule withWarnAfter(Duration age) {
        return new RetrySchedule(first, min, max, age, lifetime, bounceLifetime);
    }

    /** Returns a copy with other lifetimes. */
    public RetrySchedule withLifetimes(Duration ofMail, Duration ofBounces) {
        return new RetrySchedule(first, min, max, warnAfter, ofMail, ofBounces);
    }

    /**
     * The wait before the next attempt.
     *
     * @param attempts how many attempts were made, at least one
     * @param age how long ago the message was accepted
     * @param isHostFailure whether the latest attempt failed before a recipient was named
     */
    public Duration next(int attempts, Duration age, boolean isHostFailure, RandomGenerator random) {
        Duration wait = attempts == 1 && isHostFailure ? first : clamp(age);
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.round(wait.toMillis() * factor));
    }

    private Duration clamp(Duration age) {
        Duration least = age.compareTo(min) < 0 ? min : age;
        return least.compareTo(max) > 0 ? max : least;
    }

    /** The age at which a message is given up. */
    public Duration lifetime(boolean hasSender) {
        return hasSender ? lifetime : bounceLifetime;
    }
}
