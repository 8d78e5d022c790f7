// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Where every request comes in: host, origin, account, web root and route, in this order. Any thread. */
final class RequestHandler extends Handler.Abstract {
    private static final String FOREIGN = "403 pages of another origin may not do this: see --api-cors";

    private final Router router;
    private final HttpServer.Options options;
    private final List<String> webRoot;

    RequestHandler(Router router, HttpServer.Options options) {
        this.router = router;
        this.options = options;
        this.webRoot = Router.segments(options.webRoot());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpFields.Mutable fields = response.getHeaders();
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put("Referrer-Policy", "no-referrer");
        fields.put("Cache-Control", "no-store");
        var bare = new HttpExchange(request, response, callback, Map.of(), null);
        bare.run(exchange -> enter(request, response, callback, exchange));
        return true;
    }

    private void enter(Request request, Response response, Callback callback, HttpExchange bare)
            throws HttpProblem, java.io.IOException {
        String authority = authority(request);
        if (authority != null && !options.guard().knowsHost(authority)) {
            throw new HttpProblem(403, "403 this host name is not served: see --web-host");
        }
        @Nullable String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (!options.guard().admits(origin, authority == null ? "" : authority)) {
            throw new HttpProblem(403, FOREIGN);
        }
        if (origin != null && options.guard().isListed(origin)) {
            admit(origin, response.getHeaders());
        }
        if (request.getMethod().equals("OPTIONS")) {
            bare.set("Allow", "GET, HEAD, PUT, POST, DELETE, OPTIONS").status(204);
            return;
        }
        route(request, response, callback, bare);
    }

    /** The Fetch standard's fields for an origin that may read (https://fetch.spec.whatwg.org/#http-cors-protocol). */
    private static void admit(String origin, HttpFields.Mutable fields) {
        fields.put("Access-Control-Allow-Origin", origin);
        fields.put("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE, OPTIONS");
        fields.put("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Requested-With");
        fields.add("Vary", "Origin");
    }

    private void route(Request request, Response response, Callback callback, HttpExchange bare)
            throws HttpProblem, java.io.IOException {
        List<String> segments = Router.decodedSegments(request.getHttpURI().getPath());
        if (segments == null) {
            throw HttpProblem.badRequest("400 malformed path");
        }
        if (segments.isEmpty() && !webRoot.isEmpty()) {
            bare.redirect(options.webRoot() + "/");
            return;
        }
        if (segments.size() < webRoot.size()
                || !segments.subList(0, webRoot.size()).equals(webRoot)) {
            throw HttpProblem.notFound();
        }
        @Nullable String user = options.accounts().user(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        boolean stranger = user == null && !options.accounts().isEmpty();
        Router.Match match;
        try {
            match = router.match(request.getMethod(), segments.subList(webRoot.size(), segments.size()));
        } catch (HttpProblem unknown) {
            throw stranger ? new HttpProblem(401, "Unauthorised.") : unknown;
        }
        if (stranger && match.route().access() != Route.Access.PUBLIC) {
            throw new HttpProblem(401, "Unauthorised.");
        }
        if (match.route().access() != Route.Access.EMBEDDED && isFetchedFromElsewhere(request)) {
            throw new HttpProblem(403, FOREIGN);
        }
        match.route().handler().handle(new HttpExchange(request, response, callback, match.parameters(), user));
    }

    private boolean isFetchedFromElsewhere(Request request) {
        HttpFields fields = request.getHeaders();
        @Nullable String origin = fields.get(HttpHeader.ORIGIN);
        return (origin == null || !options.guard().isListed(origin))
                && options.guard()
                        .isFetchedFromElsewhere(
                                request.getMethod(),
                                fields.get("Sec-Fetch-Site"),
                                fields.get("Sec-Fetch-Mode"),
                                fields.get("Sec-Fetch-Dest"));
    }

    /** What the client calls this server; null where it says nothing, as HTTP/1.0 allows. */
    private static @Nullable String authority(Request request) {
        String named =
                request.getHttpURI().getAuthority(); // of an absolute target, which wins over Host (RFC 9112 §3.2.2)
        return named != null && !named.isEmpty() ? named : request.getHeaders().get(HttpHeader.HOST);
    }
}
