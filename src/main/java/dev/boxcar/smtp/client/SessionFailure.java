// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import org.jspecify.annotations.Nullable;

/**
 * Why a session ended before QUIT was answered. Immutable; any thread.
 *
 * @param step the step that failed
 * @param reply the reply that ended the session, or null if something else did
 * @param reason one line for people
 * @param cause what TLS failed with; null if something else did
 */
public record SessionFailure(
        SessionStep step,
        @Nullable ServerReply reply,
        String reason,
        @Nullable Throwable cause) {
    /** A failure that is not one of TLS. */
    public SessionFailure(SessionStep step, @Nullable ServerReply reply, String reason) {
        this(step, reply, reason, null);
    }

    static SessionFailure of(SessionStep step, ServerReply reply) {
        return new SessionFailure(step, reply, reply.text());
    }

    /** The outcome for recipients that had none when the session failed. */
    TransactionResult.Outcome outcome() {
        return reply != null && reply.isPermanent()
                ? TransactionResult.Outcome.REFUSED
                : TransactionResult.Outcome.DEFERRED;
    }
}
