// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import dev.boxcar.smtp.EnhancedStatus;

/** What a sender can do about a failed delivery, by its status (RFC 3463 §3). Any thread. */
final class ReportAdvice {
    private static final String ASK = "Ask the recipient by other means, or your administrator.";

    private ReportAdvice() {}

    /** One or two sentences. */
    static String of(EnhancedStatus status) {
        return switch (status.subject()) {
            case 1 -> "Check the address for typing mistakes, and ask the recipient whether it still exists.";
            case 2 ->
                status.detail() == 2
                        ? "The mailbox is full. Tell the recipient by other means, and send the message again later."
                        : "Something is wrong with the mailbox. Tell the recipient by other means.";
            case 3 ->
                status.detail() == 4
                        ? "The message is too large. Send it with smaller attachments, or without them."
                        : "Send the message again. If that fails, too, tell your administrator.";
            case 4 ->
                status.detail() == 7
                        ? "The other server did not take the message for too long. Send it again later, or tell the"
                                + " recipient by other means."
                        : "The other server cannot be reached. Check what stands after the @ for typing mistakes, or"
                                + " send the message again later.";
            case 6 -> "The other server does not take messages of this kind. Send it as plain text in ASCII.";
            case 7 -> "The other server does not want this message. If that is wrong, ask its administrator or yours.";
            default -> ASK;
        };
    }
}
