// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the {@code cid:} URLs of HTML (RFC 2392) by the URLs of parts. Only attributes and style sheets are changed,
 * never text. Immutable.
 */
public final class ContentIdLinks {
    private static final String SCHEME = "cid:";
    private static final Pattern STYLE_URL =
            Pattern.compile("url\\(\\s*([\"']?)\\s*(cid:[^\"')]+?)\\s*\\1\\s*\\)", Pattern.CASE_INSENSITIVE);

    private final Map<String, String> urls = new HashMap<>();

    /** The URL of each Content-ID; of two equal ones the first counts. */
    public ContentIdLinks(Map<String, String> urlsByContentId) {
        urlsByContentId.forEach((contentId, url) -> urls.putIfAbsent(contentId, url));
        urlsByContentId.forEach((contentId, url) -> urls.putIfAbsent(normalized(contentId), url));
    }

    /** The HTML with its URLs replaced; the same HTML if there is none to replace. */
    public String replaceIn(String html) {
        if (!html.toLowerCase(Locale.ROOT).contains("cid") || urls.isEmpty()) {
            return html; // "cid" without the colon, which may be written as an entity
        }
        Document document = Jsoup.parse(html);
        document.outputSettings().prettyPrint(false);
        boolean changed = false;
        for (Element element : document.getAllElements()) {
            for (Attribute attribute : element.attributes().asList()) {
                changed |= replace(attribute);
            }
            if (element.nameIs("style")) {
                for (DataNode style : element.dataNodes()) {
                    String replaced = replaceInStyle(style.getWholeData());
                    changed |= !replaced.equals(style.getWholeData());
                    style.setWholeData(replaced);
                }
            }
        }
        return changed ? document.outerHtml() : html;
    }

    private boolean replace(Attribute attribute) {
        String value = attribute.getValue();
        String replaced = attribute.getKey().equalsIgnoreCase("style") ? replaceInStyle(value) : url(value);
        if (replaced == null || replaced.equals(value)) {
            return false;
        }
        attribute.setValue(replaced);
        return true;
    }

    private String replaceInStyle(String style) {
        Matcher matcher = STYLE_URL.matcher(style);
        return matcher.replaceAll(match -> {
            String url = url(match.group(2));
            return Matcher.quoteReplacement(url == null ? match.group() : "url(\"" + url + "\")");
        });
    }

    /** The URL of the part that a {@code cid:} URL names, or null. */
    private @Nullable String url(String value) {
        String stripped = value.strip();
        if (!stripped.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String contentId = stripped.substring(SCHEME.length()).strip();
        String exact = urls.get(contentId);
        return exact == null ? urls.get(normalized(contentId)) : exact;
    }

    /** Without angle brackets, percent signs, white space and case: programs write one id in several ways. */
    private static String normalized(String contentId) {
        return decodePercent(contentId)
                .replaceAll("^[<\\s]+|[>\\s]+$|[\\r\\n\\t]", "")
                .toLowerCase(Locale.ROOT);
    }

    private static String decodePercent(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = new ByteArrayOutputStream(text.length());
        MimeParameters.decodePercent(text, bytes);
        return bytes.toString(UTF_8);
    }
}
