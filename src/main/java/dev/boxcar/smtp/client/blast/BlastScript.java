// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.client.PipeliningMode;
import java.io.ByteArrayOutputStream;

/**
 * What is said over and over, made once: the bytes of each flight. Immutable, though arrays are given as they are:
 * nobody changes them. Any thread.
 */
final class BlastScript {
    private static final String HEADER = "From: <author@blast.example>\r\nSubject: blast\r\n\r\n";
    private static final int LINE_BYTES = 78;

    final PipeliningMode mode;
    final int recipients;
    final byte[] hello = bytes("EHLO blast.example\r\n");
    final byte[] startTls = bytes("STARTTLS\r\n");
    final byte[] mail = bytes("MAIL FROM:<author@blast.example>\r\n");
    final byte[][] rcpt;
    final byte[] data = bytes("DATA\r\n");
    final byte[] quit = bytes("QUIT\r\n");
    /** MAIL, every RCPT, DATA; by BDAT, with the message behind. */
    final byte[] group;
    /** The message and its dot. */
    final byte[] body;

    final byte[] bodyAndGroup;
    final byte[] bodyAndQuit;
    /** The bytes of one message, without stuffing and end mark. */
    final int size;

    BlastScript(PipeliningMode mode, int recipients, int size) {
        this.mode = mode;
        this.recipients = recipients;
        byte[] text = text(size);
        this.size = text.length;
        this.rcpt = new byte[recipients][];
        for (int i = 0; i < recipients; i++) {
            rcpt[i] = bytes("RCPT TO:<reader" + i + "@blast.example>\r\n");
        }
        byte[] envelope = join(mail, join(rcpt));
        body = join(text, bytes(".\r\n"));
        group = mode == PipeliningMode.BDAT
                ? join(envelope, bytes("BDAT " + text.length + " LAST\r\n"), text)
                : join(envelope, data);
        bodyAndGroup = mode == PipeliningMode.TRAIN ? join(body, group) : body;
        bodyAndQuit = mode == PipeliningMode.TRAIN ? join(body, quit) : body;
    }

    /** How many answers a message has. */
    int answers() {
        return recipients + (mode == PipeliningMode.BDAT ? 2 : 3);
    }

    /** A header and lines of 78 bytes, each with its CRLF; no line begins with a dot. */
    private static byte[] text(int size) {
        var text = new StringBuilder(HEADER);
        while (text.length() < size) {
            int line = Math.max(2, Math.min(LINE_BYTES, size - text.length()));
            text.append("x".repeat(line - 2)).append("\r\n");
        }
        return bytes(text.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
