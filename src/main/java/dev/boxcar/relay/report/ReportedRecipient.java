// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.EnhancedStatus;

/**
 * What a report says about one recipient.
 *
 * @param index its index in the envelope
 * @param status the status of the recipient (RFC 3463)
 * @param reply what the other server said, or another reason. It may contain anything
 * @param host the other server; empty if none was involved
 */
public record ReportedRecipient(
        int index, AcceptedRecipient recipient, EnhancedStatus status, String reply, String host) {}
