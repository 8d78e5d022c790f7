// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** The HTML of a message, changed so that a browser can show it. Confined to one thread. */
final class MessageHtml {
    /** Links that make a browser contact other hosts in advance (https://html.spec.whatwg.org/#linkTypes). */
    private static final Set<String> HINTS =
            Set.of("dns-prefetch", "preconnect", "prefetch", "preload", "modulepreload", "prerender");

    /** The attributes from whose URL a browser loads a part of the page. */
    private static final Set<String> LOADED = Set.of("src", "background", "poster");

    private static final Pattern CONTENT_ID =
            Pattern.compile("\\s*cid:(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern CONTENT_ID_IN_CSS =
            Pattern.compile("(url\\(\\s*[\"']?\\s*)cid:([^\"')]+)", Pattern.CASE_INSENSITIVE);

    /** A candidate of a {@code srcset}, without its descriptor: {@code cid:a@b.example 2x}. */
    private static final Pattern CONTENT_ID_IN_SET =
            Pattern.compile("((?:^|,)\\s*)cid:(\\S*[^\\s,])", Pattern.CASE_INSENSITIVE);

    private final Document document;

    private MessageHtml(Document document) {
        this.document = document;
    }

    static MessageHtml parse(String html) {
        Document document = Jsoup.parse(html);
        document.outputSettings().prettyPrint(false);
        return new MessageHtml(document);
    }

    /** What {@link #replaceReferences} asks for at a reference to this content id. */
    static String idKey(String contentId) {
        return "cid:" + contentId.replaceAll("[\\r\\n\\t]", "").strip().replaceAll("^<\\s*|\\s*>$", "");
    }

    /** What {@link #replaceReferences} asks for at an image or style sheet that is at this location. */
    static String locationKey(String location) {
        String text = location.strip();
        return text.startsWith("./") ? text.substring(2) : text;
    }

    /**
     * Replaces references to other parts of the message: by content id (RFC 2392), in attributes and style sheets, and
     * by location (RFC 2557), in attributes that a browser loads something from.
     *
     * @param urlOf the URL of the part with such a key, or null if there is none
     */
    MessageHtml replaceReferences(Function<String, @Nullable String> urlOf) {
        for (Element element : document.getAllElements()) {
            for (Attribute attribute : element.attributes()) {
                String value = attribute.getValue();
                Matcher reference = CONTENT_ID.matcher(value);
                if (attribute.getKey().equals("srcset")) {
                    attribute.setValue(replaced(CONTENT_ID_IN_SET, value, urlOf));
                } else if (reference.matches()) {
                    replace(attribute, urlOf.apply(decoded(reference.group(1))));
                } else if (loads(element, attribute)) {
                    replace(attribute, urlOf.apply(locationKey(value)));
                } else if (attribute.getKey().equals("style")) {
                    attribute.setValue(replaced(CONTENT_ID_IN_CSS, value, urlOf));
                }
            }
        }
        for (Element style : document.select("style")) {
            for (DataNode css : style.dataNodes()) {
                css.setWholeData(replaced(CONTENT_ID_IN_CSS, css.getWholeData(), urlOf));
            }
        }
        return this;
    }

    private static void replace(Attribute attribute, @Nullable String url) {
        attribute.setValue(url == null ? attribute.getValue() : url);
    }

    private static boolean loads(Element element, Attribute attribute) {
        return LOADED.contains(attribute.getKey())
                || (attribute.getKey().equals("href") && element.normalName().equals("link"));
    }

    private static String replaced(Pattern references, String text, Function<String, @Nullable String> urlOf) {
        return references.matcher(text).replaceAll(reference -> {
            String url = urlOf.apply(decoded(reference.group(2)));
            return Matcher.quoteReplacement(url == null ? reference.group() : reference.group(1) + url);
        });
    }

    private static String decoded(String reference) {
        String escaped = reference.replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
        return idKey(URLDecoder.decode(escaped, UTF_8));
    }

    /** Makes links open in a new tab, without a referrer. */
    MessageHtml openLinksInNewTab() {
        for (Element link : document.select("a[href], area[href]")) {
            link.attr("target", "_blank").attr("rel", "noreferrer noopener");
        }
        return this;
    }

    /** Removes links that make a browser contact other hosts in advance: no Content-Security-Policy blocks them. */
    MessageHtml removeHints() {
        for (Element link : document.select("link[rel]")) {
            if (isHint(link.attr("rel"))) {
                link.remove();
            }
        }
        return this;
    }

    private static boolean isHint(String relations) {
        return Arrays.stream(relations.toLowerCase(Locale.ROOT).split("\\s+", -1))
                .anyMatch(HINTS::contains);
    }

    @Override
    public String toString() {
        return document.outerHtml();
    }
}
