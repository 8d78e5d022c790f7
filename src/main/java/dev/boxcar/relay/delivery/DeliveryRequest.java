// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.util.List;

/**
 * A message and those of its recipients that go to one next hop in one transaction. Immutable; any thread.
 *
 * @param attempt the number of the attempt, from 1
 * @param recipients their indexes in the envelope, at least one
 */
public record DeliveryRequest(Ulid id, Envelope envelope, QueuedMail mail, int attempt, List<Integer> recipients) {
    public DeliveryRequest {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a delivery needs a recipient");
        }
    }

    /** The same request with the bytes of the message elsewhere. */
    DeliveryRequest withMail(QueuedMail other) {
        return new DeliveryRequest(id, envelope, other, attempt, recipients);
    }

    /** The priority that the client asked for, from -9 to 9; 0 if it asked for none (RFC 6710). */
    public int priority() {
        return envelope.mail().priority().orElse(0);
    }

    /** The domain of the first of its recipients. */
    public String domain() {
        return envelope.forwardPath(recipients.get(0)).mailbox().domain();
    }
}
