// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A command line, split into the command and its arguments. Immutable; any thread.
 *
 * @param command the command; null if it is unknown
 * @param arguments the words after the command; for PASS, the rest of the line as one argument
 */
record Pop3Line(@Nullable Pop3Command command, List<String> arguments) {

    /** Reads the bytes {@code from} to {@code to} (exclusive) as a command line without its CRLF. */
    static Pop3Line parse(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, UTF_8);
        int space = text.indexOf(' ');
        Pop3Command command = Pop3Command.named(space < 0 ? text : text.substring(0, space));
        String rest = space < 0 ? "" : text.substring(space + 1);
        if (command == Pop3Command.PASS) {
            return new Pop3Line(command, space < 0 ? List.of() : List.of(rest));
        }
        var words = new ArrayList<String>();
        var tokens = new StringTokenizer(rest, " ");
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return new Pop3Line(command, List.copyOf(words));
    }

    /** The first argument. */
    String argument() {
        return arguments.get(0);
    }

    /** Whether the command has as many arguments as it takes. */
    boolean isComplete() {
        return command != null && command.takes(arguments.size());
    }
}
