// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The WebSocket of Mailpit's API, with every type of event. */
@Timeout(120)
class EventsTest {
    private SinkFixture sink;

    @BeforeEach
    void start() throws Exception {
        sink = SinkFixture.withChaos();
    }

    @AfterEach
    void stop() throws Exception {
        sink.close();
    }

    @Test
    void sendsEveryTypeOfEvent() throws Exception {
        var events = new Events();
        WebSocket socket = open(events, "");
        assertThat(events.next("stats")).isEqualTo(Map.of("Total", 0, "Unread", 0, "Version", "1.2.3"));

        sink.mail("told");
        Object arrived = events.next("new");
        assertThat(JsonTree.at(arrived, "Subject")).isEqualTo("told");
        assertThat(JsonTree.at(arrived, "Cc")).isEqualTo(List.of());
        String id = (String) JsonTree.at(arrived, "ID");

        sink.get("/api/v1/message/" + id);
        assertThat(events.next("update")).isEqualTo(Map.of("ID", id, "Read", true));
        sink.call("PUT", "/api/v1/tags", "{\"IDs\":[\"" + id + "\"],\"Tags\":[\"t\"]}");
        assertThat(events.next("update")).isEqualTo(Map.of("ID", id, "Tags", List.of("t")));
        sink.call("DELETE", "/api/v1/messages", "{\"IDs\":[\"" + id + "\"]}");
        assertThat(events.next("delete")).isEqualTo(Map.of("ID", id));
        sink.call("DELETE", "/api/v1/messages", "");
        assertThat(events.next("truncate")).isNull();

        sink.call("PUT", "/api/v1/chaos", "{\"Sender\":{\"ErrorCode\":451,\"Probability\":100}}");
        sink.converse("a@example.test", List.of("b@example.test"), "x\n");
        Object error = events.next("error");
        assertThat(JsonTree.at(error, "IP")).isEqualTo("127.0.0.1");
        assertThat(JsonTree.at(error, "Type")).isEqualTo("smtpd");
        assertThat(JsonTree.at(error, "Level")).isEqualTo("warning");
        assertThat(JsonTree.at(error, "Message")).isEqualTo("451 4.3.0 Chaos sender error");
        socket.abort();
    }

    @Test
    void reportsAndCountsPrunedMessages() throws Exception {
        try (SinkFixture keeping = SinkFixture.keeping(2)) {
            var events = new Events();
            URI address = URI.create(keeping.base().replaceFirst("http", "ws") + "/api/events");
            WebSocket socket = keeping.client()
                    .newWebSocketBuilder()
                    .buildAsync(address, events)
                    .join();
            events.next("stats");
            for (int i = 0; i < 3; i++) {
                keeping.mail("number " + i);
            }
            assertThat(events.next("prune")).isNull();
            assertThat(JsonTree.at(keeping.json("/api/v1/messages"), "total")).isEqualTo(2);
            assertThat(JsonTree.at(keeping.json("/api/v1/info"), "RuntimeStats.MessagesDeleted"))
                    .isEqualTo(1);
            assertThat(keeping.get("/metrics").body()).contains("\nboxcar_messages_pruned_total 1\n");
            socket.abort();
        }
    }

    @Test
    void refusesWebSocketsToForeignOrigins() throws Exception {
        for (String origin : List.of("http://evil.example", "null", "http://localhost:1")) {
            assertThatThrownBy(() -> open(new Events(), origin))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(WebSocketHandshakeException.class)
                    .satisfies(e -> assertThat(statusOf(e)).isEqualTo(403));
        }
        open(new Events(), sink.base()).abort();
    }

    @Test
    void aRequestWithoutUpgradeIsA400() {
        assertThat(sink.get("/api/events").statusCode()).isEqualTo(400);
    }

    private static int statusOf(Throwable e) {
        return e.getCause() instanceof WebSocketHandshakeException refused
                ? refused.getResponse().statusCode()
                : 0;
    }

    private WebSocket open(Events events, String origin) {
        WebSocket.Builder builder = sink.client().newWebSocketBuilder();
        if (!origin.isEmpty()) {
            builder.header("Origin", origin);
        }
        URI address = URI.create(sink.base().replaceFirst("http", "ws") + "/api/events");
        return builder.buildAsync(address, events).join();
    }

    private static final class Events implements WebSocket.Listener {
        private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add(Objects.requireNonNull(JsonTree.read(text.toString())));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        /** The data of the next event of this type. Skips other events. */
        @Nullable
        Object next(String type) throws InterruptedException {
            while (true) {
                @Nullable Object event = events.poll(30, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("no event of type " + type);
                }
                if (type.equals(JsonTree.at(event, "Type"))) {
                    return JsonTree.at(event, "Data");
                }
            }
        }
    }
}
