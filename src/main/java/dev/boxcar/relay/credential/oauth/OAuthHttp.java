// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.credential.JsonFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Posts forms to OAuth servers (RFC 6749 §3.2) and reads their answers. A request takes at most the given time, an
 * answer has at most 64 KiB, and redirects are not followed, because a form has secrets. Any thread; calls block.
 */
public final class OAuthHttp {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DESCRIPTION = 200;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final Set<String> MAY_PASS =
            Set.of("temporarily_unavailable", "server_error", "slow_down", "authorization_pending");
    private static final Set<String> PUBLIC = Set.of("grant_type", "client_id", "scope", "redirect_uri");

    private static final Pattern PERCENT = Pattern.compile("%[0-9a-fA-F]{2}");

    private final Duration limit;

    /** Requests that take at most this long. */
    public OAuthHttp(Duration limit) {
        this.limit = limit;
    }

    /**
     * Posts a form and returns the fields of the answer.
     *
     * @throws OAuthException if the server cannot be reached, refuses the request or gives no JSON object
     */
    public Map<String, String> post(URI url, Map<String, String> form) throws OAuthException, InterruptedException {
        HttpResponse<byte[]> response = send(url, form);
        Map<String, String> fields;
        try {
            fields = JsonFields.of(new String(response.body(), UTF_8));
        } catch (IllegalArgumentException e) {
            String what = response.statusCode() == OK
                    ? "answered with something that is not JSON"
                    : "answered with HTTP status " + response.statusCode();
            throw OAuthException.failure("the OAuth server " + url.getHost() + " " + what);
        }
        if (response.statusCode() != OK || fields.containsKey("error")) {
            throw error(url, response.statusCode(), fields, form);
        }
        return fields;
    }

    private static OAuthException error(URI url, int status, Map<String, String> fields, Map<String, String> form) {
        String code = fields.getOrDefault("error", "").replaceAll("[^ !#-\\[\\]-~]", "?"); // RFC 6749 §5.2
        String text = fields.getOrDefault("error_description", "").replaceAll("[^ -~]+", " ");
        text = withoutSecrets(text, form);
        code = withoutSecrets(code, form);
        text = text.substring(0, Math.min(text.length(), MAX_DESCRIPTION));
        String reason = code.isEmpty() ? "HTTP status " + status : text.isEmpty() ? code : code + ": " + text;
        boolean isRefusal = status < SERVER_ERROR
                && status != TOO_MANY_REQUESTS
                && (status >= BAD_REQUEST || status == OK)
                && !MAY_PASS.contains(code);
        return OAuthException.error(
                "the OAuth server " + url.getHost() + " refused the request: " + reason, code, isRefusal);
    }

    /** The text without the secrets of the form; empty if it shows one in the encoding in which it was sent. */
    private static String withoutSecrets(String text, Map<String, String> form) {
        List<String> secrets = form.entrySet().stream()
                .filter(one -> !PUBLIC.contains(one.getKey()) && !one.getValue().isEmpty())
                .map(Map.Entry::getValue)
                .toList();
        String without = text;
        for (String secret : secrets) {
            without = without.replace(secret, "...");
        }
        String decoded = PERCENT.matcher(without).replaceAll(OAuthHttp::decoded).replace('+', ' ');
        return secrets.stream().anyMatch(one -> decoded.contains(one.replace('+', ' '))) ? "" : without;
    }

    private static String decoded(MatchResult percent) {
        char decoded = (char) Integer.parseInt(percent.group().substring(1), 16);
        return Matcher.quoteReplacement(String.valueOf(decoded));
    }

    private HttpResponse<byte[]> send(URI url, Map<String, String> form) throws OAuthException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(encode(form)))
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit)
                .build()
                .sendAsync(request, head -> new BoundedBody());
        String server = "the OAuth server " + url.getHost();
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw OAuthException.failure(server + " did not answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw OAuthException.failure(server + " cannot be reached: " + reason(e.getCause()));
        }
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown reason";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** The form as {@code application/x-www-form-urlencoded}; also the query of a URL. */
    static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(one -> URLEncoder.encode(one.getKey(), UTF_8) + "=" + URLEncoder.encode(one.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Collects a body until it is too long. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> result = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return result;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                var copy = new byte[part.remaining()];
                part.get(copy);
                if (bytes.size() + copy.length > MAX_BYTES) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    result.completeExceptionally(new IOException("the answer has more than " + MAX_BYTES + " bytes"));
                    return;
                }
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            result.complete(bytes.toByteArray());
        }
    }
}
