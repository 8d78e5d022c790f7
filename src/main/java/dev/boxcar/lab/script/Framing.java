// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.Locale;

/**
 * How the bytes of replies are divided into writes. The bytes stay the same.
 *
 * @param kind the division
 * @param bytes for {@link Kind#SPLIT} the bytes of each write; 0 otherwise
 */
public record Framing(Kind kind, int bytes) {
    /** One write per reply. */
    public static final Framing SEPARATE = new Framing(Kind.SEPARATE, 0);
    /** The reply waits for the next one and leaves in the same write, also where RFC 2920 would flush it at once. */
    public static final Framing GLUED = new Framing(Kind.GLUED, 0);
    /** One write per byte. */
    public static final Framing BYTE_BY_BYTE = new Framing(Kind.BYTE_BY_BYTE, 0);
    /** CR ends one write, and LF begins the next. */
    public static final Framing CR_LF = new Framing(Kind.CR_LF, 0);

    /** The most bytes of a write. */
    public static final int MAX_SPLIT = 65_536;

    /** The ways to divide replies. */
    public enum Kind {
        SEPARATE,
        GLUED,
        BYTE_BY_BYTE,
        CR_LF,
        SPLIT;

        /** The name in a script. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Checks the number of bytes. */
    public Framing {
        boolean valid = kind == Kind.SPLIT ? bytes >= 1 && bytes <= MAX_SPLIT : bytes == 0;
        if (!valid) {
            throw new IllegalArgumentException("split must be 1 to " + MAX_SPLIT + " bytes, not " + bytes);
        }
    }

    /** A write after every {@code bytes} bytes of a reply. */
    public static Framing split(int bytes) {
        return new Framing(Kind.SPLIT, bytes);
    }

    /**
     * Parses the name of a kind other than split.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Framing parse(String text) {
        return switch (text) {
            case "separate" -> SEPARATE;
            case "glued" -> GLUED;
            case "byte-by-byte" -> BYTE_BY_BYTE;
            case "cr-lf" -> CR_LF;
            default ->
                throw new IllegalArgumentException("unknown framing '" + text
                        + "' (known: separate, glued, byte-by-byte, cr-lf, and {\"split\": BYTES})");
        };
    }

    /** The division in words: for the record of what was done. */
    @Override
    public String toString() {
        return kind == Kind.SPLIT ? "split " + bytes : kind.toString();
    }
}
