// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit.content;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the links of a message. */
public final class LinkFinder {
    private static final Pattern URL = Pattern.compile("\\bhttps?://[^\\s<>\"]+", Pattern.CASE_INSENSITIVE);
    /** The target of a link in HTML, in double quotes, single quotes or without quotes. */
    private static final Pattern HREF = Pattern.compile(
            "<a\\s[^>]*?\\bhref\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s>\"']+))", Pattern.CASE_INSENSITIVE);

    private static final String SENTENCE_MARKS = ".,;:!?'*_";

    private LinkFinder() {}

    /** The URLs in the text, then the targets of the links in the HTML, without duplicates. */
    public static List<String> links(String text, String html) {
        Set<String> links = new LinkedHashSet<>();
        for (Matcher url = URL.matcher(text); url.find(); ) {
            links.add(withoutSentence(url.group()));
        }
        for (Matcher href = HREF.matcher(html); href.find(); ) {
            String target =
                    href.group(1) != null ? href.group(1) : href.group(2) != null ? href.group(2) : href.group(3);
            String link = HtmlWords.unescaped(target).strip();
            if (!link.isEmpty() && !link.startsWith("#")) {
                links.add(link);
            }
        }
        return List.copyOf(links);
    }

    /** Removes the marks of the sentence around a URL, such as the full stop after it. */
    private static String withoutSentence(String url) {
        int end = url.length();
        while (end > 0 && (SENTENCE_MARKS.indexOf(url.charAt(end - 1)) >= 0 || closesNothing(url, end))) {
            end--;
        }
        return url.substring(0, end);
    }

    /** Whether the URL ends with a closing bracket that has no opening one in the URL. */
    private static boolean closesNothing(String url, int end) {
        char last = url.charAt(end - 1);
        int opening = last == ')' ? '(' : last == ']' ? '[' : last == '}' ? '{' : 0;
        return opening != 0
                && url.chars().limit(end).filter(c -> c == opening).count()
                        < url.chars().limit(end).filter(c -> c == last).count();
    }
}
