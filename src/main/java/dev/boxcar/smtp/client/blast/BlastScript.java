// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.client.PipeliningMode;
import java.io.ByteArrayOutputStream;

/**
 * The bytes of everything that a load sends, made once. Any thread: the arrays are shared, and nothing may change them.
 */
final class BlastScript {
    private static final String HEADER = "From: <author@blast.example>\r\nSubject: blast\r\n\r\n";
    private static final int LINE_BYTES = 78;

    final PipeliningMode mode;
    final int recipients;
    final byte[] ehlo = bytes("EHLO blast.example\r\n");
    final byte[] startTls = bytes("STARTTLS\r\n");
    final byte[] mail = bytes("MAIL FROM:<author@blast.example>\r\n");
    final byte[][] rcpt;
    final byte[] data = bytes("DATA\r\n");
    final byte[] quit = bytes("QUIT\r\n");
    /** MAIL, every RCPT, and DATA; in BDAT mode, BDAT with the message instead of DATA. */
    final byte[] group;
    /** The message and its final dot. */
    final byte[] body;

    final byte[] bodyAndGroup;
    final byte[] bodyAndQuit;
    /** The size of one message, without dot-stuffing and final dot. */
    final int messageBytes;

    BlastScript(PipeliningMode mode, int recipients, int requestedBytes) {
        this.mode = mode;
        this.recipients = recipients;
        byte[] message = message(requestedBytes);
        this.messageBytes = message.length;
        this.rcpt = new byte[recipients][];
        for (int i = 0; i < recipients; i++) {
            rcpt[i] = bytes("RCPT TO:<reader" + i + "@blast.example>\r\n");
        }
        byte[] envelope = join(mail, join(rcpt));
        body = join(message, bytes(".\r\n"));
        group = mode == PipeliningMode.BDAT
                ? join(envelope, bytes("BDAT " + message.length + " LAST\r\n"), message)
                : join(envelope, data);
        bodyAndGroup = mode == PipeliningMode.TRAIN ? join(body, group) : body;
        bodyAndQuit = mode == PipeliningMode.TRAIN ? join(body, quit) : body;
    }

    /** How many replies each message has. */
    int replies() {
        return recipients + (mode == PipeliningMode.BDAT ? 2 : 3);
    }

    /** A header and lines of 78 bytes, CRLF included. No line starts with a dot. */
    private static byte[] message(int requestedBytes) {
        var text = new StringBuilder(HEADER);
        while (text.length() < requestedBytes) {
            int line = Math.max(2, Math.min(LINE_BYTES, requestedBytes - text.length()));
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
