// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.relay.report.DeliveryReport.Action;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.parameter.OriginalRecipient;
import dev.boxcar.smtp.parameter.ReturnContent;
import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.Mailbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;

/**
 * Writes delivery reports as messages: a text for people, a part for programs (RFC 3464), and the original message or
 * its header. A report has no sender, so there is never a report about a report (RFC 5321 §4.5.5). Any thread.
 */
public final class ReportWriter {
    /** A larger original is returned as its header. */
    private static final long MAX_RETURNED = 16L * 1024 * 1024;
    /** So much of a header is returned. */
    private static final int MAX_HEADER = 128 * 1024;

    private final String hostname;

    /** A writer for the relay of this name. */
    public ReportWriter(String hostname) {
        this.hostname = hostname;
    }

    /** A message that is ready to be queued. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once and never compared
    public record Written(Envelope envelope, byte[] content) {}

    /**
     * Writes a report to the sender of the message, who must not be null. May block.
     *
     * @throws IOException if the message cannot be read
     */
    public Written write(DeliveryReport report, Instant now) throws IOException {
        Envelope original = report.mail().envelope();
        byte[] returned = returned(report);
        boolean whole = isReturnedWhole(report);
        boolean eightBit = !Ascii.isSevenBit(returned, 0, returned.length);
        String boundary = "=_" + report.id() + "_" + report.action().name().toLowerCase(Locale.ROOT);

        var text = new StringBuilder();
        text.append("From: Mail Delivery System <MAILER-DAEMON@")
                .append(hostname)
                .append(">\r\n");
        text.append("To: <").append(ReportText.ascii(address(original))).append(">\r\n");
        text.append("Date: ").append(HeaderDate.of(now)).append("\r\n");
        text.append("Message-ID: <")
                .append(report.id())
                .append('.')
                .append(report.action().name().toLowerCase(Locale.ROOT));
        text.append('.').append(now.toEpochMilli()).append('@').append(hostname).append(">\r\n");
        text.append("Subject: ").append(subject(report.action())).append("\r\n");
        text.append("Auto-Submitted: auto-replied\r\n"); // RFC 3834 §5
        text.append("MIME-Version: 1.0\r\n");
        text.append("Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"");
        text.append(boundary).append("\"\r\n");
        text.append(eightBit ? "Content-Transfer-Encoding: 8bit\r\n" : "");
        text.append("\r\nThis is a report about a message, in MIME format.\r\n");
        text.append("\r\n--").append(boundary).append("\r\n");
        text.append("Content-Type: text/plain; charset=us-ascii\r\nContent-Description: what happened\r\n\r\n");
        appendExplanation(text, report);
        text.append("\r\n--").append(boundary).append("\r\n");
        text.append("Content-Type: message/delivery-status\r\nContent-Description: the same for programs\r\n\r\n");
        appendStatus(text, report);
        text.append("\r\n--").append(boundary).append("\r\n");
        text.append("Content-Type: ")
                .append(whole ? "message/rfc822" : "text/rfc822-headers")
                .append("\r\n");
        text.append("Content-Description: the original message")
                .append(whole ? "" : "'s header")
                .append("\r\n");
        text.append(eightBit ? "Content-Transfer-Encoding: 8bit\r\n" : "").append("\r\n");

        var content = new ByteArrayOutputStream(text.length() + returned.length + 200);
        content.writeBytes(text.toString().getBytes(US_ASCII));
        content.writeBytes(returned);
        content.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(US_ASCII));
        return new Written(envelope(original, now), content.toByteArray());
    }

