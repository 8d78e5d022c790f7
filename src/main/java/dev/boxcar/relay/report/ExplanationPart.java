// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import dev.boxcar.relay.report.DeliveryReport.Action;
import dev.boxcar.smtp.HeaderDate;
import java.time.Instant;
import java.util.List;

/** Writes the part of a report that people read: what happened, to whom, why, and what to do. Any thread. */
final class ExplanationPart {
    private static final String INDENT = "    ";

    private final String hostname;

    ExplanationPart(String hostname) {
        this.hostname = hostname;
    }

    static String subject(Action action) {
        return switch (action) {
            case FAILED -> "Your message could not be delivered";
            case DELAYED -> "Your message is not delivered yet";
            case RELAYED -> "Your message was passed on";
        };
    }

    /** The text about one message. */
    String of(DeliveryReport report) {
        var text = new StringBuilder();
        paragraph(text, "This is the mail server " + hostname + ". " + summary(report));
        report.recipients().forEach(one -> appendRecipient(text, report, one));
        text.append("\r\n");
        paragraph(
                text,
                "Your message was accepted on " + HeaderDate.of(report.mail().received()) + ". This server calls it "
                        + report.id() + ".");
        return text.toString();
    }

    /** The text about several messages of one sender. */
    String ofAll(List<DeliveryReport> reports) {
        var text = new StringBuilder();
        paragraph(
                text,
                "This is the mail server " + hostname + ". So many of your messages led to reports within an hour that"
                        + " it put these together. What follows is about " + reports.size()
                        + (reports.size() == 1 ? " message." : " messages."));
        for (DeliveryReport report : reports) {
            text.append("\r\n");
            paragraph(
                    text,
                    "The message " + report.id() + ", accepted on "
                            + HeaderDate.of(report.mail().received())
                            + switch (report.action()) {
                                case FAILED -> ", could not be delivered to:";
                                case DELAYED -> ", is not delivered yet to:";
                                case RELAYED -> ", was passed on to a server that sends no reports, for:";
                            });
            report.recipients().forEach(one -> appendRecipient(text, report, one));
        }
        return text.toString();
    }

    private static String summary(DeliveryReport report) {
        return switch (report.action()) {
            case FAILED -> "It could not deliver your message to the recipients below, and will not try again.";
            case DELAYED ->
                "It could not deliver your message to the recipients below yet. You need not do anything: it goes on"
                        + " trying" + until(report) + ", and tells you if it fails.";
            case RELAYED ->
                "It passed your message on to the servers below, which took it. They do not send reports, so this is"
                        + " the last that you hear of it.";
        };
    }

    private static String until(DeliveryReport report) {
        Instant time = report.retriedUntil();
        return time == null ? "" : " until " + HeaderDate.of(time);
    }

    private static void appendRecipient(StringBuilder text, DeliveryReport report, ReportedRecipient one) {
        text.append("\r\n");
        line(text, "  <" + ReportText.ascii(one.recipient().path().mailbox().toString()) + ">");
        if (report.action() == Action.RELAYED) {
            if (!one.host().isEmpty()) {
                paragraph(text, "passed on to " + one.host(), INDENT);
            }
            return;
        }
        paragraph(text, reason(one), INDENT);
        if (report.action() == Action.FAILED) {
            paragraph(text, "What to do: " + ReportAdvice.of(one.status()), INDENT);
        }
    }

    private static String reason(ReportedRecipient one) {
        boolean isReply = one.reply().matches("(?s)[2-5][0-9][0-9].*");
        String who = one.host().isEmpty() ? "other server" : "server " + one.host();
        if (isReply) {
            return "The " + who + " said: " + one.reply();
        }
        return "The reason: " + one.reply() + (one.host().isEmpty() ? "" : " (" + one.host() + ")");
    }

    private static void paragraph(StringBuilder text, String words) {
        paragraph(text, words, "");
    }

    private static void paragraph(StringBuilder text, String words, String indent) {
        ReportText.wrap(words, indent).forEach(one -> line(text, one));
    }

    private static void line(StringBuilder text, String words) {
        text.append(words).append("\r\n");
    }
}
