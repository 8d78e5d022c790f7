// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.AsciiSet;
import dev.boxcar.smtp.path.Utf8;
import java.io.ByteArrayOutputStream;

/**
 * The encoding in which a parameter carries text (RFC 3461 §4): printable ASCII as it is, all else, and the plus and
 * equals signs, as {@code +} and two capital hexadecimal digits. Any thread.
 */
public final class Xtext {
    private static final AsciiSet XCHAR =
            new AsciiSet().with(33, 42).with(44, 60).with(62, 126);
    private static final String HEX = "0123456789ABCDEF";
    private static final int NO_BYTE = -1;

    private Xtext() {}

    /**
     * Whether these bytes are xtext that stands for printable characters and white space of ASCII alone: what RFC 3461
     * §4.2 and §4.4 ask for, so that no line end gets into a notification by this way. No bytes at all are.
     */
    public static boolean isPrintable(byte[] o, int from, int to) {
        int i = from;
        while (i < to) {
            int meant = meant(o, i, to);
            if (meant == NO_BYTE || !isPrintableOrWhite(meant)) {
                return false;
            }
            i += o[i] == '+' ? 3 : 1;
        }
        return true;
    }

    private static boolean isPrintableOrWhite(int b) {
        return b == '\t' || (b >= ' ' && b <= '~');
    }

    /** The byte that the xchar or hexchar at {@code i} stands for, or -1 where there is none. */
    private static int meant(byte[] o, int i, int to) {
        if (XCHAR.contains(o[i])) {
            return o[i];
        }
        if (o[i] != '+' || to - i < 3) {
            return NO_BYTE;
        }
        int high = HEX.indexOf(o[i + 1]);
        int low = HEX.indexOf(o[i + 2]);
        return high < 0 || low < 0 ? NO_BYTE : high << 4 | low;
    }

    /** What the xtext stands for; IllegalArgumentException where it is malformed. */
    public static String decode(String xtext) {
        byte[] bytes = Utf8.encode(xtext);
        var meant = new ByteArrayOutputStream(bytes.length);
        int i = 0;
        while (i < bytes.length) {
            int b = meant(bytes, i, bytes.length);
            if (b == NO_BYTE) {
                throw new IllegalArgumentException("malformed xtext: " + Utf8.printable(bytes, 0, bytes.length));
            }
            meant.write(b);
            i += bytes[i] == '+' ? 3 : 1;
        }
        return meant.toString(UTF_8);
    }

    /** The text in xtext. */
    public static String encode(String text) {
        var xtext = new StringBuilder(text.length());
        for (byte b : Utf8.encode(text)) {
            if (XCHAR.contains(b)) {
                xtext.append((char) b);
            } else {
                xtext.append('+').append(HEX.charAt((b & 0xFF) >> 4)).append(HEX.charAt(b & 0x0F));
            }
        }
        return xtext.toString();
    }
}
