// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/**
 * What is said over and over, made once: the octets of each flight. Immutable, though arrays are given as they are: nobody changes
 * them. Any thread.
 */
final class BlastScript {
    private static final String HEADER = "From: <author@blast.example>\r\nSubject: blast\r\n\r\n";
    private static final int LINE_OCTETS = 78;

    final Mode mode;
    final int recipients;
    final byte[] hello = octets("EHLO blast.example\r\n");
    final byte[] startTls = octets("STARTTLS\r\n");
    final byte[] mail = octets("MAIL FROM:<author@blast.example>\r\n");
    final byte[][] rcpt;
    final byte[] data = octets("DATA\r\n");
    final byte[] quit = octets("QUIT\r\n");
    /** MAIL, every RCPT, DATA; by BDAT, with the message behind. */
    final byte[] group;
    /** The message and its dot. */
    final byte[] body;

    final byte[] bodyAndGroup;
    final byte[] bodyAndQuit;
    /** The octets of one message, without stuffing and end mark. */
    final int size;

    BlastScript(Mode mode, int recipients, int size) {
        this.mode = mode;
        this.recipients = recipients;
        byte[] text = text(size);
        this.size = text.length;
        this.rcpt = new byte[recipients][];
        for (int i = 0; i < recipients; i++) {
            rcpt[i] = octets("RCPT TO:<reader" + i + "@blast.example>\r\n");
        }
        byte[] envelope = join(mail, join(rcpt));
        body = join(text, octets(".\r\n"));
        group = mode == Mode.BDAT
                ? join(envelope, octets("BDAT " + text.length + " LAST\r\n"), text)
                : join(envelope, data);
        bodyAndGroup = mode == Mode.TRAIN ? join(body, group) : body;
        bodyAndQuit = mode == Mode.TRAIN ? join(body, quit) : body;
    }

    /** How many answers a message has. */
    int answers() {
        return recipients + (mode == Mode.BDAT ? 2 : 3);
    }

    /** A header and lines of 78 octets, each with its CRLF; no line begins with a dot. */
    private static byte[] text(int size) {
        var text = new StringBuilder(HEADER);
        while (text.length() < size) {
            int line = Math.max(2, Math.min(LINE_OCTETS, size - text.length()));
            text.append("x".repeat(line - 2)).append("\r\n");
        }
        return octets(text.toString());
    }

    private static byte[] octets(String text) {
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
