// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.Attachment;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.search.Query;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.WriteOutcome;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code /view/{id}.html|.txt}: a message as a page of its own. The HTML is untrusted: the browser shows it sandboxed,
 * without scripts, forms and plug-ins, and loads nothing from other hosts unless the URL has {@code remote=1}.
 */
final class ViewResource {
    /** For parts: they may not run or load anything. */
    private static final String ATTACHMENT_POLICY =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self' data:";

    /** For PDF, which has no markup: the viewers of some browsers do not work in a sandbox. */
    private static final String PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'";

    private static final String SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; ";
    private static final String LOCAL = SANDBOX + "style-src 'unsafe-inline'; img-src 'self' data:; font-src data:";
    private static final String REMOTE = SANDBOX
            + "style-src 'unsafe-inline' http: https:; img-src 'self' data: http: https:; font-src data: http: https:;"
            + " media-src http: https:";

    private final RequestParameters parameters;
    private final String webRoot;

    ViewResource(RequestParameters parameters, String webRoot) {
        this.parameters = parameters;
        this.webRoot = webRoot;
    }

    /** The Content-Security-Policy of a part of this media type. */
    static String policyOfPart(String contentType) {
        return contentType.equals("application/pdf") ? PDF_POLICY : ATTACHMENT_POLICY;
    }

    /** GET html. With {@code part}, shows the message in that part. */
    void html(HttpExchange exchange) throws HttpProblem, IOException {
        String part = exchange.query("part");
        MessageView message = part == null ? view(exchange) : embedded(exchange, part);
        if (message.html().isEmpty()) {
            throw new HttpProblem(404, "This message does not contain a HTML part");
        }
        MessageHtml html = MessageHtml.parse(message.html()).replaceReferences(partUrls(message, exchange)::get);
        if ("1".equals(exchange.query("embed"))) {
            html.openLinksInNewTab();
        }
        boolean remote = "1".equals(exchange.query("remote"));
        if (!remote) {
            html.removeHints();
        }
        exchange.set("Content-Security-Policy", remote ? REMOTE : LOCAL).set("X-DNS-Prefetch-Control", "off");
        exchange.bytes("text/html; charset=utf-8", html.toString().getBytes(UTF_8));
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
        exchange.redirect(webRoot + (latest == null ? "/" : "/view/" + latest.id()) + namespaceQuery(exchange));
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

    private MessageView embedded(HttpExchange exchange, String part) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        MessageView message = box.embedded(parameters.id(exchange, box), part);
        if (message == null) {
            throw new HttpProblem(404, "Message not found");
        }
        return message;
    }

    private static String namespaceQuery(HttpExchange exchange) {
        String namespace = exchange.query("ns");
        return namespace == null ? "" : "?ns=" + URLEncoder.encode(namespace, UTF_8);
    }

    /** The URLs of the message's parts, by content id ({@code cid:…}) and by location. */
    private Map<String, String> partUrls(MessageView message, HttpExchange exchange) {
        var parts = new ArrayList<>(message.inline());
        parts.addAll(message.attachments());
        String namespace = exchange.query("ns");
        String suffix = namespace == null ? "" : "&ns=" + URLEncoder.encode(namespace, UTF_8);
        var urls = new HashMap<String, String>();
        for (Attachment part : parts) {
            String path = webRoot + "/api/v1/message/" + message.summary().id() + "/part/" + part.partId();
            if (!part.contentId().isEmpty()) {
                urls.computeIfAbsent(MessageHtml.idKey(part.contentId()), id -> exchange.signedUrl(path) + suffix);
            }
            if (!part.contentLocation().isEmpty()) {
                urls.computeIfAbsent(
                        MessageHtml.locationKey(part.contentLocation()), at -> exchange.signedUrl(path) + suffix);
            }
        }
        return urls;
    }
}
