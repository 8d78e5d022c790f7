// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A small OAuth server: it checks client, secret, refresh token, code and PKCE verifier as a real one does, and gives
 * the tokens {@code token-1}, {@code token-2} and so on. Answers that a test queues come first.
 */
public final class OAuthServer implements AutoCloseable {
    public static final String CLIENT = "the-client";
    public static final String SECRET = "the&secret";
    public static final String CODE = "the-code";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    /** An answer of the server. */
    public record Answer(int status, String body) {
        static Answer error(String code) {
            return new Answer(BAD_REQUEST, "{\"error\":\"" + code + "\"}");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile String refreshToken = "refresh-0";
    private volatile boolean rotates;
    private volatile int lifetime = 3600;
    private volatile String challenge = "";
    private volatile String redirect = "";
    private volatile @Nullable CountDownLatch gate;

    public OAuthServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/token", exchange -> serve(exchange, this::token));
        server.createContext("/device", exchange -> serve(exchange, this::device));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", url("/token").toString());
            serve(exchange, form -> new Answer(307, ""));
        });
        server.start();
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    public OAuthProvider provider() {
        return OAuthProvider.of(url("/token"))
                .withUrls(url("/authorize"), url("/device"))
                .withScope("mail offline");
    }

    /** An account that the server accepts. */
    public OAuthAccount account() {
        return new OAuthAccount(
                "ann@x.example", OAuthAccount.Grant.REFRESH_TOKEN, url("/token"), CLIENT, SECRET, "", refreshToken);
    }

    /** Gives another refresh token each time, and does not take the old one again. */
    public OAuthServer rotating() {
        rotates = true;
        return this;
    }

    public void setLifetime(int seconds) {
        lifetime = seconds;
    }

    /** The next request gets this answer. */
    public void next(Answer answer) {
        answers.add(answer);
    }

    /** Holds all answers back until the latch is open. */
    public void holdUntil(CountDownLatch latch) {
        gate = latch;
    }

    public List<Map<String, String>> requests() {
        return requests;
    }

    public String refreshToken() {
        return refreshToken;
    }

    /** Does what a browser and a person do on the page: returns the address to which the browser is sent. */
    public String logIn(String page) {
        Map<String, String> query = fields(page.substring(page.indexOf('?') + 1));
        challenge = query.getOrDefault("code_challenge", "");
        redirect = query.getOrDefault("redirect_uri", "");
        return redirect + "/?code=" + CODE + "&state=" + query.get("state");
    }

    // ---- answers

    private interface Endpoint {
        Answer answer(Map<String, String> form);
    }

    private void serve(HttpExchange exchange, Endpoint endpoint) throws IOException {
        Map<String, String> form = fields(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        requests.add(form);
        try {
            CountDownLatch held = gate;
            if (held != null) {
                held.await();
            }
        } catch (InterruptedException e) {
            exchange.close();
            return;
        }
        Answer queued = answers.poll();
        Answer answer = queued == null ? endpoint.answer(form) : queued;
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Answer device(Map<String, String> form) {
        return CLIENT.equals(form.get("client_id"))
                ? new Answer(
                        OK,
                        "{\"device_code\":\"the-device\",\"user_code\":\"WDJB-MJHT\",\"interval\":5,"
                                + "\"verification_uri\":\"https://provider.example/device\",\"expires_in\":900}")
                : Answer.error("invalid_client");
    }

    private Answer token(Map<String, String> form) {
        if (!CLIENT.equals(form.get("client_id")) || !SECRET.equals(form.get("client_secret"))) {
            return new Answer(401, "{\"error\":\"invalid_client\"}");
        }
        boolean isGood = switch (form.getOrDefault("grant_type", "")) {
            case "refresh_token" -> refreshToken.equals(form.get("refresh_token"));
            case "client_credentials" -> "mail offline".equals(form.get("scope"));
            case "authorization_code" -> isGoodCode(form);
            case "urn:ietf:params:oauth:grant-type:device_code" -> "the-device".equals(form.get("device_code"));
            default -> false;
        };
        if (!isGood) {
            return Answer.error("invalid_grant");
        }
        int number = tokens.incrementAndGet();
        boolean isNewRefresh = rotates || !"refresh_token".equals(form.get("grant_type"));
        if (isNewRefresh) {
            refreshToken = "refresh-" + number;
        }
        return new Answer(
                OK,
                "{\"access_token\":\"token-" + number + "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetime
                        + (isNewRefresh ? ",\"refresh_token\":\"" + refreshToken + "\"" : "") + "}");
    }

    /** RFC 7636 §4.6. */
    private boolean isGoodCode(Map<String, String> form) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(form.getOrDefault("code_verifier", "").getBytes(UTF_8));
            return CODE.equals(form.get("code"))
                    && redirect.equals(form.get("redirect_uri"))
                    && Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .equals(challenge);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> fields(String encoded) {
        var fields = new LinkedHashMap<String, String>();
        for (String one : encoded.split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                fields.put(
                        URLDecoder.decode(one.substring(0, equals), UTF_8),
                        URLDecoder.decode(one.substring(equals + 1), UTF_8));
            }
        }
        return fields;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
