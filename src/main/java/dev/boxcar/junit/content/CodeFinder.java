// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit.content;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds one-time codes in a text: 4 to 8 digits, two groups of three digits, or 6 to 8 capitals and digits, that stand
 * alone. Codes near a word such as <em>code</em> or <em>PIN</em> come first. A number that looks like a year, and
 * capitals, count only near such a word.
 */
public final class CodeFinder {
    private static final Pattern URL = Pattern.compile("(?i)\\b(?:https?://|mailto:|www\\.)[^\\s<>\"]+|\\S+@\\S+");
    /** Not within a word, a price, a path or a longer number such as that of a telephone. */
    private static final String ALONE_BEFORE = "(?<![\\p{L}\\p{N}#$€£/.,:+_-]|\\p{N}[ \u00A0])";

    private static final String ALONE_AFTER = "(?![\\p{L}\\p{N}%€$/_-]|[.,: \u00A0]\\p{N})";
    private static final Pattern DIGITS =
            Pattern.compile(ALONE_BEFORE + "(?:(\\d{4,8})|(\\d{3})[ \u00A0-](\\d{3}))" + ALONE_AFTER);
    private static final Pattern CAPITALS =
            Pattern.compile(ALONE_BEFORE + "(?=[A-Z0-9]*\\d)(?=[A-Z0-9]*[A-Z])([A-Z0-9]{6,8})" + ALONE_AFTER);
    private static final Pattern YEAR = Pattern.compile("(?:19|20)\\d\\d");
    /** Words that announce a code, in some languages. */
    private static final Pattern ANNOUNCEMENT = Pattern.compile(
            "(?iu)\\bcodes?\\b|\\w*codes?\\b|\\botp\\b|\\bpin\\b|\\btan\\b|pass\\s?code|one.time|verif|c[óo]digo|codice|kod\\b");
    /** How far before a code its announcement may be, in characters. */
    private static final int NEAR = 80;

    private static final String CLAUSE_ENDS = ".,;:!?\n";

    private CodeFinder() {}

    /** The codes in a text, without duplicates. */
    public static List<String> codes(String text) {
        String words = URL.matcher(text).replaceAll(" ");
        Set<String> announced = new LinkedHashSet<>();
        Set<String> others = new LinkedHashSet<>();
        for (Matcher digits = DIGITS.matcher(words); digits.find(); ) {
            String code = digits.group(1) != null ? digits.group(1) : digits.group(2) + digits.group(3);
            if (isAnnounced(words, digits)) {
                announced.add(code);
            } else if (!YEAR.matcher(code).matches()) {
                others.add(code);
            }
        }
        for (Matcher capitals = CAPITALS.matcher(words); capitals.find(); ) {
            if (isAnnounced(words, capitals)) {
                announced.add(capitals.group(1));
            }
        }
        announced.addAll(others);
        return List.copyOf(announced);
    }

    /** Whether an announcement precedes the code, or follows it in the same clause ("123456 is your code"). */
    private static boolean isAnnounced(String words, Matcher code) {
        int end = code.end();
        while (end < Math.min(words.length(), code.end() + NEAR) && CLAUSE_ENDS.indexOf(words.charAt(end)) < 0) {
            end++;
        }
        String before = words.substring(Math.max(0, code.start() - NEAR), code.start());
        return ANNOUNCEMENT.matcher(before).find()
                || ANNOUNCEMENT.matcher(words.substring(code.end(), end)).find();
    }
}
