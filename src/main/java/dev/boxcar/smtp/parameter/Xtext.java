// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.AsciiSet;
import dev.boxcar.smtp.path.Utf8;
import java.io.ByteArrayOutputStream;

/**
 * The encoding of text in a parameter (RFC 3461 §4): printable ASCII is unchanged; everything else, and the plus and
 * equals signs, becomes {@code +} and two upper-case hexadecimal digits. Any thread.
 */
public final class Xtext {
    private static final AsciiSet XCHAR =
            new AsciiSet().with(33, 42).with(44, 60).with(62, 126);
    private static final String HEX = "0123456789ABCDEF";
    private static final int NO_BYTE = -1;

    private Xtext() {}

    /**
     * Whether these bytes are xtext that encodes only printable ASCII and white space, as RFC 3461 §4.2 and §4.4
     * require; this keeps line ends out of notifications. An empty range is valid.
     */
    public static boolean isPrintable(byte[] o, int from, int to) {
        int i = from;
        while (i < to) {
            int decoded = decodedByte(o, i, to);
            if (decoded == NO_BYTE || !isPrintableOrWhite(decoded)) {
                return false;
            }
            i += o[i] == '+' ? 3 : 1;
        }
        return true;
    }

    private static boolean isPrintableOrWhite(int b) {
        return b == '\t' || (b >= ' ' && b <= '~');
    }

    /** The byte that the xchar or hexchar at {@code i} encodes, or -1 if there is none. */
    private static int decodedByte(byte[] o, int i, int to) {
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

    /** The text that this xtext encodes; IllegalArgumentException if it is malformed. */
    public static String decode(String xtext) {
        byte[] bytes = Utf8.encode(xtext);
        var decoded = new ByteArrayOutputStream(bytes.length);
        int i = 0;
        while (i < bytes.length) {
            int b = decodedByte(bytes, i, bytes.length);
            if (b == NO_BYTE) {
                throw new IllegalArgumentException("malformed xtext: " + Utf8.printable(bytes, 0, bytes.length));
            }
            decoded.write(b);
            i += bytes[i] == '+' ? 3 : 1;
        }
        return decoded.toString(UTF_8);
    }

    /** The text, encoded as xtext. */
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
