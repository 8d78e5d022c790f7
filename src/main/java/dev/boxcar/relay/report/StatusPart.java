// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import dev.boxcar.relay.report.DeliveryReport.Action;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.parameter.OriginalRecipient;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Writes the part of a report that programs read: message/delivery-status (RFC 3464 §2). Any thread. */
final class StatusPart {
    private final String hostname;

    StatusPart(String hostname) {
        this.hostname = hostname;
    }

    /** The fields about the message, then those about each recipient. */
    String of(DeliveryReport report) {
        var text = new StringBuilder();
        Envelope original = report.mail().envelope();
        String envelopeId = original.mail().envelopeId();
        if (envelopeId != null) {
            text.append(ReportText.field("Original-Envelope-Id", envelopeId));
        }
        text.append(ReportText.field("Reporting-MTA", "dns; " + hostname));
        text.append(ReportText.field("Arrival-Date", HeaderDate.of(report.mail().received())));
        report.recipients().forEach(one -> appendRecipient(text, report, one));
        return text.toString();
    }

    /**
     * The fields about the recipients of several messages. The field {@code X-Queue-Id}, which is an extension (RFC
     * 3464 §2.4), says which message a recipient belongs to.
     */
    String ofAll(List<DeliveryReport> reports) {
        var text = new StringBuilder(ReportText.field("Reporting-MTA", "dns; " + hostname));
        for (DeliveryReport report : reports) {
            for (ReportedRecipient one : report.recipients()) {
                appendRecipient(text, report, one);
                text.append(ReportText.field("X-Queue-Id", report.id().toString()));
            }
        }
        return text.toString();
    }

    private static void appendRecipient(StringBuilder text, DeliveryReport report, ReportedRecipient one) {
        text.append("\r\n");
        OriginalRecipient given = one.recipient().parameters().originalRecipient();
        if (given != null) {
            text.append(ReportText.field("Original-Recipient", given.addressType() + ";" + escaped(given.address())));
        }
        text.append(ReportText.field("Final-Recipient", finalRecipient(one.recipient())));
        text.append(ReportText.field("Action", report.action().name().toLowerCase(Locale.ROOT)));
        text.append(ReportText.field("Status", one.status().toString()));
        if (!one.host().isEmpty()) {
            text.append(ReportText.field("Remote-MTA", "dns; " + one.host().replaceFirst(":[0-9]+$", "")));
        }
        if (report.action() != Action.RELAYED && one.reply().matches("(?s)[2-5][0-9][0-9][ -].*|[2-5][0-9][0-9]")) {
            text.append(ReportText.field("Diagnostic-Code", "smtp; " + one.reply()));
        }
        Instant until = report.retriedUntil();
        if (until != null) {
            text.append(ReportText.field("Will-Retry-Until", HeaderDate.of(until)));
        }
    }

    private static String finalRecipient(AcceptedRecipient recipient) {
        String address = recipient.path().mailbox().toString();
        boolean ascii = address.chars().allMatch(c -> c < 0x80);
        return (ascii ? "rfc822; " : "utf-8; ") + escaped(address);
    }

    /** Characters beyond ASCII as RFC 6533 §3 writes them. */
    private static String escaped(String address) {
        var escaped = new StringBuilder(address.length());
        address.codePoints().forEach(c -> {
            if (c < 0x80) {
                escaped.append((char) c);
            } else {
                escaped.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            }
        });
        return escaped.toString();
    }
}
