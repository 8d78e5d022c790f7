// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.charset;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;

/** The Chinese character sets where Java's decoders differ from those of browsers and mail programs. */
final class Chinese {
    private static final Charset GB18030 = Charset.forName("GB18030");
    private static final byte EURO = (byte) 0x80;
    private static final String EURO_SIGN = "\u20AC";

    private Chinese() {}

    /** Decodes GB 18030, and so GBK and GB 2312, with 0x80 as the euro sign of Windows. */
    static String decode(byte[] bytes, int length) {
        var text = new StringBuilder(length);
        int begin = 0;
        for (int i = 0; i < length; ) {
            if (bytes[i] == EURO) {
                text.append(new String(bytes, begin, i - begin, GB18030)).append(EURO_SIGN);
                begin = ++i;
            } else if (bytes[i] >= 0) {
                i++;
            } else {
                boolean fourBytes = i + 1 < length && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';
                i = Math.min(length, i + (fourBytes ? 4 : 2));
            }
        }
        return text.append(new String(bytes, begin, length - begin, GB18030)).toString();
    }

    /** Decodes HZ (RFC 1843): GB 2312 in seven bits, between ~{ and ~}. */
    static String decodeHz(byte[] bytes, int length) {
        var plain = new ByteArrayOutputStream(length);
        boolean chinese = false;
        for (int i = 0; i < length; i++) {
            int b = bytes[i];
            int next = i + 1 < length ? bytes[i + 1] : 0;
            if (b == '~' && next == '{') {
                chinese = true;
                i++;
            } else if (b == '~' && next == '}') {
                chinese = false;
                i++;
            } else if (b == '~' && next == '~' && !chinese) {
                plain.write('~');
                i++;
            } else if (b == '~' && next == '\n' && !chinese) {
                i++; // a line that continues
            } else if (chinese && b > ' ' && next > ' ') {
                plain.write(b | 0x80);
                plain.write(next | 0x80);
                i++;
            } else {
                chinese &= b != '\n';
                plain.write(b);
            }
        }
        return decode(plain.toByteArray(), plain.size());
    }
}
