// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the addresses in the value of a field such as To (RFC 5322 §3.4), as places in its text, so that one can be
 * replaced while names, comments, groups and folding stay as they were written. It also reads what is not quite well
 * formed. Takes time proportional to the text. Used by one thread.
 */
final class AddressList {
    /**
     * A mailbox in the text.
     *
     * @param from where it begins, with its display name
     * @param to where it ends, before the comma
     * @param addressFrom where its address begins, without angle brackets and source route
     * @param addressTo where its address ends
     */
    record Place(int from, int to, int addressFrom, int addressTo) {}

    private final String text;
    private final List<Place> places = new ArrayList<>();
    private int at;
    private int from = -1;
    private int end = -1;
    private int words;
    private int angleFrom = -1;
    private int angleTo = -1;

    private AddressList(String text) {
        this.text = text;
    }

    /** The mailboxes of this text, in order. */
    static List<Place> of(String text) {
        var list = new AddressList(text);
        list.read();
        return list.places;
    }

    private void read() {
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case ' ', '\t', '\r', '\n' -> at++;
                case '(' -> at = endOfComment(at);
                case ',', ';' -> {
                    finish();
                    at++;
                }
                case ':' -> {
                    reset(); // what came before is the name of a group
                    at++;
                }
                case '<' -> angle();
                default -> word();
            }
        }
        finish();
    }

    /** Reads a word up to a space or a special character; quoted strings and domain literals are parts of it. */
    private void word() {
        begin();
        words++;
        boolean inWord = true;
        while (at < text.length() && inWord) {
            char c = text.charAt(at);
            if (c == '"') {
                at = endOfQuoted(at);
            } else if (c == '[') {
                int close = text.indexOf(']', at);
                at = close < 0 ? text.length() : close + 1;
            } else if (" \t\r\n(,;:<".indexOf(c) >= 0) {
                inWord = false;
            } else {
                at++;
            }
        }
        end = at;
    }

    private void angle() {
        begin();
        int close = at + 1;
        while (close < text.length() && text.charAt(close) != '>') {
            close = text.charAt(close) == '"' ? endOfQuoted(close) : close + 1;
        }
        close = Math.min(close, text.length());
        if (angleFrom < 0) {
            angleFrom = at + 1;
            angleTo = close;
            int colon = text.charAt(Math.min(angleFrom, text.length() - 1)) == '@' ? text.indexOf(':', angleFrom) : -1;
            if (colon >= 0 && colon < close) {
                angleFrom = colon + 1;
            }
            while (angleFrom < angleTo && isSpace(angleFrom)) {
                angleFrom++;
            }
            while (angleTo > angleFrom && isSpace(angleTo - 1)) {
                angleTo--;
            }
        }
        at = Math.min(close + 1, text.length());
        end = at;
    }

    private void begin() {
        if (from < 0) {
            from = at;
        }
    }

    private void finish() {
        if (angleFrom >= 0) {
            places.add(new Place(from, end, angleFrom, angleTo));
        } else if (words == 1) {
            places.add(new Place(from, end, from, end)); // several words without angle brackets are no address
        }
        reset();
    }

    private void reset() {
        from = -1;
        end = -1;
        words = 0;
        angleFrom = -1;
        angleTo = -1;
    }

    private boolean isSpace(int i) {
        return " \t\r\n".indexOf(text.charAt(i)) >= 0;
    }

    private int endOfQuoted(int open) {
        int i = open + 1;
        while (i < text.length() && text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, text.length());
    }

    private int endOfComment(int open) {
        int depth = 0;
        int i = open;
        while (i < text.length()) {
            char c = text.charAt(i);
            i += c == '\\' ? 2 : 1;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                break;
            }
        }
        return Math.min(i, text.length());
    }
}
