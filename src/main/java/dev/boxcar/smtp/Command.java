// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * A view of one command line in its buffer (RFC 5321 §4.1.1): the verb, and the position of the argument.
 *
 * <p>One object serves every line. Its values are valid until the next {@link #read}, and while the buffer is
 * unchanged. Confined to one thread. Reading a line allocates nothing.
 */
public final class Command {
    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int lineFrom;
    private int argumentFrom;
    private int argumentTo;
    private @Nullable Verb verb;
    private boolean printable;

    /**
     * Reads the line from {@code from} to {@code to}, exclusive, without its CRLF. Trailing spaces and tabs are ignored
     * (RFC 5321 §4.1.1). The verb ends at the first space, and the argument begins after the spaces that follow it.
     */
    public void read(byte[] line, int from, int to) {
        int end = to;
        while (end > from && (line[end - 1] == ' ' || line[end - 1] == '\t')) {
            end--;
        }
        int verbTo = from;
        while (verbTo < end && line[verbTo] != ' ') {
            verbTo++;
        }
        int argument = verbTo;
        while (argument < end && line[argument] == ' ') {
            argument++;
        }
        bytes = line;
        lineFrom = from;
        argumentFrom = argument;
        argumentTo = end;
        verb = Verb.of(line, from, verbTo);
        printable = Ascii.isPrintable(line, from, to);
    }

    /** Whether the whole line is ASCII without control characters. */
    public boolean isPrintable() {
        return printable;
    }

    /** The verb, or null if it is unknown. */
    public @Nullable Verb verb() {
        return verb;
    }

    /** The buffer given to {@link #read}, to which all positions refer. */
    public byte[] bytes() {
        return bytes;
    }

    /** The index of the line's first byte. */
    public int lineFrom() {
        return lineFrom;
    }

    /** The index of the argument's first byte, or {@link #argumentTo} if there is no argument. */
    public int argumentFrom() {
        return argumentFrom;
    }

    /** The index after the argument's last byte. */
    public int argumentTo() {
        return argumentTo;
    }

    /**
     * The index after the argument's last byte, not counting this last word and the space before it if the argument
     * ends with them. {@code lastWord} is in upper case and matches any case.
     */
    public int argumentTo(String lastWord) {
        int word = argumentTo - lastWord.length();
        boolean found = word > argumentFrom + 1
                && bytes[word - 1] == ' '
                && Ascii.equalsIgnoreCase(bytes, word, argumentTo, lastWord);
        return found ? word - 1 : argumentTo;
    }

    /** Whether this is the line's first word. {@code word} is in upper case and matches any case. */
    public boolean isWord(String word) {
        int to = lineFrom + word.length();
        return to <= argumentTo
                && (to == argumentTo || bytes[to] == ' ')
                && Ascii.equalsIgnoreCase(bytes, lineFrom, to, word);
    }

    /** Whether anything but spaces and tabs follows the verb. */
    public boolean hasArgument() {
        return argumentFrom < argumentTo;
    }

    /** The argument as text; malformed UTF-8 becomes U+FFFD. */
    public String argument() {
        return new String(bytes, argumentFrom, argumentTo - argumentFrom, UTF_8);
    }

    /** The start of the argument, up to {@code to}, as text. */
    public String argument(int to) {
        return new String(bytes, argumentFrom, to - argumentFrom, UTF_8);
    }

    /**
     * The line for a log. Control characters and malformed bytes are escaped, so that it stays one line. Everything
     * after the mechanism of AUTH is replaced with asterisks, as is everything after a verb that only resembles AUTH.
     */
    @Override
    public String toString() {
        int end = endOfLoggable();
        return Utf8.printable(bytes, lineFrom, end) + (end < argumentTo ? " ***" : "");
    }

    private int endOfLoggable() {
        if (!looksLikeAuth()) {
            return argumentTo;
        }
        return verb == Verb.AUTH ? endOfWord(argumentFrom) : lineFrom + "AUTH".length();
    }

    /** Whether the line begins with AUTH, even without a space after it: what follows may be a secret. */
    public boolean looksLikeAuth() {
        return Ascii.startsWithIgnoreCase(bytes, lineFrom, argumentTo, "AUTH");
    }

    /** The index after the last byte of the argument's first word. */
    public int endOfFirstWord() {
        return endOfWord(argumentFrom);
    }

    private int endOfWord(int from) {
        int i = from;
        while (i < argumentTo && bytes[i] != ' ') {
            i++;
        }
        return i;
    }
}
