// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.regex.Pattern;

/** The content of a message as it leaves: with CRLF line ends only, and without Bcc fields. */
final class OutgoingContent {
    private static final Pattern BCC =
            Pattern.compile("(?i)(?<=\r\n)(?:Resent-)?Bcc[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*");

    private OutgoingContent() {}

    static byte[] of(byte[] message) {
        return withoutBcc(withCrlf(message));
    }

    /**
     * The message with CRLF as its only line end. A bare CR or LF must not leave (RFC 5321 §2.3.8): some servers take
     * LF.LF for the end of a message, which lets its text smuggle in another message.
     */
    private static byte[] withCrlf(byte[] message) {
        var out = new ByteArrayOutputStream(message.length + message.length / 32);
        for (int i = 0; i < message.length; i++) {
            if (message[i] != '\r' && message[i] != '\n') {
                out.write(message[i]);
                continue;
            }
            out.write('\r');
            out.write('\n');
            if (message[i] == '\r' && i + 1 < message.length && message[i + 1] == '\n') {
                i++;
            }
        }
        return out.toByteArray();
    }

    /** The message, whose lines end in CRLF, without the Bcc fields: recipients must not see them. */
    private static byte[] withoutBcc(byte[] message) {
        String text = new String(message, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String head = "\r\n" + (end < 0 ? text : text.substring(0, end + 2));
        String kept = BCC.matcher(head).replaceAll("").substring(2);
        return end < 0 ? kept.getBytes(ISO_8859_1) : (kept + text.substring(end + 2)).getBytes(ISO_8859_1);
    }
}
