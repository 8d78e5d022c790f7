// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.mime.charset.MailCharset;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the encoded words of header text (RFC 2047). White space between adjacent encoded words is dropped, and
 * characters that are split over words in the same character set are joined. A malformed word is kept as it is.
 */
final class EncodedWords {
    private EncodedWords() {}

    /** One encoded word of a text; {@code end} is the index after it. */
    private record Word(String label, char encoding, String payload, int end) {
        boolean isBase64() {
            return encoding == 'b' || encoding == 'B';
        }
    }

    /** Decodes the text. Throws nothing. */
    static String decode(String text) {
        int begin = text.indexOf("=?");
        if (begin < 0) {
            return text;
        }
        var decoded = new StringBuilder(text.length());
        int copied = 0;
        int lastEnd =
                text.lastIndexOf("?="); // no word begins after it: hostile text is not searched to its end each time
        while (begin >= 0 && begin < lastEnd) {
            Word word = wordAt(text, begin);
            if (word == null) {
                begin = text.indexOf("=?", begin + 2);
                continue;
            }
            decoded.append(text, copied, begin);
            copied = decodeAdjacent(text, word, decoded);
            begin = text.indexOf("=?", copied);
        }
        return decoded.append(text, copied, text.length()).toString();
    }

    /** Reads {@code =?charset?encoding?payload?=}; null if there is no encoded word. */
    private static @Nullable Word wordAt(String text, int begin) {
        int charsetEnd = text.indexOf('?', begin + 2);
        if (charsetEnd < 0 || charsetEnd + 2 >= text.length() || text.charAt(charsetEnd + 2) != '?') {
            return null;
        }
        char encoding = text.charAt(charsetEnd + 1);
        int payloadBegin = charsetEnd + 3;
        if ("bBqQ".indexOf(encoding) < 0) {
            return null;
        }
        int payloadEnd = text.indexOf("?=", payloadBegin);
        if (payloadEnd < 0) {
            return null;
        }
        String label = text.substring(begin + 2, charsetEnd);
        int language = label.indexOf('*'); // a language may follow (RFC 2231 §5)
        return new Word(
                language < 0 ? label : label.substring(0, language),
                encoding,
                text.substring(payloadBegin, payloadEnd),
                payloadEnd + 2);
    }

    private static @Nullable Word adjacentWord(String text, int end) {
        int begin = end;
        while (begin < text.length() && Character.isWhitespace(text.charAt(begin))) {
            begin++;
        }
        return text.startsWith("=?", begin) ? wordAt(text, begin) : null;
    }

    /** Decodes a word and all words adjacent to it. Returns the index after the last one. */
    private static int decodeAdjacent(String text, Word first, StringBuilder target) {
        var bytes = new ByteArrayOutputStream();
        Word word = first;
        while (true) {
            Word next = adjacentWord(text, word.end());
            boolean sameCharset = next != null && isSameCharset(word.label(), next.label());
            if (next != null && sameCharset && isCutWithinQuantum(word, next)) {
                word = new Word(word.label(), word.encoding(), word.payload() + next.payload(), next.end());
                continue;
            }
            bytes.writeBytes(word.isBase64() ? decodeBase64(word.payload()) : decodeQuoted(word.payload()));
            if (!sameCharset) {
                target.append(MailCharset.decode(word.label(), bytes.toByteArray(), bytes.size()));
                bytes.reset();
            }
            if (next == null) {
                return word.end();
            }
            word = next;
        }
    }

    private static boolean isSameCharset(String label, String other) {
        MailCharset charset = MailCharset.of(label);
        return charset == null ? label.equalsIgnoreCase(other) : charset.isSameAs(MailCharset.of(other));
    }

    /** Whether the first of two words in base64 ends within a quantum that the second completes. */
    private static boolean isCutWithinQuantum(Word word, Word next) {
        if (!word.isBase64() || !next.isBase64() || word.payload().endsWith("=")) {
            return false;
        }
        int left = base64Digits(word.payload()) % 4;
        return left == 1 || (left > 0 && (left + base64Digits(next.payload())) % 4 == 0);
    }

    private static int base64Digits(String payload) {
        return (int) payload.chars()
                .filter(c -> Base64Decoder.isDigit(c) || c == '=')
                .count();
    }

    private static byte[] decodeBase64(String payload) {
        var decoder = new Base64Decoder();
        payload.chars().forEach(decoder::add);
        decoder.finish();
        return decoder.take();
    }

    private static byte[] decodeQuoted(String payload) {
        var bytes = new ByteArrayOutputStream(payload.length());
        for (int i = 0; i < payload.length(); i++) {
            char c = payload.charAt(i);
            int decoded = c == '=' ? hexByte(payload, i + 1) : -1;
            if (decoded >= 0) {
                bytes.write(decoded);
                i += 2;
            } else if (c == '_') {
                bytes.write(' ');
            } else {
                String character = Character.toString(payload.codePointAt(i));
                bytes.writeBytes(character.getBytes(UTF_8));
                i += character.length() - 1;
            }
        }
        return bytes.toByteArray();
    }

    /** The byte that two hexadecimal digits mean, or -1. */
    static int hexByte(String text, int at) {
        int high = at + 1 < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(at + 1), 16);
        return low < 0 ? -1 : high << 4 | low;
    }
}
