// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.smtp.parameter.Parameters;
import java.time.Duration;
import java.time.Instant;

/** When a message may be sent at the earliest (FUTURERELEASE, RFC 4865). */
final class HoldTime {
    private HoldTime() {}

    /** The time that the client asked for; the time of acceptance if it asked for none. */
    static Instant of(QueuedMail mail) {
        Parameters parameters = mail.envelope().mail();
        Instant until = parameters.holdUntil();
        Duration time = parameters.holdFor();
        return until != null
                ? until
                : time == null ? mail.received() : mail.received().plus(time);
    }
}
