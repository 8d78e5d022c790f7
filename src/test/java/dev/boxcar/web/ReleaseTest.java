// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.outbound.Webhook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Releases messages from one sink to another, and posts them to a webhook. */
@Timeout(120)
@SuppressWarnings("NullAway") // a field that is missing fails the test
class ReleaseTest {
    /** Releases to the server at this local port. */
    static MessageRelease release(int port, String block) {
        return new MessageRelease(
                "127.0.0.1",
                port,
                ClientOptions.named("sink.test").withTimeouts(MessageRelease.TIMEOUTS),
                null,
                null,
                block.isEmpty() ? null : Pattern.compile(block));
    }

    @Test
    void releasesAMessageUnchangedButWithoutBcc() throws Exception {
        try (SinkFixture real = SinkFixture.start();
                SinkFixture sink =
                        SinkFixture.start(OptionalFeatures.NONE.withRelease(release(real.smtpPort(), "blocked")))) {
            sink.mail(
                    "bounce@example.test",
                    List.of("b@example.test"),
                    "From: a@example.test\nBcc: x@example.test,\n y@example.test\nSubject: on\n\n.dot\nBcc: stays\n");
            assertThat(sink.call(
                                    "POST",
                                    "/api/v1/message/latest/release",
                                    "{\"to\":[\"r@example.test\",\"s@example.test\"]}")
                            .body())
                    .isEqualTo("ok");
            assertThat(real.get("/api/v1/message/latest/raw").body())
                    .isEqualTo("From: a@example.test\r\nSubject: on\r\n\r\ndot\r\nBcc: stays\r\n");
            Object envelope = JsonTree.at(real.json("/api/boxcar/v1/messages/latest"), "envelope");
            assertThat(JsonTree.at(envelope, "reversePath")).isEqualTo("<bounce@example.test>");
            assertThat((List<?>) JsonTree.at(envelope, "forwardPaths")).hasSize(2);
            assertThat(JsonTree.at(sink.json("/api/v1/webui"), "MessageRelay.Enabled"))
                    .isEqualTo(true);
            assertThat(sink.call("POST", "/api/v1/message/latest/release", "{\"To\":[\"blocked@example.test\"]}")
                            .body())
                    .startsWith("Failed: on the blocklist");
            assertThat(sink.call("POST", "/api/v1/message/latest/release", "{\"To\":[]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(sink.call("POST", "/api/v1/message/latest/release", "{\"To\":[\"bad\"]}")
                            .body())
                    .isEqualTo("Invalid email address: bad");
        }
    }

    @Test
    void reportsThatTheServerRefused() throws Exception {
        try (SinkFixture real = SinkFixture.withChaos();
                SinkFixture sink = SinkFixture.start(OptionalFeatures.NONE.withRelease(release(real.smtpPort(), "")))) {
            real.call("PUT", "/api/v1/chaos", "{\"Recipient\":{\"ErrorCode\":550,\"Probability\":100}}");
            sink.mail("on");
            var answer = sink.call("POST", "/api/v1/message/latest/release", "{\"To\":[\"r@example.test\"]}");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).startsWith("SMTP error: <r@example.test>").contains("550");
        }
    }

    @Test
    void postsEachMessageOnce() throws Exception {
        Queue<String> bodies = new ConcurrentLinkedQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
        try (Webhook webhook = Webhook.to(address);
                SinkFixture sink = SinkFixture.start(OptionalFeatures.NONE.withWebhook(webhook))) {
            for (int i = 0; i < 10; i++) {
                sink.mail("number " + i);
            }
            await().until(() -> webhook.delivered() == 10);
            assertThat(bodies.stream().map(body -> ((Map<?, ?>) JsonTree.read(body)).get("Subject")))
                    .map(Object::toString)
                    .startsWith("number 0", "number 1")
                    .hasSize(10);
            assertThat(JsonTree.at(sink.json("/api/boxcar/v1/statistics"), "webhook.delivered"))
                    .isEqualTo(10);
        } finally {
            receiver.stop(0);
        }
    }
}
