// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.ReceivedField;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.spool.SpoolRecord;
import java.util.List;

/**
 * The trace fields that a server adds to a message at delivery (RFC 5321 §4.4), made from the envelope in the spool,
 * and the envelope's paths as text.
 */
final class TraceFields {
    private TraceFields() {}

    /** Return-Path and Received, each ended by CRLF. */
    static byte[] of(SpoolRecord message) {
        List<String> to = recipients(message);
        var received = new ReceivedField(
                message.envelope(),
                "boxcar",
                message.id().toString(),
                message.received(),
                to.size() == 1 ? to.get(0) : null);
        String trace = "Return-Path: " + sender(message) + "\r\n" + received.text();
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
