// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call, read by name and type. An agent may write a number as text. */
final class ToolArguments {
    private final Map<String, Object> values;

    ToolArguments(@Nullable Map<String, Object> values) {
        this.values = values == null ? Map.of() : values;
    }

    /** The text of an argument; empty if it is missing. */
    String text(String name) {
        Object value = values.get(name);
        return value == null ? "" : value.toString();
    }

    /** The text of an argument that must be there. */
    String required(String name) {
        String text = text(name);
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return text;
    }

    /** A whole number between two bounds; without the argument, the default. */
    long number(String name, long least, long most, long byDefault) {
        String text = text(name);
        if (text.isEmpty()) {
            return byDefault;
        }
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + text + ": not a number", e);
        }
        if (number != Math.rint(number) || number < least || number > most) {
            throw new IllegalArgumentException(
                    name + ": " + text + ": not a whole number from " + least + " to " + most);
        }
        return (long) number;
    }

    /** The argument as the client sent it; null if it is missing. */
    @Nullable
    Object value(String name) {
        return values.get(name);
    }
}
