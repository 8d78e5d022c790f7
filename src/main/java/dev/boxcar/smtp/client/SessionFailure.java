// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import org.jspecify.annotations.Nullable;

/**
 * Why a session is over before it was ended in order. Immutable; any thread.
 *
 * @param step what was going on
 * @param answer the answer that ended it, or null where it was none
 * @param reason one line for people
 */
public record SessionFailure(SessionStep step, @Nullable ServerReply answer, String reason) {
    static SessionFailure of(SessionStep step, ServerReply answer) {
        return new SessionFailure(step, answer, answer.text());
    }

    /** What this means for a message that was not decided otherwise. */
    TransactionResult.Outcome outcome() {
        return answer != null && answer.isPermanent()
                ? TransactionResult.Outcome.REFUSED
                : TransactionResult.Outcome.DEFERRED;
    }
}
