// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * One command line, seen in place (RFC 5321 §4.1.1): its verb and where its argument stands.
 *
 * <p>A view, to be used again for every line: what it tells is valid until the next {@link #read}, and as long as the
 * bytes it was given stay. Confined to one thread. Reading allocates nothing.
 */
public final class Command {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int lineFrom;
    private int argumentFrom;
    private int argumentTo;
    private @Nullable Verb verb;
    private boolean printable;

    /**
     * Looks at the line from {@code from} to {@code to}, without its CRLF. Spaces and tabs at its end are cut off (RFC
     * 5321 §4.1.1); the verb ends at the first space, the argument begins behind the last of those spaces.
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

    /** Whether the whole line is ASCII, without any control. */
    public boolean isPrintable() {
        return printable;
    }

    /** The verb, or null where it is none of ours. */
    public @Nullable Verb verb() {
        return verb;
    }

    /** The bytes that {@link #argumentFrom} and {@link #argumentTo} point into: those given to {@link #read}. */
    public byte[] bytes() {
        return bytes;
    }

    /** The index of the line's first byte. */
    public int lineFrom() {
        return lineFrom;
    }

    /** The index of the argument's first byte; {@link #argumentTo} where there is no argument. */
    public int argumentFrom() {
        return argumentFrom;
    }

    /** The index behind the argument's last byte. */
    public int argumentTo() {
        return argumentTo;
    }

    /**
     * The index behind the argument's last byte, when a space and this last word, in any case, given in capitals, are
     * taken away.
     */
    public int argumentTo(String lastWord) {
        int word = argumentTo - lastWord.length();
        boolean stands = word > argumentFrom + 1
                && bytes[word - 1] == ' '
                && Ascii.equalsIgnoreCase(bytes, word, argumentTo, lastWord);
        return stands ? word - 1 : argumentTo;
    }

    /** Whether the line's first word is this one, in any case, given in capitals. */
    public boolean isWord(String word) {
        int to = lineFrom + word.length();
        return to <= argumentTo
                && (to == argumentTo || bytes[to] == ' ')
                && Ascii.equalsIgnoreCase(bytes, lineFrom, to, word);
    }

    /** Whether anything but spaces and tabs stands behind the verb. */
    public boolean hasArgument() {
        return argumentFrom < argumentTo;
    }

    /** The argument as text, made on demand; malformed UTF-8 becomes U+FFFD. */
    public String argument() {
        return new String(bytes, argumentFrom, argumentTo - argumentFrom, UTF_8);
    }

    /** The argument's beginning, up to {@code to}, as text. */
    public String argument(int to) {
        return new String(bytes, argumentFrom, to - argumentFrom, UTF_8);
    }

    /**
     * The line for a log: controls and malformed bytes are escaped, so that it stays one line, and what stands behind
     * the mechanism of AUTH, or behind anything that looks like AUTH, is not told.
     */
    @Override
    public String toString() {
        int tell = tellableTo();
        return Utf8.printable(bytes, lineFrom, tell) + (tell < argumentTo ? " ***" : "");
    }

    private int tellableTo() {
        if (!looksLikeAuth()) {
            return argumentTo;
        }
        return verb == Verb.AUTH ? endOfWord(argumentFrom) : lineFrom + "AUTH".length();
    }

    /**
     * Whether the line begins as AUTH does, also where it is none for want of a space: what stands behind may be a
     * secret.
     */
    public boolean looksLikeAuth() {
        return Ascii.startsWithIgnoreCase(bytes, lineFrom, argumentTo, "AUTH");
    }

    /** The index behind the last byte of the argument's first word. */
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
