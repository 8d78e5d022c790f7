// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that disconnect while they wait for messages or events. */
@Timeout(120)
class DisconnectTest {
    private static final String API = "/api/boxcar/v1";

    private SinkFixture sink;

    @BeforeEach
    void start() throws Exception {
        sink = SinkFixture.start();
    }

    @AfterEach
    void stop() throws Exception {
        sink.close();
    }

    @Test
    void releasesAThousandAbortedWaits() throws Exception {
        for (int round = 0; round < 2; round++) {
            var clients = new ArrayList<Socket>();
            for (int i = 0; i < 500; i++) {
                clients.add(request(i % 2 == 0 ? API + "/messages?wait=5m" : "/api/v1/search?query=x&wait=5m"));
            }
            await().until(() -> statistic("waiting") == 500);
            for (Socket client : clients) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> statistic("waiting") == 0);
        }
    }

    @Test
    void releasesAbortedStreams() throws Exception {
        for (int i = 0; i < 20; i++) {
            request(API + "/events").close();
        }
        await().until(() -> statistic("listening") == 0);
    }

    @Test
    void aConnectionIsUsableAfterAWait() throws Exception {
        try (Socket client = request(API + "/messages?wait=5m")) {
            await().until(() -> statistic("waiting") == 1);
            write(client, "/livez", "Connection: close\r\n"); // pipelined
            sink.mail("arrived");
            String responses = new String(client.getInputStream().readAllBytes(), US_ASCII);
            assertThat(responses).startsWith("HTTP/1.1 200 OK").contains("\"arrived\"");
            assertThat(responses.substring(10)).contains("HTTP/1.1 200 OK");
        }
        try (Socket client = request(API + "/messages?wait=1ms&after=99999")) {
            byte[] first = client.getInputStream().readNBytes("HTTP/1.1 204".length());
            assertThat(new String(first, US_ASCII)).isEqualTo("HTTP/1.1 204");
            write(client, "/livez", "Connection: close\r\n");
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .contains("HTTP/1.1 200 OK");
        }
    }

    private int statistic(String name) {
        return ((Number) java.util.Objects.requireNonNull(JsonTree.at(sink.json(API + "/statistics"), "inbox." + name)))
                .intValue();
    }

    private Socket request(String path) throws IOException {
        var socket = new Socket("127.0.0.1", URI.create(sink.base()).getPort());
        socket.setSoTimeout(20_000);
        write(socket, path, "");
        return socket;
    }

    private static void write(Socket socket, String path, String fields) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n").getBytes(US_ASCII));
    }
}
