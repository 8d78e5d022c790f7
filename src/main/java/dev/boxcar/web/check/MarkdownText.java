// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Markdown that the descriptions of features use: links and code. */
final class MarkdownText {
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\((https?://[^\\s)\"]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private MarkdownText() {}

    /** The text as HTML. */
    static String html(String markdown) {
        String escaped = markdown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        String links = LINK.matcher(escaped).replaceAll("<a href=\"$2\" target=\"_blank\" rel=\"noopener\">$1</a>");
        Matcher code = CODE.matcher(links);
        return code.replaceAll("<code>$1</code>").strip();
    }
}
