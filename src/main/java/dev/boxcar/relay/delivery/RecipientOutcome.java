// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.smtp.EnhancedStatus;

/**
 * What came of a delivery for one recipient. Immutable; any thread.
 *
 * @param index the recipient's index in the envelope
 * @param kind what happens next
 * @param status the enhanced status (RFC 3463)
 * @param reply the reply of the server, or another reason, in one line. A server may have written it
 */
public record RecipientOutcome(int index, Kind kind, EnhancedStatus status, String reply) {
    /** What happens next. */
    public enum Kind {
        /** Nothing: the server has taken the message. */
        DELIVERED,
        /** Nothing: the server will not take the message. */
        REFUSED,
        /** A later attempt may succeed. */
        DEFERRED,
        /** The server takes no more recipients in this transaction: this one goes into the next at once. */
        TOO_MANY,
        /** Nothing was tried: the connection had ended before. The recipient is tried at once over another one. */
        NOT_TRIED
    }

    /** The same outcome for another recipient. */
    public RecipientOutcome forRecipient(int other) {
        return new RecipientOutcome(other, kind, status, reply);
    }
}
