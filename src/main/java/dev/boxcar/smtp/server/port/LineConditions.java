// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import java.time.Duration;

/**
 * A simulated line between a client and the server. Only replies and the bytes of the input are delayed; the TCP and
 * TLS handshakes are not.
 *
 * @param roundTrip how long after the input that triggered it a reply leaves; replies triggered by one read leave
 *     together
 * @param jitter the maximum by which {@code roundTrip} is longer, at random
 * @param seed the seed of the jitter: the same seed gives the same delays
 * @param bitsPerSecond how fast bytes pass in each direction; 0 for no limit
 * @param hold how long the client must be silent before a reply leaves
 */
public record LineConditions(Duration roundTrip, Duration jitter, long seed, long bitsPerSecond, Duration hold) {
    /** No simulated line: everything leaves at once. */
    public static final LineConditions NONE = new LineConditions(Duration.ZERO, Duration.ZERO, 0, 0, Duration.ZERO);

    public LineConditions {
        requirePositiveOrZero("round trip", roundTrip);
        requirePositiveOrZero("jitter", jitter);
        requirePositiveOrZero("hold", hold);
        if (bitsPerSecond < 0) {
            throw new IllegalArgumentException("the rate must not be negative: " + bitsPerSecond);
        }
    }

    private static void requirePositiveOrZero(String what, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("the " + what + " must not be negative: " + time);
        }
    }

    /** Returns a copy with another {@link #roundTrip}. */
    public LineConditions withRoundTrip(Duration time) {
        return new LineConditions(time, jitter, seed, bitsPerSecond, hold);
    }

    /** Returns a copy with another {@link #jitter}, made from this seed. */
    public LineConditions withJitter(Duration time, long newSeed) {
        return new LineConditions(roundTrip, time, newSeed, bitsPerSecond, hold);
    }

    /** Returns a copy with another {@link #bitsPerSecond}. */
    public LineConditions withBitsPerSecond(long rate) {
        return new LineConditions(roundTrip, jitter, seed, rate, hold);
    }

    /** Returns a copy with another {@link #hold}. */
    public LineConditions withHold(Duration time) {
        return new LineConditions(roundTrip, jitter, seed, bitsPerSecond, time);
    }
}
