// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.mime4j.codec.EncoderUtil;

/**
 * Writes header fields in ASCII. Text that is not plain ASCII becomes encoded words (RFC 2047). Control characters
 * become spaces, so no value can start a field of its own.
 */
final class HeaderEncoder {
    /** Longer text is encoded, since an encoded word can be folded anywhere (RFC 5322 §2.1.1 allows 998 per line). */
    private static final int MAX_PLAIN_LENGTH = 900;

    private HeaderEncoder() {}

    /** One field, with its line end. */
    static String field(String name, String value) {
        String line = oneLine(value);
        return name + ": " + (isPlain(line) ? line : encoded(line, EncoderUtil.Usage.TEXT_TOKEN)) + "\r\n";
    }

    /** A field of addresses, one per line. Empty if there are no addresses. */
    static String addresses(String name, List<Draft.Person> people) {
        if (people.isEmpty()) {
            return "";
        }
        var parts = new ArrayList<String>();
        for (Draft.Person person : people) {
            parts.add(
                    person.name().isEmpty()
                            ? person.mailbox().toString()
                            : displayName(person.name()) + " <" + person.mailbox() + ">");
        }
        return name + ": " + String.join(",\r\n ", parts) + "\r\n";
    }

    private static String displayName(String name) {
        String line = oneLine(name);
        return isPlain(line)
                ? EncoderUtil.encodeAddressDisplayName(line)
                : encoded(line, EncoderUtil.Usage.WORD_ENTITY);
    }

    /** Text that is sent as it is. Text that looks like an encoded word is encoded, so that it is not decoded. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F)
                && !text.contains("=?")
                && text.length() < MAX_PLAIN_LENGTH;
    }

    /** Encoded words, each on a line of its own. They contain no spaces themselves. */
    private static String encoded(String text, EncoderUtil.Usage usage) {
        return EncoderUtil.encodeEncodedWord(text, usage, 0, UTF_8, EncoderUtil.Encoding.B)
                .replace(" ", "\r\n ");
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    /** A parameter of a MIME field: quoted ASCII, or percent-encoded UTF-8 (RFC 2231 §4). */
    static String parameter(String name, String value) {
        String line = oneLine(value);
        if (isPlain(line)) {
            return "; " + name + "=\"" + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        var escaped = new StringBuilder("; ").append(name).append("*=UTF-8''");
        for (byte b : line.getBytes(UTF_8)) {
            boolean safe = (b > 0 && Character.isLetterOrDigit(b)) || b == '.' || b == '-' || b == '_';
            if (safe) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("%%%02X", b & 0xFF));
            }
        }
        return escaped.toString();
    }
}
