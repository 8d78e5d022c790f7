// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The list of sessions: what it has, and how clients wait for more. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class SessionsApiTest {
    private static final String SESSIONS = "/api/boxcar/v1/sessions";
    private static final String CHUNKS = "BDAT 4\r\nX: 1" + "BDAT 4 LAST\r\n\r\n\r\n"; // one message

    private SinkFixture sink;

    @BeforeEach
    void start() throws Exception {
        sink = SinkFixture.recorded();
    }

    @AfterEach
    void stop() throws Exception {
        sink.close();
    }

    /** A session that says what the test says, and waits for each reply. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(SinkFixture server) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.smtpPort());
            socket.setSoTimeout(20_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            reply();
        }

        /** Sends this, and reads this many replies. */
        Client say(String text, int replies) throws IOException {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            for (int i = 0; i < replies; i++) {
                reply();
            }
            return this;
        }

        private void reply() throws IOException {
            String line = in.readLine();
            while (line != null && line.charAt(3) == '-') {
                line = in.readLine();
            }
            assertThat(line).as("a reply").isNotNull();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private List<Map<?, ?>> sessions(String query) {
        return list(sink.json(SESSIONS + query));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<?, ?>> list(@Nullable Object answer) {
        return (List<Map<?, ?>>) java.util.Objects.requireNonNull(JsonTree.at(answer, "sessions"));
    }

    private long cursor() {
        return ((Number) java.util.Objects.requireNonNull(JsonTree.at(sink.json(SESSIONS), "cursor"))).longValue();
    }

    private void awaitEnded(int number) {
        await().until(() -> sessions("?over=true").size() == number);
    }

    private CompletableFuture<HttpResponse<String>> later(String query) {
        CompletableFuture<HttpResponse<String>> answer = sink.client()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(sink.base() + SESSIONS + query))
                                .build(),
                        BodyHandlers.ofString());
        await().until(() -> waiting() > 0 || answer.isDone());
        return answer;
    }

    private int waiting() {
        Object waiting = JsonTree.at(sink.json("/api/boxcar/v1/statistics"), "sessions.waiting");
        return ((Number) java.util.Objects.requireNonNull(waiting)).intValue();
    }

    @Test
    void listsSessionsWithAndWithoutMessages() throws Exception {
        sink.mail("one");
        new Client(sink).say("EHLO client.test\r\n", 1).close();
        awaitEnded(2);
        List<Map<?, ?>> sessions = sessions("");
        assertThat(sessions).extracting(one -> (Object) one.get("messages")).containsExactlyInAnyOrder(1, 0);
        Map<?, ?> withMessage = sessions("").stream()
                .filter(one -> Integer.valueOf(1).equals(one.get("messages")))
                .findFirst()
                .orElseThrow();
        assertThat(withMessage.get("id"))
                .isEqualTo(JsonTree.at(sink.json("/api/boxcar/v1/messages/latest"), "session"));
        assertThat(withMessage.get("namespace")).isEqualTo("");
        assertThat(String.valueOf(withMessage.get("began"))).startsWith("20").endsWith("Z");
        assertThat(String.valueOf(withMessage.get("client"))).startsWith("127.0.0.1:");
    }

    @Test
    void countsTheMessagesOfASession() throws Exception {
        try (var client = new Client(sink)) {
            client.say("EHLO client.test\r\n", 1);
            String envelope = "MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n";
            client.say(envelope + "DATA\r\n", 3).say("Subject: one\r\n\r\n.\r\n", 1);
            client.say(envelope + CHUNKS, 4);
            client.say("MAIL FROM:<a@x.test>\r\nDATA\r\n", 2).say("RSET\r\n", 1);
            assertThat(sessions("").get(0).get("messages")).isEqualTo(2);
        }
    }

    @Test
    void anOpenSessionIsListedAndItsRecordGrows() throws Exception {
        try (var client = new Client(sink)) {
            Map<?, ?> open = sessions("?over=false").get(0);
            assertThat(open.get("over")).isEqualTo(false);
            String record = SESSIONS + "/" + open.get("id");
            assertThat((List<?>) JsonTree.at(sink.json(record), "items")).isEmpty();
            client.say("EHLO client.test\r\n", 1);
            assertThat((List<?>) JsonTree.at(sink.json(record), "items")).hasSize(1);
            assertThat(JsonTree.at(sink.json(record), "over")).isEqualTo(false);
            client.say("QUIT\r\n", 1);
            awaitEnded(1);
            assertThat(JsonTree.at(sink.json(record), "over")).isEqualTo(true);
        }
    }

    @Test
    void aWaitEndsWithTheNewSessionAlone() throws Exception {
        sink.mail("earlier");
        awaitEnded(1);
        CompletableFuture<HttpResponse<String>> waiting = later("?wait=30s&after=" + cursor());
        assertThat(waiting).isNotDone();
        try (var client = new Client(sink)) {
            Object answer = JsonTree.read(waiting.get(20, TimeUnit.SECONDS).body());
            assertThat(list(answer)).hasSize(1);
            assertThat(list(answer).get(0).get("over")).isEqualTo(false);
            Object next = JsonTree.at(answer, "cursor");
            CompletableFuture<HttpResponse<String>> end = later("?wait=30s&after=" + next);
            client.say("QUIT\r\n", 1);
            Object ended = JsonTree.read(end.get(20, TimeUnit.SECONDS).body());
            assertThat(list(ended)).hasSize(1);
            assertThat(list(ended).get(0).get("over")).isEqualTo(true);
            assertThat(list(ended).get(0).get("id"))
                    .isEqualTo(list(answer).get(0).get("id"));
        }
    }

    @Test
    void aWaitForAFinishedSessionIgnoresOpenOnes() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = later("?over=true&wait=30s&after=" + cursor());
        try (var client = new Client(sink)) {
            await().until(() -> sessions("").size() == 1);
            assertThat(waiting).isNotDone();
            client.say("QUIT\r\n", 1);
            Object answer = JsonTree.read(waiting.get(20, TimeUnit.SECONDS).body());
            assertThat(list(answer).get(0).get("over")).isEqualTo(true);
        }
    }

    @Test
    void aWaitWithoutASessionEndsWithNone() {
        sink.get(SESSIONS);
        long began = System.nanoTime();
        Object answer = sink.json(SESSIONS + "?wait=300ms&after=" + cursor());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(list(answer)).isEmpty();
        assertThat(JsonTree.at(answer, "cursor")).isEqualTo(JsonTree.at(sink.json(SESSIONS), "cursor"));
        assertThat(waiting()).isZero();
    }

    @Test
    void pagesThroughTheSessionsInTheOrderOfTheirChanges() throws Exception {
        for (int i = 0; i < 5; i++) {
            sink.mail("mail " + i);
            awaitEnded(i + 1);
        }
        var ids = new ArrayList<Object>();
        long after = 0;
        for (int page = 0; page < 3; page++) {
            Object answer = sink.json(SESSIONS + "?limit=2&after=" + after);
            list(answer).forEach(session -> ids.add(session.get("id")));
            after = ((Number) java.util.Objects.requireNonNull(JsonTree.at(answer, "cursor"))).longValue();
        }
        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
        assertThat(sessions("?limit=2"))
                .extracting(one -> (Object) one.get("id"))
                .isEqualTo(ids.subList(3, 5));
        assertThat(sessions("?after=" + after)).isEmpty();
    }

    @Test
    void releasesTheWaitsOfClientsThatDisconnect() throws Exception {
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < 100; i++) {
            var socket = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(sink.base()).getPort());
            socket.getOutputStream()
                    .write(("GET " + SESSIONS + "?wait=5m HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
            clients.add(socket);
        }
        await().until(() -> waiting() == 100);
        for (Socket client : clients) {
            client.close();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == 0);
    }

    @Test
    void aWaitEndsWhenTheServerStops() throws Exception {
        sink.mail("one");
        awaitEnded(1);
        CompletableFuture<HttpResponse<String>> waiting = later("?wait=5m&after=" + cursor());
        sink.close();
        HttpResponse<String> answer = waiting.get(20, TimeUnit.SECONDS);
        assertThat(list(JsonTree.read(answer.body()))).isEmpty();
    }

    @Test
    void findsTheSessionsOfANamespace() throws Exception {
        try (SinkFixture divided = SinkFixture.recorded("plus-tag")) {
            for (String to : List.of("user+Red@x.test", "user+blue@x.test", "user@x.test")) {
                // the recipient is refused, because there is no MAIL, and its namespace is known all the same
                new Client(divided)
                        .say("EHLO client.test\r\nRCPT TO:<" + to + ">\r\n", 2)
                        .close();
            }
            await().until(() -> list(divided.json(SESSIONS + "?over=true")).size() == 3);
            assertThat(list(divided.json(SESSIONS + "?ns=red")))
                    .singleElement()
                    .satisfies(session -> assertThat(session.get("namespace")).isEqualTo("red"));
            assertThat(list(divided.json(SESSIONS + "?ns=green"))).isEmpty();
            assertThat(list(divided.json(SESSIONS + "?ns="))).hasSize(3);
        }
    }

    @Test
    void theNamespaceOfAPortIsKnownAtOnce() throws Exception {
        try (SinkFixture divided = SinkFixture.recorded("port");
                var client = new Client(divided)) {
            assertThat(list(divided.json(SESSIONS + "?over=false&ns=" + divided.smtpPort())))
                    .hasSize(1);
            client.say("QUIT\r\n", 1);
        }
    }

    @Test
    void unknownSessionsAndInvalidParametersAreProblems() throws Exception {
        HttpResponse<String> unknown = sink.get(SESSIONS + "/none-1");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("no recording");
        for (String query : List.of("?after=x", "?wait=soon", "?over=maybe", "?limit=0", "?limit=1001", "?limit=ten")) {
            assertThat(sink.get(SESSIONS + query).statusCode()).as(query).isEqualTo(400);
        }
        try (SinkFixture unrecorded = SinkFixture.start()) {
            HttpResponse<String> off = unrecorded.get(SESSIONS);
            assertThat(off.statusCode()).isEqualTo(404);
            assertThat(off.body()).contains("--record");
        }
    }
}
