// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record.transcript;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes as a transcript writes them. */
public final class TranscriptBytes {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(x\\p{XDigit}{2}|.)");
    private static final HexFormat HEX = HexFormat.of();

    private TranscriptBytes() {}

    /**
     * The text in UTF-8; each escape stands for one byte.
     *
     * @throws IllegalArgumentException if an escape is unknown
     */
    public static byte[] unescape(String text) {
        var bytes = new ByteArrayOutputStream();
        Matcher escape = ESCAPE.matcher(text);
        int plainFrom = 0;
        while (escape.find()) {
            bytes.writeBytes(text.substring(plainFrom, escape.start()).getBytes(UTF_8));
            bytes.write(byteOf(escape.group(1)));
            plainFrom = escape.end();
        }
        bytes.writeBytes(text.substring(plainFrom).getBytes(UTF_8));
        return bytes.toByteArray();
    }

    private static int byteOf(String escape) {
        return switch (escape.charAt(0)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\' -> '\\';
            case 'x' -> Integer.parseInt(escape.substring(1), 16);
            default -> throw new IllegalArgumentException("unknown escape \\" + escape);
        };
    }

    /**
     * The directive that sends the bytes {@code from} to {@code to} (exclusive): {@code C:} for a line of printable
     * ASCII that ends in CRLF, otherwise {@code C\}.
     */
    static String send(byte[] bytes, int from, int to) {
        if (isPlainLine(bytes, from, to)) {
            String text = new String(bytes, from, to - from - 2, US_ASCII);
            return text.isEmpty() ? "C:" : "C: " + text;
        }
        var escaped = new StringBuilder("C\\ ");
        for (int i = from; i < to; i++) {
            escape(bytes[i], escaped);
        }
        return escaped.toString();
    }

    private static boolean isPlainLine(byte[] bytes, int from, int to) {
        if (to - from < 2 || bytes[to - 2] != '\r' || bytes[to - 1] != '\n') {
            return false;
        }
        for (int i = from; i < to - 2; i++) {
            if (!isPrintable(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPrintable(byte b) {
        return b >= ' ' && b < 0x7F;
    }

    private static void escape(byte b, StringBuilder to) {
        switch (b) {
            case '\r' -> to.append("\\r");
            case '\n' -> to.append("\\n");
            case '\t' -> to.append("\\t");
            case 0 -> to.append("\\0");
            case '\\' -> to.append("\\\\");
            default -> {
                if (isPrintable(b)) {
                    to.append((char) b);
                } else {
                    to.append("\\x").append(HEX.toHexDigits(b));
                }
            }
        }
    }
}
