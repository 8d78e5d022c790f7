// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/** Finds the links of a message: first the links in its HTML, then the links in its text, without duplicates. */
final class LinkExtractor {
    /** Up to white space, a quotation mark, or a parenthesis that has no counterpart in the link. */
    private static final Pattern IN_TEXT = Pattern.compile("https?://(?:[^\\s<>\"'()]++|\\([^\\s<>\"'()]*+\\))++");

    private static final String IN_HTML = "a[href], link[href], img[src], area[href]";

    private LinkExtractor() {}

    static Collection<String> links(String text, String html) {
        var links = new LinkedHashSet<String>();
        for (Element element : Jsoup.parse(html).select(IN_HTML)) {
            String link = element.hasAttr("href") ? element.attr("href") : element.attr("src");
            if (link.strip().matches("(?i)https?://.*")) {
                links.add(link.strip());
            }
        }
        Matcher link = IN_TEXT.matcher(text);
        while (link.find()) {
            links.add(link.group().replaceAll("[.,;:!?]+$", ""));
        }
        return links;
    }
}
