// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code readyz} against a server that becomes ready. */
@Timeout(60)
class ReadyzTest {
    private final AtomicInteger requestsUntilReady = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private String address;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            paths.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(requestsUntilReady.getAndDecrement() > 0 ? 503 : 200, -1);
            exchange.close();
        });
        server.start();
        address = "127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aReadySinkIsStatusZero() {
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "readyz", "--http", address, "--web-root", "/mail/");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(paths).containsExactly("/mail/readyz");
    }

    @Test
    void takesTheAddressFromTheVariablesOfTheSink() {
        for (String name : List.of("BOXCAR_HTTP", "MP_UI_BIND_ADDR")) {
            String everywhere = "0.0.0.0:" + server.getAddress().getPort();
            assertThat(Boxcar.run(Map.of(name, everywhere), "readyz").status()).isZero();
        }
    }

    @Test
    void oneAttemptThatFailsIsStatusOne() {
        requestsUntilReady.set(1);
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "readyz", "--http", address);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).isEqualToIgnoringNewLines("boxcar: http://" + address + "/readyz: status 503");
    }

    @Test
    void waitsUntilTheSinkIsReady() {
        requestsUntilReady.set(3);
        assertThat(Boxcar.run(Map.of(), "readyz", "--http", address, "--wait", "30s")
                        .status())
                .isZero();
        assertThat(paths).hasSize(4);
    }

    @Test
    void waitsNoLongerThanAsked() {
        server.stop(0);
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "readyz", "--http", address, "--wait", "300ms");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines()).hasSize(1);
    }
}
