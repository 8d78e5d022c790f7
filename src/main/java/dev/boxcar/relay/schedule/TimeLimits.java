// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.parameter.DeliverBy;
import java.time.Duration;

/**
 * How long one message is tried, and when its sender is told of a delay: as the configuration says, or earlier if the
 * client asked for that (DELIVERBY, RFC 2852).
 */
record TimeLimits(Duration lifetime, Duration warnAfter) {
    static TimeLimits of(Envelope envelope, RetrySchedule retries) {
        Duration lifetime = retries.lifetime(!envelope.reversePath().isNull());
        Duration warnAfter = retries.warnAfter();
        DeliverBy by = envelope.mail().deliverBy();
        if (by == null) {
            return new TimeLimits(lifetime, warnAfter);
        }
        Duration wanted = Duration.ofSeconds(Math.max(0, by.seconds()));
        return by.mode() == DeliverBy.Mode.RETURN
                ? new TimeLimits(shorter(lifetime, wanted), warnAfter)
                : new TimeLimits(lifetime, shorter(warnAfter, wanted));
    }

    /** Whether the message is to be returned now without another attempt (BY in mode R, RFC 2852 §4). */
    static boolean isTooLate(Envelope envelope, Duration age) {
        DeliverBy by = envelope.mail().deliverBy();
        return by != null && by.mode() == DeliverBy.Mode.RETURN && age.toSeconds() >= by.seconds();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The wait before the next attempt, so that a limit that comes earlier is noticed in time. */
    Duration atMost(Duration age, Duration wait) {
        Duration shortest = wait;
        for (Duration limit : new Duration[] {lifetime, warnAfter}) {
            Duration left = limit.minus(age);
            if (!left.isNegative() && !left.isZero()) {
                shortest = shorter(shortest, left);
            }
        }
        return shortest;
    }
}
