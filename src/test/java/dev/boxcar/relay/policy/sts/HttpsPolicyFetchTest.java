// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.boxcar.relay.FixedNames;
import dev.boxcar.relay.TestAuthority;
import dev.boxcar.relay.TestAuthority.Issued;
import dev.boxcar.relay.policy.https.HttpsClient;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.route.StsPolicy.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RFC 8461 §3.3. */
class HttpsPolicyFetchTest {
    private static final String POLICY = "version: STSv1\nmode: enforce\nmx: mx.there.example\nmax_age: 86400\n";
    private static final Duration LONG = Duration.ofSeconds(20);

    private static TestAuthority authority;
    private static Issued right;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private final HttpsServer server;

    HttpsPolicyFetchTest() throws IOException {
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    }

    @BeforeAll
    static void issueCertificates() throws Exception {
        authority = new TestAuthority("public authority");
        right = authority.issue("mta-sts.there.example");
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpsPolicyFetch fetchFrom(Issued certificate, Duration timeout, HttpHandler handler) throws Exception {
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        server.setExecutor(threads);
        server.createContext("/.well-known/mta-sts.txt", exchange -> {
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            handler.handle(exchange);
        });
        server.start();
        var names = new FixedNames().host("mta-sts.there.example", "127.0.0.1");
        return new HttpsPolicyFetch(
                new HttpsClient(names, authority::trustingContext, timeout),
                server.getAddress().getPort());
    }

    private static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes(US_ASCII));
        exchange.close();
    }

    @Test
    void thePolicyIsFetchedFromTheWellKnownPlace() throws Exception {
        var fetch = fetchFrom(right, LONG, exchange -> reply(exchange, 200, "text/plain; charset=utf-8", POLICY));
        assertThat(fetch.fetch("there.example").mode()).isEqualTo(Mode.ENFORCE);
        assertThat(hosts).containsExactly("mta-sts.there.example");
    }

    @Test
    void aPolicyInChunksIsPutTogether() throws Exception {
        var fetch = fetchFrom(right, LONG, exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0); // in chunks
            for (String line : POLICY.split("(?<=\n)", -1)) {
                exchange.getResponseBody().write(line.getBytes(US_ASCII));
                exchange.getResponseBody().flush();
            }
            exchange.close();
        });
        assertThat(fetch.fetch("there.example").patterns()).containsExactly("mx.there.example");
    }

    @Test
    void aServerWithAnotherNameIsNotBelieved() throws Exception {
        var fetch = fetchFrom(
                authority.issue("there.example"), LONG, exchange -> reply(exchange, 200, "text/plain", POLICY));
        assertFailure(fetch, TlsFailureType.STS_WEBPKI_INVALID);
        assertThat(hosts).isEmpty();
    }

    @Test
    void aServerThatNoAuthorityKnowsIsNotBelieved() throws Exception {
        Issued unknown = new TestAuthority("unknown").issue("mta-sts.there.example");
        var fetch = fetchFrom(unknown, LONG, exchange -> reply(exchange, 200, "text/plain", POLICY));
        assertFailure(fetch, TlsFailureType.STS_WEBPKI_INVALID);
        assertThat(hosts).isEmpty();
    }

    private static void assertFailure(HttpsPolicyFetch fetch, TlsFailureType type) {
        assertThatThrownBy(() -> fetch.fetch("there.example"))
                .isInstanceOf(IOException.class)
                .satisfies(
                        failure -> assertThat(StsFetchException.typeOf(failure)).isEqualTo(type));
    }

    @Test
    void anErrorOfTheServerAndAnInvalidPolicyAreToldApart() throws Exception {
        var fetch = fetchFrom(right, LONG, exchange -> {
            boolean isFirst = hosts.size() == 1;
            reply(exchange, isFirst ? 404 : 200, "text/plain", "version: STSv1\n");
        });
        assertFailure(fetch, TlsFailureType.STS_POLICY_FETCH_ERROR);
        assertFailure(fetch, TlsFailureType.STS_POLICY_INVALID);
        server.stop(0);
        assertFailure(fetch, TlsFailureType.STS_POLICY_FETCH_ERROR);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        var fetch = fetchFrom(right, LONG, exchange -> {
            exchange.getResponseHeaders()
                    .add(
                            "Location",
                            "https://mta-sts.there.example:"
                                    + server.getAddress().getPort() + "/.well-known/mta-sts.txt?again");
            reply(exchange, 302, "text/plain", POLICY);
        });
        assertThatThrownBy(() -> fetch.fetch("there.example")).hasMessage("the policy server replied 302");
        assertThat(hosts).hasSize(1);
    }

    @Test
    void aPolicyOfAnotherMediaTypeIsRefused() throws Exception {
        var fetch = fetchFrom(right, LONG, exchange -> reply(exchange, 200, "text/html", POLICY));
        assertThatThrownBy(() -> fetch.fetch("there.example")).hasMessageContaining("'text/html'");
    }

    @Test
    void aPolicyThatIsTooLargeIsRefused() throws Exception {
        var fetch = fetchFrom(
                right, LONG, exchange -> reply(exchange, 200, "text/plain", POLICY + "x: y\n".repeat(20_000)));
        assertThatThrownBy(() -> fetch.fetch("there.example")).hasMessageContaining("larger than it may be");
    }

    @Test
    void anAddressThatDoesNotAnswerLeavesTimeForTheNext() throws Exception {
        fetchFrom(right, LONG, exchange -> reply(exchange, 200, "text/plain", POLICY));
        int port = server.getAddress().getPort();
        try (var mute = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
            var names = new FixedNames()
                    .host("mta-sts.there.example", "127.0.0.2")
                    .host("mta-sts.there.example", "127.0.0.1");
            var fetch = new HttpsPolicyFetch(
                    new HttpsClient(names, authority::trustingContext, Duration.ofSeconds(8)), port);
            assertThat(fetch.fetch("there.example").mode()).isEqualTo(Mode.ENFORCE);
            assertThat(mute.isBound()).isTrue();
        }
    }

    @Test
    void aServerThatSendsALittleFromTimeToTimeIsGivenUp() throws Exception {
        var stopped = new CountDownLatch(1);
        var fetch = fetchFrom(right, Duration.ofMillis(700), exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            try {
                while (!stopped.await(50, TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write('\n');
                    exchange.getResponseBody().flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        long start = System.nanoTime();
        assertThatThrownBy(() -> fetch.fetch("there.example")).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        stopped.countDown();
    }
}
