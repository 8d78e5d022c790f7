// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.SessionStep;
import org.jspecify.annotations.Nullable;

/** An answer that the server owes: to what, in which transaction, and at RCPT for which recipient. */
record PendingReply(SessionStep step, @Nullable TransactionInProgress flight, int recipient) {
    static PendingReply ofSession(SessionStep step) {
        return new PendingReply(step, null, -1);
    }
}
