// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Handles every request: checks host, origin, web root and account, then finds the route. Any thread. */
final class RequestHandler extends Handler.Abstract {
    private static final String FOREIGN_ORIGIN = "403 not allowed for pages of another origin: see --api-cors";

    private final Router router;
    private final HttpServer.Options options;
    private final List<String> webRoot;
    private final UrlSigner signer = new UrlSigner();

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
        var exchange = new HttpExchange(request, response, callback, signer, problemFormat(request));
        exchange.run(started -> check(request, response, started));
        return true;
    }

    private HttpExchange.ProblemFormat problemFormat(Request request) {
        List<String> segments = Router.decodedSegments(request.getHttpURI().getPath());
        boolean json = segments != null
                && segments.size() >= webRoot.size()
                && segments.subList(0, webRoot.size()).equals(webRoot)
                && router.hasJsonProblems(segments.subList(webRoot.size(), segments.size()));
        return json ? HttpExchange.ProblemFormat.JSON : HttpExchange.ProblemFormat.TEXT;
    }

    private void check(Request request, Response response, HttpExchange exchange)
            throws HttpProblem, java.io.IOException {
        String authority = authority(request);
        if (authority != null && !options.guard().knowsHost(authority)) {
            throw new HttpProblem(403, "403 unknown host name: see --web-host");
        }
        @Nullable String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        boolean allowed = options.guard().isAllowed(origin, authority == null ? "" : authority);
        boolean signed = isSigned(request, exchange);
        if (!signed && (!allowed || isCrossSiteFetch(request))) {
            throw new HttpProblem(403, FOREIGN_ORIGIN);
        }
        if (origin != null && options.guard().isListed(origin)) {
            allowCrossOrigin(origin, response.getHeaders());
        }
        if (request.getMethod().equals("OPTIONS")) {
            exchange.set("Allow", "GET, HEAD, PUT, POST, DELETE, OPTIONS").status(204);
            return;
        }
        route(request, exchange, signed);
    }

    /** Lets pages of this origin read the response (https://fetch.spec.whatwg.org/#http-cors-protocol). */
    private static void allowCrossOrigin(String origin, HttpFields.Mutable fields) {
        fields.put("Access-Control-Allow-Origin", origin);
        fields.put("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, DELETE, OPTIONS");
        fields.put("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Requested-With");
        fields.add("Vary", "Origin");
    }

    private void route(Request request, HttpExchange exchange, boolean signed) throws HttpProblem, java.io.IOException {
        List<String> segments = Router.decodedSegments(request.getHttpURI().getPath());
        if (segments == null) {
            throw HttpProblem.badRequest("400 malformed path");
        }
        if (segments.isEmpty() && !webRoot.isEmpty()) {
            exchange.redirect(options.webRoot() + "/");
            return;
        }
        if (segments.size() < webRoot.size()
                || !segments.subList(0, webRoot.size()).equals(webRoot)) {
            throw HttpProblem.notFound();
        }
        @Nullable String user = options.accounts().user(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        boolean loginRequired = user == null && !signed && !options.accounts().isEmpty();
        Router.Match match;
        try {
            match = router.match(request.getMethod(), segments.subList(webRoot.size(), segments.size()));
        } catch (HttpProblem unknown) {
            throw loginRequired ? new HttpProblem(401, "Unauthorised.") : unknown;
        }
        if (loginRequired && match.route().access() != Route.Access.PUBLIC) {
            throw new HttpProblem(401, "Unauthorised.");
        }
        exchange.routed(match.parameters(), user);
        match.route().handler().handle(exchange);
    }

    /** Whether this is a GET or HEAD of a URL that this server has signed for one of its own pages. */
    private boolean isSigned(Request request, HttpExchange exchange) {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return reads
                && String.valueOf(request.getHttpURI().getQuery()).contains(UrlSigner.PARAMETER)
                && signer.isValid(request.getHttpURI().getPath(), exchange.query(UrlSigner.PARAMETER));
    }

    private boolean isCrossSiteFetch(Request request) {
        HttpFields fields = request.getHeaders();
        @Nullable String origin = fields.get(HttpHeader.ORIGIN);
        return (origin == null || !options.guard().isListed(origin))
                && options.guard()
                        .isCrossSiteFetch(
                                request.getMethod(),
                                fields.get("Sec-Fetch-Site"),
                                fields.get("Sec-Fetch-Mode"),
                                fields.get("Sec-Fetch-Dest"));
    }

    /** The host that the client names; null if it names none, as HTTP/1.0 allows. */
    private static @Nullable String authority(Request request) {
        String named = request.getHttpURI().getAuthority(); // an absolute target overrides Host (RFC 9112 §3.2.2)
        return named != null && !named.isEmpty() ? named : request.getHeaders().get(HttpHeader.HOST);
    }
}
