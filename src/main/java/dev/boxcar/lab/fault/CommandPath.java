// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The path and the parameters of MAIL or RCPT (RFC 5321 §4.1.2), as far as they can be read: a rule may also match a
 * command that the server refuses.
 *
 * @param hasAddress whether there is a path
 * @param address the path without angle brackets and source route; empty for the null sender
 * @param parameters such as {@code BODY=8BITMIME}
 */
record CommandPath(boolean hasAddress, String address, List<String> parameters) {
    /** No path: another command. */
    static final CommandPath NONE = new CommandPath(false, "", List.of());

    private static final String SIZE = "SIZE=";

    static CommandPath of(Command command) {
        if (command.verb() != Verb.MAIL && command.verb() != Verb.RCPT) {
            return NONE;
        }
        String argument = command.argument();
        int colon = argument.indexOf(':');
        if (colon < 0) {
            return NONE;
        }
        String rest = argument.substring(colon + 1).strip();
        int end = endOfPath(rest);
        String path = rest.substring(0, end);
        boolean isBracketed = path.startsWith("<") && path.endsWith(">");
        String address = isBracketed ? path.substring(1, path.length() - 1) : path;
        return new CommandPath(true, withoutRoute(address), words(rest.substring(end)));
    }

    /** The index after a path that may have a quoted local part, with spaces and angle brackets inside. */
    private static int endOfPath(String text) {
        boolean isQuoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == '>' && !isQuoted) {
                return i + 1;
            } else if (c == ' ' && !isQuoted) {
                return i;
            }
        }
        return text.length();
    }

    /** RFC 5321 §4.1.1.3: a source route is ignored. */
    private static String withoutRoute(String address) {
        return address.startsWith("@") ? address.substring(address.indexOf(':') + 1) : address;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!word.isBlank()) {
                words.add(word);
            }
        }
        return words;
    }

    /** The value of the parameter SIZE; 0 without it. */
    long size() {
        for (String parameter : parameters) {
            if (parameter.toUpperCase(Locale.ROOT).startsWith(SIZE)) {
                String digits = parameter.substring(SIZE.length());
                return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
            }
        }
        return 0;
    }

    /** Whether there is a parameter of this name, or with this name and value. */
    boolean hasParameter(String nameOrWhole) {
        String name = nameOrWhole.toUpperCase(Locale.ROOT);
        return parameters.stream()
                .map(parameter -> parameter.toUpperCase(Locale.ROOT))
                .anyMatch(parameter -> parameter.equals(name) || parameter.startsWith(name + "="));
    }
}
