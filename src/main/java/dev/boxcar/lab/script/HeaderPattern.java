// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import dev.boxcar.unit.Glob;

/**
 * A header field that a message has.
 *
 * @param name the field's name, in any case
 * @param value what the field's unfolded value, without spaces around it, must match
 */
public record HeaderPattern(String name, Glob value) {
    private static final int MAX_NAME_CHARACTERS = 100;

    /** Checks the name (RFC 5322 §2.2). */
    public HeaderPattern {
        if (!name.matches("[!-9;-~]{1," + MAX_NAME_CHARACTERS + "}")) {
            throw new IllegalArgumentException("invalid header name '" + name + "' (example: X-Test-Id)");
        }
    }

    /** Parses {@code NAME} for a field with any value, or {@code NAME: PATTERN}. */
    public static HeaderPattern parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new HeaderPattern(text.strip(), Glob.ANY)
                : new HeaderPattern(
                        text.substring(0, colon).strip(),
                        new Glob(text.substring(colon + 1).strip()));
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return value.isAny() ? name : name + ": " + value;
    }
}
