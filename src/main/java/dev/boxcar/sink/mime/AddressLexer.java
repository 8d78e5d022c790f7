// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where the quoted, bracketed, commented and encoded pieces of an address list end (RFC 5322 §3.2). An opening
 * character without a closing one is an ordinary character. Confined to one thread.
 */
final class AddressLexer {
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?[^?\\s]*\\?[bBqQ]\\?[^?]*\\?=");
    private static final int MAX_UNCLOSED_COMMENTS = 20; // each costs a pass over the rest of the text

    private final String text;
    private int unclosedComments;
    /** From here on there is no closing quotation mark, or bracket. */
    private int lastQuote;

    private int lastBracket;

    AddressLexer(String text) {
        this.text = text;
        this.lastQuote = text.lastIndexOf('"');
        this.lastBracket = text.lastIndexOf(']');
    }

    /** The index after the piece that begins at {@code at}. A character that opens no piece is a piece by itself. */
    int skip(int at) {
        return switch (text.charAt(at)) {
            case '"' -> at < lastQuote ? skipQuoted(at) : at + 1;
            case '[' -> at < lastBracket ? text.indexOf(']', at) + 1 : at + 1;
            case '<' -> skipAngle(at);
            case '(' -> skipComment(at);
            case '\\' -> Math.min(text.length(), at + 2);
            case '=' -> skipEncodedWord(at);
            default -> at + 1;
        };
    }

    private int skipQuoted(int at) {
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
            }
        }
        lastQuote = at;
        return at + 1;
    }

    private int skipAngle(int at) {
        for (int i = at + 1; i < text.length(); ) {
            char c = text.charAt(i);
            if (c == '>') {
                return i + 1;
            }
            if (c == '<') {
                return at + 1;
            }
            i = c == '"' ? skip(i) : i + 1;
        }
        return at + 1;
    }

    private int skipComment(int at) {
        int depth = 0;
        for (int i = at; i < text.length() && unclosedComments < MAX_UNCLOSED_COMMENTS; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i + 1;
            }
        }
        unclosedComments++;
        return at + 1;
    }

    private int skipEncodedWord(int at) {
        if (!text.startsWith("=?", at)) {
            return at + 1;
        }
        Matcher word = ENCODED_WORD.matcher(text).region(at, text.length());
        return word.lookingAt() ? word.end() : at + 1;
    }
}
