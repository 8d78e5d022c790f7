// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.spool.SpoolRecord;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The trace fields that a server adds to a message at delivery (RFC 5321 §4.4), made from the envelope in the spool,
 * and the envelope's paths as text.
 */
final class TraceFields {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.US).withZone(ZoneOffset.UTC);

    private TraceFields() {}

    /** Return-Path and Received, each ended by CRLF. */
    static byte[] of(SpoolRecord message) {
        Envelope envelope = message.envelope();
        String helo = Objects.requireNonNullElse(envelope.first("Helo"), "unknown");
        String client = Objects.requireNonNullElse(envelope.first("Client"), "unknown");
        String protocol = Objects.requireNonNullElse(envelope.first("Protocol"), "SMTP");
        List<String> to = recipients(message);
        // with several recipients, none of them may see the others
        String singleRecipient = to.size() == 1 ? "\r\n\tfor " + to.get(0) : "";
        String trace = "Return-Path: " + sender(message) + "\r\n"
                + "Received: from " + helo + " (" + client + ")\r\n"
                + "\tby boxcar with " + protocol + " id " + message.id() + singleRecipient + ";\r\n"
                + "\t" + DATE.format(message.received()) + "\r\n";
        return trace.getBytes(UTF_8);
    }

    /** The reverse-path of a message in angle brackets. */
    static String sender(SpoolRecord message) {
        Envelope envelope = message.envelope();
        return envelope.first("From") == null ? "<>" : envelope.reversePath().toString();
    }

    /** The forward-paths of a message in angle brackets. */
    static List<String> recipients(SpoolRecord message) {
        return message.envelope().forwardPaths().stream()
                .map(ForwardPath::toString)
                .toList();
    }
}
