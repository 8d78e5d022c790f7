// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.SpoolRecord;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The trace fields that a server adds to a message it takes (RFC 5321 §4.4), made of what the spool keeps beside it.
 */
final class Trace {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.US).withZone(ZoneOffset.UTC);

    private Trace() {}

    /** Return-Path and Received, each ended by CRLF. */
    static byte[] of(SpoolRecord message) {
        Envelope envelope = message.text();
        String from = Objects.requireNonNullElse(envelope.first("From"), "<>");
        String helo = Objects.requireNonNullElse(envelope.first("Helo"), "unknown");
        String client = Objects.requireNonNullElse(envelope.first("Client"), "unknown");
        String protocol = Objects.requireNonNullElse(envelope.first("Protocol"), "SMTP");
        List<String> to = envelope.all("To");
        String only =
                to.size() == 1 ? "\r\n\tfor " + path(to.get(0)) : ""; // of several, one must not learn of the others
        String trace = "Return-Path: " + path(from) + "\r\n"
                + "Received: from " + helo + " (" + client + ")\r\n"
                + "\tby boxcar with " + protocol + " id " + message.id() + only + ";\r\n"
                + "\t" + DATE.format(message.received()) + "\r\n";
        return trace.getBytes(UTF_8);
    }

    /** The reverse-path of a message, in its angle brackets. */
    static String sender(SpoolRecord message) {
        String from = message.text().first("From");
        return from == null ? "<>" : path(from);
    }

    /**
     * The path at the beginning of a {@code From} or {@code To} value, which ends with the first {@code >} outside of
     * quotes.
     */
    static String path(String value) {
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return value.substring(0, i + 1);
            }
        }
        return value;
    }
}
