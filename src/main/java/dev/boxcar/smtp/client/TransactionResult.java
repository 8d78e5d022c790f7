// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a transaction: one outcome per recipient, in the transaction's order. Immutable; any thread.
 *
 * @param recipients one result for each recipient of the transaction
 * @param isAnswered whether the server answered any of its commands. If not, the session had already failed, and the
 *     transaction says nothing about the server's opinion of this message
 */
public record TransactionResult(List<RecipientResult> recipients, boolean isAnswered) {
    /** The outcome for one recipient. */
    public enum Outcome {
        /** The server has taken responsibility for the message. */
        ACCEPTED,
        /** The server, or this client on its behalf, refused the message permanently. */
        REFUSED,
        /** The message was not accepted; a later attempt may succeed. */
        DEFERRED,
        /**
         * The whole message was sent and never answered, so the server may have it. Sending it again risks a duplicate;
         * not sending it risks a loss (RFC 5321 §4.5.4.1, RFC 1047).
         */
        IN_DOUBT
    }

    /**
     * The result for one recipient.
     *
     * @param step the step that decided it
     * @param reply the reply that decided it; null if none did, for example when the connection broke
     * @param reason one line for people. It quotes the reply if there is one, so it may contain any text that the
     *     server sent
     */
    public record RecipientResult(
            Recipient recipient,
            Outcome outcome,
            SessionStep step,
            @Nullable ServerReply reply,
            String reason) {}

    public TransactionResult {
        recipients = List.copyOf(recipients);
    }

    /** Whether the message was accepted for every recipient. */
    public boolean isComplete() {
        return recipients.stream().allMatch(one -> one.outcome() == Outcome.ACCEPTED);
    }
}
