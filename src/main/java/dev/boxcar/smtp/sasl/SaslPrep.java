// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * SASLprep (RFC 4013): normalizes user names and passwords, so that the same text compares equal however it was typed.
 *
 * <p>The tables are those of RFC 3454, except that unassigned characters are those that the JDK's Unicode version does
 * not know: a password may have characters added after Unicode 3.2. Any thread.
 */
public final class SaslPrep {
    /** First and last of each run of characters that are mapped to nothing (RFC 3454 table B.1). */
    private static final int[] MAPPED_TO_NOTHING = {
        0xAD, 0xAD, 0x34F, 0x34F, 0x1806, 0x1806, 0x180B, 0x180D, 0x200B, 0x200D, 0x2060, 0x2060, 0xFE00, 0xFE0F,
        0xFEFF, 0xFEFF
    };

    /**
     * First and last of each run of prohibited characters, without controls, private use, surrogates and unassigned
     * ones (tables C.2.2, C.6 to C.9).
     */
    private static final int[] PROHIBITED = {
        0x340, 0x341, 0x6DD, 0x6DD, 0x70F, 0x70F, 0x180E, 0x180E, 0x200C, 0x200F, 0x2028, 0x202E, 0x2060, 0x2063,
        0x206A, 0x206F, 0x2FF0, 0x2FFB, 0xFEFF, 0xFEFF, 0xFFF9, 0xFFFD, 0x1D173, 0x1D17A, 0xE0001, 0xE0001, 0xE0020,
        0xE007F
    };

    private SaslPrep() {}

    /** The prepared text, or null if it has a prohibited character. ASCII without controls is unchanged. */
    public static @Nullable String prepare(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return text;
        }
        var mapped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isSpace(c)) {
                mapped.append(' ');
            } else if (!isIn(MAPPED_TO_NOTHING, c)) {
                mapped.appendCodePoint(c);
            }
        });
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        return normal.codePoints().anyMatch(SaslPrep::isProhibited) || !isValidBidirectional(normal) ? null : normal;
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

    /** RFC 3454 §6: right-to-left text has no left-to-right character, and begins and ends right-to-left. */
    private static boolean isValidBidirectional(String text) {
        return text.codePoints().noneMatch(SaslPrep::isRightToLeft)
                || (text.codePoints().noneMatch(SaslPrep::isLeftToRight)
                        && isRightToLeft(text.codePointAt(0))
                        && isRightToLeft(text.codePointBefore(text.length())));
    }

    private static boolean isRightToLeft(int c) {
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> true;
            default -> false;
        };
    }

    private static boolean isLeftToRight(int c) {
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
