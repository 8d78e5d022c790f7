// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.queue.TlsDemandField;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.path.Mailbox;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/**
 * A report as a message (RFC 8460 §5.3). It has no sender, so nobody gets a report about it; and it waives the policies
 * of the domain, because a domain whose policy is broken must get it, too (§3).
 */
record TlsReportMail(TlsReport report, Mailbox to) {

    Envelope envelope(Instant now) {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("tls-report", "local", report.submitter(), "local"));
        byte[] nobody = "<>".getBytes(US_ASCII);
        writer.reversePath(nobody, 0, nobody.length);
        byte[] recipient = ("<" + to + ">").getBytes(UTF_8);
        writer.forwardPath(recipient, 0, recipient.length);
        return TlsDemandField.waivedIn(writer.finish(now, Set.of()));
    }

    byte[] content(Instant now) throws IOException {
        String domain = report.at().domain();
        String boundary = "=_" + report.id();
        byte[] gzip = report.gzip();
        String text = "From: TLS reports of " + report.submitter() + " <" + report.contact() + ">\r\n"
                + "To: <" + to + ">\r\n"
                + "Date: " + HeaderDate.of(now) + "\r\n"
                + "Message-ID: <" + report.id() + "@" + report.submitter() + ">\r\n"
                + "Subject: Report Domain: " + domain + "\r\n Submitter: " + report.submitter() + "\r\n Report-ID: <"
                + report.id() + ">\r\n"
                + "TLS-Report-Domain: " + domain + "\r\n"
                + "TLS-Report-Submitter: " + report.submitter() + "\r\n"
                + "TLS-Required: No\r\n"
                + "Auto-Submitted: auto-generated\r\n"
                + "MIME-Version: 1.0\r\n"
                + "Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n\tboundary=\"" + boundary + "\"\r\n"
                + "\r\nThis is a report about TLS, in MIME format.\r\n"
                + "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
                + "This is a report about the TLS of mail sent by " + report.submitter() + "\r\nto " + domain + " on "
                + report.at().day()
                + " (UTC), as RFC 8460 describes it. Your domain asks\r\nfor it by a record at _smtp._tls."
                + domain + ".\r\n"
                + "\r\n--" + boundary + "\r\nContent-Type: application/tlsrpt+gzip\r\n"
                + "Content-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment;\r\n\tfilename=\"" + report.fileName() + "\"\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(gzip)
                + "\r\n--" + boundary + "--\r\n";
        return text.getBytes(UTF_8);
    }
}
