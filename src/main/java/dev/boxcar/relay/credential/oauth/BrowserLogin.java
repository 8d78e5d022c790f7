// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One log-in in a browser: the authorization code grant (RFC 6749 §4.1) with PKCE (RFC 7636), for a program on this
 * machine (RFC 8252). The provider sends the browser back to a port of the loopback interface, where this object
 * listens until it is closed. A person whose browser is on another machine copies the address to which it was sent
 * back. An answer counts only with the state of this log-in. Any thread.
 */
public final class BrowserLogin implements AutoCloseable {
    private static final int RANDOM_BYTES = 32;
    private static final int FREE_PORT = 0;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final String DONE = "You are logged in. This page can be closed.\n";
    private static final String FOREIGN = "This is not the answer to the log-in that is under way.\n";

    private final OAuthProvider provider;
    private final String clientId;
    private final String state = random();
    private final String verifier = random();
    private final HttpServer server;
    private final URI redirect;
    private final CompletableFuture<String> code = new CompletableFuture<>();

    private BrowserLogin(OAuthProvider provider, String clientId) throws IOException {
        this.provider = provider;
        this.clientId = clientId;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), FREE_PORT), 0);
        this.redirect = URI.create(
                "http://" + provider.redirectHost() + ":" + server.getAddress().getPort());
        server.createContext("/", this::answer);
    }

    /** Begins to listen on a free port of this machine. */
    public static BrowserLogin begin(OAuthProvider provider, String clientId) throws IOException {
        var login = new BrowserLogin(provider, clientId);
        login.server.start();
        return login;
    }

    private static String random() {
        var bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return base64(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The address of the page on which {@code user} logs in. */
    public String url(String user) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", clientId);
        parameters.put("redirect_uri", redirect.toString());
        parameters.put("scope", provider.scope());
        parameters.put("state", state);
        parameters.put("code_challenge", challenge());
        parameters.put("code_challenge_method", "S256");
        parameters.put("login_hint", user);
        parameters.putAll(provider.parameters());
        String page = String.valueOf(provider.authorizeUrl());
        return page + (page.contains("?") ? "&" : "?") + OAuthHttp.encode(parameters);
    }

    private String challenge() { // RFC 7636 §4.2
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /**
     * Takes the address to which a browser on another machine was sent back.
     *
     * @throws OAuthException if it is not an answer to this log-in
     */
    public void paste(String address) throws OAuthException {
        String stripped = address.strip();
        int query = stripped.indexOf('?');
        if (query < 0 || !accept(stripped.substring(query + 1))) {
            throw OAuthException.failure("this is not the address to which this log-in leads; it begins with "
                    + redirect + "/? and has a state");
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        boolean isOurs = exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getPath().equals("/")
                && query != null;
        if (!isOurs) {
            reply(exchange, NOT_FOUND, FOREIGN);
        } else if (accept(query)) {
            reply(exchange, OK, code.isCompletedExceptionally() ? "The log-in failed.\n" : DONE);
        } else {
            reply(exchange, BAD_REQUEST, FOREIGN);
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=us-ascii");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /**
     * Takes the provider's answer; false if it has another state, as one that somebody forged has (RFC 6749 §10.12).
     */
    private boolean accept(String query) {
        Map<String, String> fields = fields(query);
        byte[] given = fields.getOrDefault("state", "").getBytes(UTF_8);
        if (!MessageDigest.isEqual(given, state.getBytes(US_ASCII))) {
            return false;
        }
        String error = fields.get("error");
        String found = fields.get("code");
        if (error != null) {
            String text = error.equals("access_denied") ? "the log-in was denied" : "the provider refused: " + error;
            code.completeExceptionally(OAuthException.error(text.replaceAll("[^ -~]", "?"), error, true));
        } else if (found == null || found.isEmpty()) {
            return false;
        } else {
            code.complete(found);
        }
        return true;
    }

    private static Map<String, String> fields(String query) {
        var fields = new HashMap<String, String>();
        for (String one : query.split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                fields.putIfAbsent(decoded(one.substring(0, equals)), decoded(one.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /**
     * Waits for the person, and returns the form that asks for the tokens.
     *
     * @throws OAuthException if the log-in was denied, or takes longer
     */
    public Map<String, String> tokenRequest(String clientSecret, Duration limit)
            throws OAuthException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", await(limit));
        form.put("redirect_uri", redirect.toString());
        form.put("client_id", clientId);
        form.put("code_verifier", verifier);
        if (!clientSecret.isEmpty()) {
            form.put("client_secret", clientSecret);
        }
        return form;
    }

    private String await(Duration limit) throws OAuthException, InterruptedException {
        try {
            return code.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw OAuthException.failure("nobody logged in within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw refusal(e.getCause());
        }
    }

    private static OAuthException refusal(@Nullable Throwable cause) {
        return cause instanceof OAuthException refused ? refused : OAuthException.failure(String.valueOf(cause));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
