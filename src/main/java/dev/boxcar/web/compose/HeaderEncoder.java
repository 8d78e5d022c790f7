// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Header fields as bytes of ASCII, where need be by encoded words (RFC 2047). No value becomes a field of its own:
 * controls are spaces.
 */
final class HeaderEncoder {
    /**
     * Bytes of text an encoded word holds, so that with all around it the word has at most 75 characters (RFC 2047 §2).
     */
    private static final int WORD_BYTES = 42;

    private HeaderEncoder() {}

    /** One field, with the line end. */
    static String field(String name, String value) {
        String line = oneLine(value);
        return name + ": " + (isPlain(line) ? line : encoded(line)) + "\r\n";
    }

    /** A field of addresses, one a line; nothing at all where there are none. */
    static String addresses(String name, List<Draft.Person> people) {
        if (people.isEmpty()) {
            return "";
        }
        var parts = new ArrayList<String>();
        for (Draft.Person person : people) {
            parts.add(
                    person.name().isEmpty()
                            ? person.mailbox().toString()
                            : phrase(person.name()) + " <" + person.mailbox() + ">");
        }
        return name + ": " + String.join(",\r\n ", parts) + "\r\n";
    }

    private static String phrase(String name) {
        String line = oneLine(name);
        if (!isPlain(line)) {
            return encoded(line);
        }
        return line.matches("[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
                ? line
                : '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F) && !text.contains("=?") && text.length() < 900;
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private static String encoded(String text) {
        var words = new ArrayList<String>();
        var chunk = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            String character = Character.toString(point);
            int length = character.getBytes(UTF_8).length;
            if (bytes + length > WORD_BYTES) {
                words.add(word(chunk.toString()));
                chunk.setLength(0);
                bytes = 0;
            }
            chunk.append(character);
            bytes += length;
            i += Character.charCount(point);
        }
        words.add(word(chunk.toString()));
        return String.join("\r\n ", words);
    }

    private static String word(String text) {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(UTF_8)) + "?=";
    }

    /** A parameter of a MIME field: quoted, or in the form for other characters (RFC 2231 §4). */
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
