// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.report.DeliveryReport.Action;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ReturnContent;
import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.SpoolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
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
    private final ExplanationPart explanation;
    private final StatusPart status;

    /** A writer for the relay of this name. */
    public ReportWriter(String hostname) {
        this.hostname = hostname;
        this.explanation = new ExplanationPart(hostname);
        this.status = new StatusPart(hostname);
    }

    /** A message that is ready to be queued. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once and never compared
    public record Written(Envelope envelope, byte[] content) {}

    /**
     * Writes a report to the sender of the message, who must not be null. May block.
     *
     * @throws IOException if the message cannot be read now
     */
    public Written write(DeliveryReport report, Instant now) throws IOException {
        boolean whole = isReturnedWhole(report);
        byte[] returned = returned(report, whole);
        boolean eightBit = !Ascii.isSevenBit(returned, 0, returned.length);
        String name = report.id() + "." + report.action().name().toLowerCase(Locale.ROOT);
        String boundary = "=_" + name.replace('.', '_');

        var text = new StringBuilder();
        text.append(header(report, ExplanationPart.subject(report.action()), name, now));
        text.append(contentType(boundary, eightBit));
        text.append(part(boundary, "text/plain; charset=us-ascii", "what happened"))
                .append(explanation.of(report));
        text.append(part(boundary, "message/delivery-status", "the same for programs"))
                .append(status.of(report));
        if (returned.length > 0) {
            String type = whole ? "message/rfc822" : "text/rfc822-headers";
            String encoding = eightBit ? "\r\nContent-Transfer-Encoding: 8bit" : "";
            text.append(part(boundary, type + encoding, "the original message" + (whole ? "" : "'s header")));
        }
        var content = new ByteArrayOutputStream(text.length() + returned.length + 200);
        content.writeBytes(text.toString().getBytes(UTF_8));
        content.writeBytes(returned);
        content.writeBytes(end(boundary).getBytes(US_ASCII));
        return new Written(envelope(report, now), content.toByteArray());
    }

    /** Writes one report about several messages of one sender, who must not be null. It returns none of them. */
    public Written writeCollected(List<DeliveryReport> reports, Instant now) {
        DeliveryReport first = reports.get(0);
        String name = first.id() + ".collected";
        String boundary = "=_" + name.replace('.', '_');
        String text = header(first, "Reports about " + reports.size() + " of your messages", name, now)
                + contentType(boundary, false)
                + part(boundary, "text/plain; charset=us-ascii", "what happened")
                + explanation.ofAll(reports)
                + part(boundary, "message/delivery-status", "the same for programs")
                + status.ofAll(reports)
                + end(boundary);
        return new Written(envelope(first, now), text.getBytes(UTF_8));
    }

    // ---- the message around the parts

    private String header(DeliveryReport report, String subject, String name, Instant now) {
        return "From: Mail Delivery System <MAILER-DAEMON@" + hostname + ">\r\n"
                + "To: <" + sender(report) + ">\r\n" // in UTF-8 if the sender's address is (RFC 6532)
                + "Date: " + HeaderDate.of(now) + "\r\n"
                + "Message-ID: <" + name + "." + now.toEpochMilli() + "@" + hostname + ">\r\n"
                + "Subject: " + subject + "\r\n"
                + "Auto-Submitted: auto-replied\r\n"; // RFC 3834 §5
    }

    private static String contentType(String boundary, boolean isEightBit) {
        return "MIME-Version: 1.0\r\n"
                + "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"" + boundary + "\"\r\n"
                + (isEightBit ? "Content-Transfer-Encoding: 8bit\r\n" : "")
                + "\r\nThis is a report about a message, in MIME format.\r\n";
    }

    private static String part(String boundary, String type, String description) {
        return "\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Description: " + description
                + "\r\n\r\n";
    }

    private static String end(String boundary) {
        return "\r\n--" + boundary + "--\r\n";
    }

    private Envelope envelope(DeliveryReport report, Instant now) {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("report", "local", hostname, "local"));
        // RFC 8689 §5: a report about a message that requires TLS requires it, too
        byte[] nobody = (requiresTls(report.mail().envelope()) ? "<> REQUIRETLS" : "<>").getBytes(US_ASCII);
        writer.reversePath(nobody, 0, nobody.length);
        byte[] recipient = ("<" + sender(report) + ">").getBytes(UTF_8);
        writer.forwardPath(recipient, 0, recipient.length);
        return writer.finish(now, EnumSet.noneOf(Envelope.Flag.class));
    }

    private static String sender(DeliveryReport report) {
        Mailbox mailbox = report.mail().envelope().reversePath().mailbox();
        if (mailbox == null) {
            throw new IllegalArgumentException("a message without a sender gets no report");
        }
        return mailbox.toString();
    }

    // ---- the original

    private static boolean requiresTls(Envelope original) {
        return original.mail().has(Parameter.REQUIRETLS);
    }

    private static boolean isReturnedWhole(DeliveryReport report) {
        return report.action() == Action.FAILED
                && !requiresTls(report.mail().envelope()) // RFC 8689 §5: as if RET=HDRS had been said
                && report.mail().envelope().mail().returnContent() == ReturnContent.FULL
                && report.mail().bytes() <= MAX_RETURNED;
    }

    /** The message or its header; nothing if the message is damaged. */
    private static byte[] returned(DeliveryReport report, boolean whole) throws IOException {
        try (InputStream in = report.mail().open()) {
            return whole ? in.readAllBytes() : header(in.readNBytes(MAX_HEADER));
        } catch (SpoolException e) {
            return new byte[0];
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
