// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/** The text that a reader of HTML sees. */
public final class HtmlText {
    private HtmlText() {}

    /** The text on one line, without scripts, styles and comments. Throws nothing. */
    public static String of(String html) {
        try {
            return Jsoup.parse(html).body().text();
        } catch (RuntimeException | StackOverflowError hostile) {
            return "";
        }
    }

    /**
     * The text in lines, as a plain text would be written. Each link is followed by its target: {@code Confirm (
     * https://example.org/7 )}. Throws nothing.
     */
    public static String inLines(String html) {
        try {
            var lines = new LineCollector();
            NodeTraversor.traverse(lines, Jsoup.parse(html).body());
            return lines.text();
        } catch (RuntimeException | StackOverflowError hostile) {
            return of(html);
        }
    }

    /** Collects the text. Block elements begin new lines; there are at most two line feeds in a row. */
    private static final class LineCollector implements NodeVisitor {
        private static final char NO_BREAK_SPACE = '\u00A0';
        private static final Set<String> WITH_EMPTY_LINE =
                Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table");

        private final StringBuilder text = new StringBuilder();
        private boolean space;

        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode words) {
                append(words.getWholeText());
            } else if (node instanceof Element element) {
                breakLine(element);
                if (element.nameIs("li")) {
                    append("* ");
                } else if (element.nameIs("br")) {
                    lineFeeds(1);
                } else if (element.nameIs("td") || element.nameIs("th")) {
                    space = true;
                } else if (element.nameIs("img")) {
                    append(element.attr("alt"));
                }
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element) {
                String target = element.nameIs("a") ? element.attr("href").strip() : "";
                if (!target.isEmpty() && !element.text().contains(target)) {
                    append(" ( " + target + " )");
                }
                breakLine(element);
            }
        }

        private void breakLine(Element element) {
            if (element.isBlock() && !element.nameIs("td") && !element.nameIs("th")) {
                lineFeeds(WITH_EMPTY_LINE.contains(element.normalName()) ? 2 : 1);
            }
        }

        private void append(String words) {
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

        private void lineFeeds(int count) {
            int present = 0;
            while (present < text.length() && text.charAt(text.length() - 1 - present) == '\n') {
                present++;
            }
            if (!text.isEmpty()) {
                text.append("\n".repeat(Math.max(0, count - present)));
            }
            space = false;
        }

        String text() {
            return text.toString().strip();
        }
    }
}
