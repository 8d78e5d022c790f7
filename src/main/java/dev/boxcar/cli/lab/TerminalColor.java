// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Colours text for a terminal, or leaves it as it is. Immutable. */
public enum TerminalColor {
    /** The text stays as it is. */
    OFF,
    /** The text gets ANSI escape sequences. */
    ON;

    /** A kind of text. */
    enum Style {
        HEADING("1"),
        TIME("2"),
        COMMAND("36"),
        SUCCESS("32"),
        TRANSIENT("33"),
        PERMANENT("31"),
        VIOLATION("1;31"),
        ADVICE("33"),
        FAULT("35");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    /**
     * Whether output shall have colours: if it goes to a terminal, unless NO_COLOR is set (https://no-color.org) or the
     * terminal has no colours.
     */
    public static TerminalColor of(Map<String, String> environment) {
        boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        return unwanted || !isTerminal(System.console()) ? OFF : ON;
    }

    /** From Java 22 on there is a console also without a terminal, and a method that tells. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true; // an older Java: a console is a terminal
        }
    }

    String paint(Style style, String text) {
        return this == OFF ? text : "\u001b[" + style.code + "m" + text + "\u001b[0m";
    }
}
