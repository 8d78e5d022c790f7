// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.parameter.Parameters;
import java.time.Duration;
import java.time.Instant;

/** When a message may be sent at the earliest (FUTURERELEASE, RFC 4865). */
public final class HoldTime {
    private HoldTime() {}

    /** The time that the client asked for; the time of acceptance if it asked for none. */
    public static Instant of(Envelope envelope, Instant received) {
        Parameters parameters = envelope.mail();
        Instant until = parameters.holdUntil();
        Duration time = parameters.holdFor();
        return until != null ? until : time == null ? received : received.plus(time);
    }
}
