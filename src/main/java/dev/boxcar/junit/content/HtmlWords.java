// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit.content;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of an HTML text, near enough to find codes in them; a page for people needs a real parser. */
public final class HtmlWords {
    private static final Pattern UNSEEN = Pattern.compile("(?is)<!--.*?-->|<(style|script|head|title)\\b.*?</\\1\\s*>");
    private static final Pattern INLINE_TAG = Pattern.compile(
            "(?i)</?(?:a|abbr|b|big|code|em|font|i|kbd|mark|s|samp|small|span|strong|sub|sup|tt|u)\\b[^>]*>");
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final Pattern ENTITY = Pattern.compile("&(?:#(\\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,6}));");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", " ", "zwnj", "", "shy", "");

    private HtmlWords() {}

    /** The text without tags. A tag that begins a block or a cell becomes a line end. */
    public static String of(String html) {
        String seen = UNSEEN.matcher(html).replaceAll(" ");
        String words = INLINE_TAG.matcher(seen).replaceAll("");
        return unescaped(TAG.matcher(words).replaceAll("\n"));
    }

    /** The text with its character references replaced, as far as mail uses them. */
    static String unescaped(String text) {
        return ENTITY.matcher(text).replaceAll(entity -> Matcher.quoteReplacement(character(entity)));
    }

    private static String character(java.util.regex.MatchResult entity) {
        if (entity.group(3) != null) {
            return NAMED.getOrDefault(entity.group(3), entity.group());
        }
        int number =
                entity.group(1) != null ? Integer.parseInt(entity.group(1)) : Integer.parseInt(entity.group(2), 16);
        return Character.isValidCodePoint(number) ? Character.toString(number) : entity.group();
    }
}
