// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report to be written.
 *
 * @param id the id of the message that it is about
 * @param recipients those that it is about, at least one
 * @param retriedUntil until when a delayed message is tried; null in other reports
 */
public record DeliveryReport(
        Ulid id,
        QueuedMail mail,
        Action action,
        List<ReportedRecipient> recipients,
        @Nullable Instant retriedUntil) {

    /** What a report announces (RFC 3464 §2.3.3). */
    public enum Action {
        /** The message was not delivered and will not be. */
        FAILED,
        /** The message was not delivered yet. */
        DELAYED,
        /** The message was passed to a server that sends no reports of success. */
        RELAYED
    }

    public DeliveryReport {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a report needs a recipient");
        }
    }
}
