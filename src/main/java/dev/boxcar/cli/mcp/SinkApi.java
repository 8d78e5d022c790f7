// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** The Boxcar API of a running sink. Any thread may call; each call blocks, at most for its wait and 30 s. */
final class SinkApi {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final URI root;
    private final String authorization;

    /** Takes the address of the sink's page. */
    SinkApi(URI page) {
        String user = page.getUserInfo();
        authorization = user == null ? "" : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
        String host = page.getHost() + (page.getPort() < 0 ? "" : ":" + page.getPort());
        String path = page.getPath() == null ? "" : page.getPath();
        root = URI.create(
                page.getScheme() + "://" + host + (path.endsWith("/") ? path : path + "/") + "api/boxcar/v1/");
    }

    /** Returns what the sink answers, as JSON; parameters without a value are left out. */
    JsonNode get(String path, Map<String, String> parameters) throws IOException, InterruptedException {
        return mapper.readTree(text(path, parameters));
    }

    /**
     * Like {@link #get(String, Map)}, for a request that the sink answers when something happens, or after the wait.
     */
    JsonNode await(String path, Map<String, String> parameters, Duration wait)
            throws IOException, InterruptedException {
        return mapper.readTree(send(request(path, parameters, wait).GET()));
    }

    /** Returns what the sink answers, as text. */
    String text(String path, Map<String, String> parameters) throws IOException, InterruptedException {
        return send(request(path, parameters, Duration.ZERO).GET());
    }

    /** Sends a body of JSON and returns the answer. */
    JsonNode post(String path, Object body) throws IOException, InterruptedException {
        String json = body instanceof String text ? text : mapper.writeValueAsString(body);
        String answer = send(request(path, Map.of(), Duration.ZERO)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
        return answer.isEmpty() ? MissingNode.getInstance() : mapper.readTree(answer);
    }

    /** Deletes what the path and the parameters name, and returns the answer. */
    JsonNode delete(String path, Map<String, String> parameters) throws IOException, InterruptedException {
        String answer = send(request(path, parameters, Duration.ZERO).DELETE());
        return answer.isEmpty() ? MissingNode.getInstance() : mapper.readTree(answer);
    }

    /** One segment of a path, which may come from an agent. */
    static String segment(String id) {
        return URLEncoder.encode(id, UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, Map<String, String> parameters, Duration wait) {
        String query = parameters.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> each.getKey() + "=" + segment(each.getValue()))
                .sorted()
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(query.isEmpty() ? path : path + "?" + query))
                .timeout(ANSWER_WITHIN.plus(wait));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = answer(request.build());
        if (response.statusCode() / 100 != 2) {
            throw new IOException("the sink answered " + response.statusCode() + ": " + detail(response.body()));
        }
        return response.body();
    }

    private HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
        try {
            try {
                return client.send(request, BodyHandlers.ofString());
            } catch (HttpTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // The sink may have closed a connection that was kept; what only reads may be asked again.
                if (!request.method().equals("GET")) {
                    throw e;
                }
                return client.send(request, BodyHandlers.ofString());
            }
        } catch (HttpTimeoutException e) {
            throw new IOException("the sink at " + root + " does not answer", e);
        } catch (IOException e) {
            throw new IOException("no sink answers at " + root + ": start one (boxcar sink, or boxcar lab)", e);
        }
    }

    /** The sentence in a problem document (RFC 9457 §3.1.4), or the body if it is something else. */
    private String detail(String body) {
        try {
            return mapper.readTree(body).path("detail").asText(body);
        } catch (IOException e) {
            return body;
        }
    }
}
