// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/** What a reader sees of HTML. */
public final class HtmlText {
    private HtmlText() {}

    /** The text, white space made single spaces, without scripts, styles and comments. Throws nothing. */
    public static String of(String html) {
        try {
            return Jsoup.parse(html).body().text();
        } catch (RuntimeException | StackOverflowError hostile) {
            return "";
        }
    }

    /**
     * The same in lines, as a plain text would have been: a link is followed by where it leads, {@code Confirm (
     * https://example.org/7 )}. Throws nothing.
     */
    public static String inLines(String html) {
        try {
            var lines = new Lines();
            NodeTraversor.traverse(lines, Jsoup.parse(html).body());
            return lines.text();
        } catch (RuntimeException | StackOverflowError hostile) {
            return of(html);
        }
    }

    /** Takes down what comes by. Each line feed is asked for by an element; more than two in a row are two. */
    private static final class Lines implements NodeVisitor {
        private static final char NO_BREAK_SPACE = '\u00A0';
        private static final Set<String> APART = Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table");

        private final StringBuilder text = new StringBuilder();
        private boolean space;

        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode words) {
                take(words.getWholeText());
            } else if (node instanceof Element element) {
                breakAt(element);
                if (element.nameIs("li")) {
                    take("* ");
                } else if (element.nameIs("br")) {
                    lineFeeds(1);
                } else if (element.nameIs("td") || element.nameIs("th")) {
                    space = true;
                } else if (element.nameIs("img")) {
                    take(element.attr("alt"));
                }
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element) {
                String leads = element.nameIs("a") ? element.attr("href").strip() : "";
                if (!leads.isEmpty() && !element.text().contains(leads)) {
                    take(" ( " + leads + " )");
                }
                breakAt(element);
            }
        }

        private void breakAt(Element element) {
            if (element.isBlock() && !element.nameIs("td") && !element.nameIs("th")) {
                lineFeeds(APART.contains(element.normalName()) ? 2 : 1);
            }
        }

        private void take(String words) {
            for (int i = 0; i < words.length(); i++) {
                char c = words.charAt(i);
                if (Character.isWhitespace(c) || c == NO_BREAK_SPACE) {
                    space = true;
                    continue;
                }
                if (space && !text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
                    text.append(' ');
                }
                space = false;
                text.append(c);
            }
        }

        private void lineFeeds(int wanted) {
            int there = 0;
            while (there < text.length() && text.charAt(text.length() - 1 - there) == '\n') {
                there++;
            }
            if (!text.isEmpty()) {
                text.append("\n".repeat(Math.max(0, wanted - there)));
            }
            space = false;
        }

        String text() {
            return text.toString().strip();
        }
    }
}
