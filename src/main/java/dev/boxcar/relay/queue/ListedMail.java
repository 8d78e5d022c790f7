// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.time.Instant;

/**
 * A queued message as an operator sees it, without its content. Immutable.
 *
 * @param bytes its size
 * @param state what is known of it: before the first attempt, every recipient is untried
 * @param isAttempted whether a relay has it, to attempt it now
 */
public record ListedMail(
        Ulid id, Envelope envelope, Instant received, long bytes, DeliveryState state, boolean isAttempted) {
    /** Before the first attempt, the sender may have asked for a later delivery (FUTURERELEASE). */
    public ListedMail {
        Instant release = HoldTime.of(envelope, received);
        if (state.attempts() == 0 && release.isAfter(state.next())) {
            state = state.withNext(release);
        }
    }

    /** Returns a copy with another {@link #state}. */
    public ListedMail withState(DeliveryState other) {
        return new ListedMail(id, envelope, received, bytes, other, isAttempted);
    }
}
