// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.search.Query;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.WriteOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * {@code /view/{id}.html|.txt}: a message as a page of its own. The HTML is untrusted: the browser shows it sandboxed,
 * without scripts, forms and plug-ins, and loads nothing from other hosts unless the URL has {@code remote=1}.
 */
final class ViewResource {
    /** For parts: they may not run or load anything. */
    static final String ATTACHMENT_POLICY =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self' data:";

    private static final String SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; ";
    private static final String LOCAL = SANDBOX + "style-src 'unsafe-inline'; img-src 'self' data:; font-src data:";
    private static final String REMOTE = SANDBOX
            + "style-src 'unsafe-inline' http: https:; img-src 'self' data: http: https:; font-src data: http: https:;"
            + " media-src http: https:";
    /** Links that make a browser contact other hosts in advance (https://html.spec.whatwg.org/#linkTypes). */
    private static final Set<String> HINTS =
            Set.of("dns-prefetch", "preconnect", "prefetch", "preload", "modulepreload", "prerender");

    private static final Pattern HINT = Pattern.compile("<link\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern CONTENT_ID = Pattern.compile("cid:([^\"'\\s)>;]+)", Pattern.CASE_INSENSITIVE);

    private final RequestParameters parameters;
    private final String webRoot;

    ViewResource(RequestParameters parameters, String webRoot) {
        this.parameters = parameters;
        this.webRoot = webRoot;
    }

    /** GET html. */
    void html(HttpExchange exchange) throws HttpProblem, IOException {
        MessageView message = view(exchange);
        if (message.html().isEmpty()) {
            throw new HttpProblem(404, "This message does not contain a HTML part");
        }
        String html = withPartUrls(message, exchange);
        boolean embedded = "1".equals(exchange.query("embed"));
        boolean remote = "1".equals(exchange.query("remote"));
        if (embedded || (!remote && HINT.matcher(html).find())) {
            html = rewritten(html, embedded, remote);
        }
        exchange.set("Content-Security-Policy", remote ? REMOTE : LOCAL).set("X-DNS-Prefetch-Control", "off");
        exchange.bytes("text/html; charset=utf-8", html.getBytes(UTF_8));
    }

    /** GET text. */
    void text(HttpExchange exchange) throws HttpProblem, IOException {
        MessageView message = view(exchange);
        exchange.text(200, MailpitMessageJson.text(message));
    }

    /** GET latest: redirects to the newest message. */
    void latest(HttpExchange exchange) throws HttpProblem {
        String query = exchange.query("query");
        MessageSummary latest = parameters
                .box(exchange)
                .latest(query == null || query.isBlank() ? Query.ALL : parameters.query(exchange, query));
        exchange.redirect(webRoot + (latest == null ? "/" : "/view/" + latest.id()) + namespace(exchange));
    }

    private MessageView view(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        MessageView message;
        try {
            message = box.view(parameters.id(exchange, box));
        } catch (HttpProblem malformed) {
            throw malformed.status() == 404 ? new HttpProblem(404, "Message not found") : malformed;
        }
        if (message == null) {
            throw new HttpProblem(404, "Message not found");
        }
        WriteOutcome.markRead(box, message.summary().id());
        return message;
    }

    /** Replaces references to parts of the message (RFC 2392) by the URLs of those parts. */
    private String withPartUrls(MessageView message, HttpExchange exchange) {
        var parts = new ArrayList<>(message.inline());
        parts.addAll(message.attachments());
        String ns = namespace(exchange);
        var partIds = new HashMap<String, String>();
        parts.forEach(part -> partIds.putIfAbsent(part.contentId(), part.partId()));
        Matcher reference = CONTENT_ID.matcher(message.html());
        return reference.replaceAll(match -> {
            String contentId = java.net.URLDecoder.decode(
                    match.group(1).replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25"), UTF_8);
            String partId = partIds.get(contentId);
            return Matcher.quoteReplacement(
                    partId == null
                            ? match.group()
                            : webRoot + "/api/v1/message/" + message.summary().id() + "/part/" + partId + ns);
        });
    }

    private static boolean isHint(String relations) {
        return Arrays.stream(relations.toLowerCase(Locale.ROOT).split("\\s+", -1))
                .anyMatch(HINTS::contains);
    }

    private static String namespace(HttpExchange exchange) {
        String namespace = exchange.query("ns");
        return namespace == null ? "" : "?ns=" + java.net.URLEncoder.encode(namespace, UTF_8);
    }

    /**
     * The HTML as a whole document. If it is embedded, its links open in a new tab without a referrer. If remote
     * content is off, links that make a browser contact other hosts in advance are removed, because no
     * Content-Security-Policy blocks them.
     */
    private static String rewritten(String html, boolean embedded, boolean remote) {
        Document document = Jsoup.parse(html);
        if (embedded) {
            for (Element link : document.select("a[href], area[href]")) {
                link.attr("target", "_blank").attr("rel", "noreferrer noopener");
            }
        }
        if (!remote) {
            for (Element link : document.select("link[rel]")) {
                if (isHint(link.attr("rel"))) {
                    link.remove();
                }
            }
        }
        document.outputSettings().prettyPrint(false);
        return document.outerHtml();
    }
}
