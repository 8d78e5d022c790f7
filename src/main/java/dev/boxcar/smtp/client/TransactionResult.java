// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message, for each recipient, in the order of the transaction. Immutable; any thread.
 *
 * @param recipients as many as the transaction has
 */
public record TransactionResult(List<RecipientResult> recipients) {
    /** What became of the message for one recipient, or for all. */
    public enum Outcome {
        /** The server has taken responsibility for it. */
        ACCEPTED,
        /** The server, or this client on its behalf, will not take it, now or later. */
        REFUSED,
        /** It was not taken, and may be later. */
        DEFERRED,
        /**
         * Its end was said and never answered: the server may have it. Whoever sends it again risks a duplicate, who
         * does not, a loss (RFC 5321 §4.5.4.1, RFC 1047).
         */
        IN_DOUBT
    }

    /**
     * What became of the message for one recipient.
     *
     * @param recipient of whom this tells
     * @param outcome what became of it
     * @param step what decided
     * @param answer the answer that decided; null where it was none, such as a broken connection
     * @param reason one line for people, which quotes the answer if there is one; it may hold whatever the server sent
     */
    public record RecipientResult(
            Recipient recipient,
            Outcome outcome,
            SessionStep step,
            @Nullable ServerReply answer,
            String reason) {}

    public TransactionResult {
        recipients = List.copyOf(recipients);
    }

    /** Whether every recipient was accepted. */
    public boolean isComplete() {
        return recipients.stream().allMatch(one -> one.outcome() == Outcome.ACCEPTED);
    }
}
