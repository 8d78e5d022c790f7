// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The commands, the phase in which each is valid, and the number of its arguments (RFC 1939 §5 to §7). */
enum Pop3Command {
    /** RFC 2449 §5. */
    CAPA(Phase.ANY, 0, 0),
    /** RFC 2595 §4. */
    STLS(Phase.AUTHORIZATION, 0, 0),
    USER(Phase.AUTHORIZATION, 1, 1),
    /** Its argument is the rest of the line: a password may contain spaces (RFC 1939 §7). */
    PASS(Phase.AUTHORIZATION, 1, 1),
    /** RFC 5034 §4. */
    AUTH(Phase.AUTHORIZATION, 1, 2),
    QUIT(Phase.ANY, 0, 0),
    STAT(Phase.TRANSACTION, 0, 0),
    LIST(Phase.TRANSACTION, 0, 1),
    UIDL(Phase.TRANSACTION, 0, 1),
    RETR(Phase.TRANSACTION, 1, 1),
    TOP(Phase.TRANSACTION, 2, 2),
    DELE(Phase.TRANSACTION, 1, 1),
    NOOP(Phase.TRANSACTION, 0, 0),
    RSET(Phase.TRANSACTION, 0, 0);

    /** The phase of a session (RFC 1939 §3). */
    enum Phase {
        AUTHORIZATION,
        TRANSACTION,
        /** For a command: valid in both. */
        ANY
    }

    private static final Pop3Command[] ALL = values();

    private final Phase phase;
    private final int minArguments;
    private final int maxArguments;

    Pop3Command(Phase phase, int minArguments, int maxArguments) {
        this.phase = phase;
        this.minArguments = minArguments;
        this.maxArguments = maxArguments;
    }

    /** The command of this name, in any case, or null if it is unknown. */
    static @Nullable Pop3Command named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (Pop3Command command : ALL) {
            if (command.name().equals(upper)) {
                return command;
            }
        }
        return null;
    }

    boolean isValidIn(Phase current) {
        return phase == Phase.ANY || phase == current;
    }

    boolean takes(int arguments) {
        return arguments >= minArguments && arguments <= maxArguments;
    }

    /** The number of words to split an argument text into: PASS takes the rest of the line as one. */
    int maxArguments() {
        return maxArguments;
    }
}