    private Envelope envelope(Envelope original, Instant now) {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("report", "local", hostname, "local"));
        byte[] sender = "<>".getBytes(US_ASCII);
        writer.reversePath(sender, 0, sender.length);
        byte[] recipient = ("<" + address(original) + ">").getBytes(StandardCharsets.UTF_8);
        writer.forwardPath(recipient, 0, recipient.length);
        return writer.finish(now, EnumSet.noneOf(Envelope.Flag.class));
    }

    private static String address(Envelope original) {
        Mailbox mailbox = original.reversePath().mailbox();
        if (mailbox == null) {
            throw new IllegalArgumentException("a message without a sender gets no report");
        }
        return mailbox.toString();
    }

    private static String subject(Action action) {
        return switch (action) {
            case FAILED -> "Your message could not be delivered";
            case DELAYED -> "Your message is not delivered yet";
            case RELAYED -> "Your message was passed on";
        };
    }

    // ---- the text for people

    private void appendExplanation(StringBuilder text, DeliveryReport report) {
        paragraph(
                text,
                "This is the mail server " + hostname + ". "
                        + switch (report.action()) {
                            case FAILED ->
                                "It could not deliver your message to the recipients below, and will not try again. If the reason below"
                                        + " does not help, ask the recipient by other means, or your administrator.";
                            case DELAYED ->
                                "It could not deliver your message to the recipients below yet. You need not do anything: it goes on"
                                        + " trying" + until(report) + " and tells you if it fails.";
                            case RELAYED ->
                                "It passed your message on to the servers below, which took it. They do not send reports, so this is"
                                        + " the last that you hear of it.";
                        });
        for (ReportedRecipient one : report.recipients()) {
            text.append("\r\n");
            line(text, "  <" + ReportText.ascii(one.recipient().path().mailbox().toString()) + ">");
            if (report.action() == Action.RELAYED) {
                paragraph(text, "passed on to " + one.host(), "    ");
            } else if (one.host().isEmpty()) {
                paragraph(text, one.reply(), "    ");
            } else {
                paragraph(text, "The server " + one.host() + " said: " + one.reply(), "    ");
            }
        }
        text.append("\r\n");
        paragraph(
                text,
                "Your message was accepted here on "
                        + HeaderDate.of(report.mail().received()) + " as " + report.id() + ".");
    }

    private static String until(DeliveryReport report) {
        Instant time = report.retriedUntil();
        return time == null ? "" : " until " + HeaderDate.of(time);
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

    // ---- the part for programs

    private void appendStatus(StringBuilder text, DeliveryReport report) {
        Envelope original = report.mail().envelope();
        String envelopeId = original.mail().envelopeId();
        if (envelopeId != null) {
            text.append(ReportText.field("Original-Envelope-Id", envelopeId));
        }
        text.append(ReportText.field("Reporting-MTA", "dns; " + hostname));
        text.append(ReportText.field("Arrival-Date", HeaderDate.of(report.mail().received())));
        for (ReportedRecipient one : report.recipients()) {
            text.append("\r\n");
            OriginalRecipient given = one.recipient().parameters().originalRecipient();
            if (given != null) {
                text.append(
                        ReportText.field("Original-Recipient", given.addressType() + ";" + escaped(given.address())));
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
            Instant time = report.retriedUntil();
            if (time != null) {
                text.append(ReportText.field("Will-Retry-Until", HeaderDate.of(time)));
            }
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

    // ---- the original

    private static boolean isReturnedWhole(DeliveryReport report) {
        return report.action() == Action.FAILED
                && report.mail().envelope().mail().returnContent() == ReturnContent.FULL
                && report.mail().bytes() <= MAX_RETURNED;
    }

    private static byte[] returned(DeliveryReport report) throws IOException {
        try (InputStream in = report.mail().open()) {
            return isReturnedWhole(report) ? in.readAllBytes() : header(in.readNBytes(MAX_HEADER));
        }
    }

    private static byte[] header(byte[] start) {
        for (int i = 0; i + 3 < start.length; i++) {
            if (start[i] == '\r' && start[i + 1] == '\n' && start[i + 2] == '\r' && start[i + 3] == '\n') {
                return Arrays.copyOf(start, i + 2);
            }
        }
        return start;
    }
}
