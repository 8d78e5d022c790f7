// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fuzz target of the command parser: it must read every line, at any position in a buffer, as a slower parser of
 * the same grammar does.
 */
public final class CommandTarget {
    private static final int AROUND = 3;
    private static final BigInteger MOST_BYTES = BigInteger.valueOf(Long.MAX_VALUE);

    private CommandTarget() {}

    /** The input is one line without its CRLF. */
    public static void fuzzerTestOneInput(byte[] line) {
        var command = new Command();
        command.read(line, 0, line.length);
        checkGrammar(command, new String(line, ISO_8859_1));
        checkText(command, new String(line, ISO_8859_1));
        checkChunk(command);
        for (char neighbour : " A\t9\r".toCharArray()) {
            byte[] wide = new byte[line.length + 2 * AROUND];
            Arrays.fill(wide, (byte) neighbour);
            System.arraycopy(line, 0, wide, AROUND, line.length);
            var elsewhere = new Command();
            elsewhere.read(wide, AROUND, AROUND + line.length);
            boolean same = elsewhere.verb() == command.verb()
                    && elsewhere.argumentFrom() == command.argumentFrom() + AROUND
                    && elsewhere.argumentTo() == command.argumentTo() + AROUND
                    && elsewhere.endOfFirstWord() == command.endOfFirstWord() + AROUND
                    && elsewhere.toString().equals(command.toString())
                    && Chunk.of(elsewhere).equals(Chunk.of(command));
            check(same, "what stands around a line changes it");
        }
    }

    private static void checkGrammar(Command command, String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
            end--;
        }
        String[] parts = line.substring(0, end).split(" +", 2);
        String argument = parts.length == 2 ? parts[1] : "";
        check(command.verb() == verb(parts[0]), "verb");
        check(command.argumentTo() == end, "end of the argument");
        check(command.argumentFrom() == end - argument.length(), "beginning of the argument");
        check(command.hasArgument() == !argument.isEmpty(), "whether there is an argument");
        check(command.endOfFirstWord() == command.argumentFrom() + argument.split(" ", 2)[0].length(), "first word");
        String utf8 = " " + argument.toUpperCase(Locale.ROOT);
        boolean behindAnother = utf8.endsWith(" SMTPUTF8") && argument.length() > " SMTPUTF8".length();
        check(command.argumentTo("SMTPUTF8") == (behindAnother ? end - " SMTPUTF8".length() : end), "last word");
    }

    private static @Nullable Verb verb(String word) {
        for (Verb verb : Verb.values()) {
            if (verb.name().equalsIgnoreCase(word) && word.chars().allMatch(c -> c < 0x80)) {
                return verb;
            }
        }
        return null;
    }

    /** The log text must be one line without secrets. */
    private static void checkText(Command command, String line) {
        String told = command.toString();
        check(told.chars().allMatch(c -> c >= ' ' && c != 0x7F), "a control in a log: " + told);
        if (line.toUpperCase(Locale.ROOT).startsWith("AUTH") && command.verb() != Verb.AUTH) {
            check(told.length() <= "AUTH ***".length(), "a secret in a log: " + told);
        } else if (command.verb() == Verb.AUTH && command.endOfFirstWord() < command.argumentTo()) {
            check(told.endsWith(" ***"), "a secret in a log: " + told);
        }
    }

    private static void checkChunk(Command command) {
        String argument = new String(
                command.bytes(), command.argumentFrom(), command.argumentTo() - command.argumentFrom(), ISO_8859_1);
        String[] words = argument.split(" +", 2);
        Chunk chunk = Chunk.of(command);
        boolean isNumber = words[0].matches("[0-9]+") && new BigInteger(words[0]).compareTo(MOST_BYTES) <= 0;
        check(chunk.hasSize() == isNumber, "whether a chunk has a size");
        check(!isNumber || chunk.bytes() == Long.parseLong(words[0]), "size of a chunk");
        Chunk.End end = words.length == 1
                ? Chunk.End.MORE
                : words[1].equalsIgnoreCase("LAST")
                                && words[1].length() == 4
                                && words[1].chars().allMatch(c -> c < 0x80)
                        ? Chunk.End.LAST
                        : Chunk.End.MALFORMED;
        check(chunk.end() == end, "what comes behind a chunk");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
