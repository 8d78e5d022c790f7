// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.AsciiSet;
import dev.boxcar.smtp.path.Utf8;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The recipient as the sender originally addressed it, before any forwarding: ORCPT (RFC 3461 §4.2; for the type utf-8,
 * RFC 6533 §3). Immutable; any thread.
 *
 * @param addressType the type of the address, as received: {@code rfc822}, {@code utf-8}
 * @param address the address itself, decoded
 */
public record OriginalRecipient(String addressType, String address) {
    private static final AsciiSet ATOM =
            new AsciiSet().with('A', 'Z').with('a', 'z').with('0', '9').with("!#$%&'*+-/=?^_`{|}~");

    /**
     * The ASCII characters that need no escape in an address of the type utf-8; those beyond ASCII need none either.
     */
    private static final AsciiSet QCHAR =
            new AsciiSet().with(33, 42).with(44, 60).with(62, 91).with(93, 126);

    private static final String UTF_8 = "UTF-8";
    private static final int MAX_BYTES = 500; // RFC 3461 §4.2
    private static final Pattern ESCAPE = Pattern.compile("\\\\x\\{([0-9A-F]{1,6})\\}|\\+([0-9A-F]{2})");

    /**
     * Whether these bytes are an address type, a semicolon and an encoded address, 500 bytes at most. An address of the
     * type utf-8 may have characters beyond ASCII; the caller must check that the message may have them.
     */
    static boolean isWellFormed(byte[] o, int from, int to) {
        int semicolon = ATOM.endOfRun(o, from, to);
        if (to - from > MAX_BYTES || semicolon == from || semicolon + 1 >= to || o[semicolon] != ';') {
            return false;
        }
        if (Ascii.equalsIgnoreCase(o, from, semicolon, UTF_8)) {
            return isUtf8Address(o, semicolon + 1, to);
        }
        return Xtext.isPrintable(o, semicolon + 1, to);
    }

    private static boolean isUtf8Address(byte[] o, int from, int to) {
        int i = QCHAR.endOfUtf8Run(o, from, to);
        while (i < to) {
            int end = o[i] == '\\' ? endOfEscape(o, i, to) : i + 3;
            if (end < 0 || end > to || (o[i] != '\\' && !Xtext.isPrintable(o, i, end))) {
                return false;
            }
            i = QCHAR.endOfUtf8Run(o, end, to);
        }
        return true;
    }

    /** The index after {@code \x{HEX}}, or -1 if it is not the escape of a valid character other than a control. */
    private static int endOfEscape(byte[] o, int from, int to) {
        int close = from;
        while (close < to && o[close] != '}') {
            close++;
        }
        String escape = Utf8.decode(o, from, Math.min(close + 1, to));
        var matcher = ESCAPE.matcher(escape);
        if (!matcher.matches() || matcher.group(1) == null) {
            return -1;
        }
        int character = Integer.parseInt(matcher.group(1), 16);
        boolean isText = Character.isValidCodePoint(character)
                && !Character.isISOControl(character)
                && Character.getType(character) != Character.SURROGATE;
        return isText ? close + 1 : -1;
    }

    /** Parses {@code rfc822;b+2Bc@example.com}; IllegalArgumentException if it is malformed. */
    public static OriginalRecipient parse(String text) {
        byte[] bytes = Utf8.encode(text);
        if (!isWellFormed(bytes, 0, bytes.length)) {
            throw new IllegalArgumentException("malformed ORCPT: " + Utf8.printable(bytes, 0, bytes.length));
        }
        int semicolon = text.indexOf(';');
        String type = text.substring(0, semicolon);
        String address = text.substring(semicolon + 1);
        return new OriginalRecipient(type, type.equalsIgnoreCase(UTF_8) ? unescaped(address) : Xtext.decode(address));
    }

    private static String unescaped(String address) {
        return ESCAPE.matcher(address).replaceAll(escape -> {
            String digits = escape.group(1) != null ? escape.group(1) : escape.group(2);
            return Matcher.quoteReplacement(Character.toString(Integer.parseInt(digits, 16)));
        });
    }
}
