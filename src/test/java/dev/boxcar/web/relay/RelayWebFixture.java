// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.RelayFixture;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.web.JsonTree;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.OriginGuard;
import dev.boxcar.web.http.WebAccounts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A relay with its web interface, for tests. It tries a deferred message again after an hour, so that it waits. */
public final class RelayWebFixture implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    public final RelayFixture relay;
    private final RelayWebInterface web;
    private final HttpClient http = HttpClient.newHttpClient();

    private RelayWebFixture(Downstream downstream, WebAccounts accounts) throws IOException {
        this(
                RelayFixture.to(downstream)
                        .withRetries(RetrySchedule.DEFAULTS.withFirst(LONG).withWaits(LONG, LONG))
                        .start(),
                accounts);
    }

    private RelayWebFixture(RelayFixture started, WebAccounts accounts) throws IOException {
        relay = started;
        var guard = new OriginGuard(List.of(), List.of());
        HttpServer.Bound bound = HttpServer.bind(new HttpServer.Options("127.0.0.1", 0, "/", accounts, guard, null));
        web = RelayWebInterface.start(
                bound, relay.view(), new RelayInfo("1.2.3", "relay.example", "test", 0, relay::spoolStatistics));
    }

    /** The web interface of a relay that runs. */
    public static RelayWebFixture of(RelayFixture started) throws IOException {
        return new RelayWebFixture(started, WebAccounts.NONE);
    }

    public static RelayWebFixture start(Downstream downstream) throws IOException {
        return new RelayWebFixture(downstream, WebAccounts.NONE);
    }

    static RelayWebFixture withAccount(Downstream downstream, String account) throws IOException {
        return new RelayWebFixture(downstream, WebAccounts.of(List.of(account)));
    }

    /** The URL of the page, which ends in a slash. */
    public String url() {
        return web.urls().get(0);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return request("GET", path, "");
    }

    HttpResponse<String> request(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url()).resolve(path))
                .timeout(TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** POSTs as a page of another origin does. */
    HttpResponse<String> fromOrigin(String origin, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url()).resolve("/api/boxcar/v1" + path))
                .timeout(TIMEOUT)
                .header("Origin", origin)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    public @Nullable Object json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get("/api/boxcar/v1" + path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
        }
        return JsonTree.read(response.body());
    }

    /** The value of a metric, with its labels if it has any. */
    public double metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    @Override
    public void close() throws Exception {
        web.close();
        relay.close();
    }
}
