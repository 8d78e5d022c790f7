// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.parameter.Notify;
import java.util.Set;

/** Whether the sender wants a report about a recipient (RFC 3461 §4.1). */
public final class NotifyPolicy {
    private NotifyPolicy() {}

    /** Whether the sender wants this report. Without NOTIFY it wants to hear of failures and delays. */
    public static boolean wants(AcceptedRecipient recipient, DeliveryReport.Action action) {
        Set<Notify> wanted = recipient.parameters().notifyWhen();
        return switch (action) {
            case FAILED -> wanted.isEmpty() || wanted.contains(Notify.FAILURE);
            case DELAYED -> wanted.isEmpty() || wanted.contains(Notify.DELAY);
            case RELAYED -> wanted.contains(Notify.SUCCESS);
        };
    }
}
