// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * SASLprep (RFC 4013): one form for all spellings of a user or a password, so that what was typed at two keyboards
 * compares equal.
 *
 * <p>The tables are those of RFC 3454, save that a character is unassigned where this JDK's Unicode does not know it: a
 * password may have characters younger than Unicode 3.2. Any thread.
 */
public final class SaslPrep {
    /** First and last of each run of characters that are mapped to nothing (RFC 3454 table B.1). */
    private static final int[] NOTHING = {
        0xAD, 0xAD, 0x34F, 0x34F, 0x1806, 0x1806, 0x180B, 0x180D, 0x200B, 0x200D, 0x2060, 0x2060, 0xFE00, 0xFE0F,
        0xFEFF, 0xFEFF
    };

    /**
     * First and last of each run of prohibited characters that are neither controls, private, surrogates nor unassigned
     * (C.2.2, C.6 to C.9).
     */
    private static final int[] PROHIBITED = {
        0x340, 0x341, 0x6DD, 0x6DD, 0x70F, 0x70F, 0x180E, 0x180E, 0x200C, 0x200F, 0x2028, 0x202E, 0x2060, 0x2063,
        0x206A, 0x206F, 0x2FF0, 0x2FFB, 0xFEFF, 0xFEFF, 0xFFF9, 0xFFFD, 0x1D173, 0x1D17A, 0xE0001, 0xE0001, 0xE0020,
        0xE007F
    };

    private SaslPrep() {}

    /**
     * The text prepared, or null where it has a character that may not be there. ASCII without controls stays as it is.
     */
    public static @Nullable String prepare(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return text;
        }
        var mapped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isSpace(c)) {
                mapped.append(' ');
            } else if (!isIn(NOTHING, c)) {
                mapped.appendCodePoint(c);
            }
        });
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        return normal.codePoints().anyMatch(SaslPrep::isProhibited) || !directionsAgree(normal) ? null : normal;
    }

    /** Spaces outside ASCII (RFC 3454 table C.1.2). */
    private static boolean isSpace(int c) {
        return c != ' ' && (Character.getType(c) == Character.SPACE_SEPARATOR || c == 0x200B);
    }

    private static boolean isProhibited(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED -> true;
            default -> isIn(PROHIBITED, c);
        };
    }

    /** RFC 3454 §6: with a character from right to left there is none from left to right, and one such at each end. */
    private static boolean directionsAgree(String text) {
        return text.codePoints().noneMatch(SaslPrep::runsLeft)
                || (text.codePoints().noneMatch(SaslPrep::runsRight)
                        && runsLeft(text.codePointAt(0))
                        && runsLeft(text.codePointBefore(text.length())));
    }

    private static boolean runsLeft(int c) {
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> true;
            default -> false;
        };
    }

    private static boolean runsRight(int c) {
        return Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
    }

    private static boolean isIn(int[] runs, int c) {
        for (int i = 0; i < runs.length; i += 2) {
            if (c >= runs[i] && c <= runs[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
