// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/**
 * A message whose content depends only on its number, so that a reader can tell whether it is complete. Some lines
 * start with dots.
 */
final class NumberedMessage {
    private static final String FIELD = "X-Number: ";
    private static final int MIB = 1024 * 1024;

    private NumberedMessage() {}

    /** The message's bytes with CRLF at the end: from a few dozen to 100 KiB, occasionally up to 3 MiB. */
    static byte[] bytes(long number) {
        var random = new Random(number * 0x9e3779b97f4a7c15L);
        int kind = random.nextInt(100);
        int length = kind < 60
                ? random.nextInt(8_000)
                : kind < 97 ? random.nextInt(100_000) : MIB / 2 + random.nextInt(5 * MIB / 2);
        var bytes = new ByteArrayOutputStream(length + 256);
        bytes.writeBytes((FIELD + number + "\r\n\r\n").getBytes(ISO_8859_1));
        var line = new byte[80];
        while (bytes.size() < length) {
            int width = 1 + random.nextInt(76);
            random.nextBytes(line);
            for (int i = 0; i < width; i++) {
                line[i] = (byte) (' ' + (line[i] & 63));
            }
            if (width % 5 == 0) {
                line[0] = '.';
            }
            line[width] = '\r';
            line[width + 1] = '\n';
            bytes.write(line, 0, width + 2);
        }
        return bytes.toByteArray();
    }

    /** The bytes to send after DATA: with stuffed dots and the final dot (RFC 5321 §4.5.2). */
    static byte[] stuffed(byte[] bytes) {
        var wire = new ByteArrayOutputStream(bytes.length + 1024);
        boolean atStart = true;
        for (byte b : bytes) {
            if (atStart && b == '.') {
                wire.write('.');
            }
            wire.write(b);
            atStart = b == '\n';
        }
        wire.writeBytes(".\r\n".getBytes(ISO_8859_1));
        return wire.toByteArray();
    }

    /** The number in a message, or -1. */
    static long numberOf(byte[] bytes) {
        var text = new String(bytes, 0, Math.min(bytes.length, 40), ISO_8859_1);
        int end = text.indexOf('\r');
        return text.startsWith(FIELD) && end > 0 ? Long.parseLong(text.substring(FIELD.length(), end)) : -1;
    }
}
