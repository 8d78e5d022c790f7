// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Boxcar's own API, with messages that arrive in real SMTP sessions. */
@Timeout(120)
@SuppressWarnings("NullAway") // a field that is missing fails the test
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class BoxcarApiTest {
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
    void returnsTheWholeEnvelopeWithDuplicates() throws Exception {
        sink.mail(
                "<bounce@example.test> SIZE=10 BODY=8BITMIME",
                List.of("c@example.test", "\"a>b c\"@example.test", "c@example.test"),
                "Subject: x\n\nbody\n");
        Object message = sink.json(API + "/messages/latest");
        assertThat(JsonTree.at(message, "envelope.reversePath")).isEqualTo("<bounce@example.test>");
        assertThat(JsonTree.at(message, "envelope.parameters")).isEqualTo("SIZE=10 BODY=8BITMIME");
        assertThat(JsonTree.at(message, "envelope.forwardPaths"))
                .isEqualTo(List.of(
                        Map.of("path", "<c@example.test>", "parameters", ""),
                        Map.of("path", "<\"a>b c\"@example.test>", "parameters", ""),
                        Map.of("path", "<c@example.test>", "parameters", "")));
        assertThat(JsonTree.at(message, "session")).asString().isNotEmpty();
        assertThat(JsonTree.at(message, "envelope.helo")).isEqualTo("client.test");
        assertThat(JsonTree.at(message, "read")).isEqualTo(false);
        assertThat(JsonTree.at(sink.json(API + "/messages"), "unread")).isEqualTo(1);
        assertThat(sink.get(API + "/messages/latest/raw").body()).isEqualTo("Subject: x\r\n\r\nbody\r\n");
    }

    @Test
    void aWaitEndsWithTheExpectedMessage() throws Exception {
        sink.mail("early");
        long cursor = ((Number) JsonTree.at(sink.json(API + "/messages"), "cursor")).longValue();
        CompletableFuture<HttpResponse<String>> waiting =
                later(API + "/messages?query=subject:wanted&count=2&wait=30s&after=" + cursor);
        await().until(() -> Integer.valueOf(1).equals(JsonTree.at(sink.json(API + "/statistics"), "inbox.waiting")));
        sink.mail("wanted 1");
        sink.mail("other");
        assertThat(waiting).isNotDone();
        sink.mail("wanted 2");
        HttpResponse<String> answer = waiting.get(30, TimeUnit.SECONDS);
        Object found = JsonTree.read(answer.body());
        assertThat(JsonTree.at(found, "messages.0.subject")).isEqualTo("wanted 1");
        assertThat(JsonTree.at(found, "messages.1.subject")).isEqualTo("wanted 2");
        Object next = JsonTree.at(found, "cursor");
        assertThat(sink.get(API + "/messages?query=subject:wanted&wait=1ms&after=" + next)
                        .statusCode())
                .isEqualTo(204);
        assertThat(sink.get(API + "/messages?query=subject:wanted&wait=30s").statusCode())
                .isEqualTo(200);
    }

    @Test
    void mailpitsSearchWaitsToo() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = later("/api/v1/search?query=subject:wanted&wait=30s");
        await().until(() -> Integer.valueOf(1).equals(JsonTree.at(sink.json(API + "/statistics"), "inbox.waiting")));
        sink.mail("wanted");
        Object found = JsonTree.read(waiting.get(30, TimeUnit.SECONDS).body());
        assertThat(JsonTree.at(found, "messages_count")).isEqualTo(1);
        assertThat(sink.get("/api/v1/search?query=subject:never&wait=10ms").statusCode())
                .isEqualTo(204);
    }

    @Test
    void aFailedWaitSaysWhy() throws Exception {
        String hostile = "?wait=30s&query=subject:" + URLEncoder.encode("/^(a|aa)+\\1b/", StandardCharsets.UTF_8);
        List<CompletableFuture<HttpResponse<String>>> waiting =
                List.of(later("/api/v1/search" + hostile), later(API + "/messages" + hostile));
        await().until(() -> Integer.valueOf(2).equals(JsonTree.at(sink.json(API + "/statistics"), "inbox.waiting")));
        sink.mail("a".repeat(100) + "!");
        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            HttpResponse<String> answer = one.get(30, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("takes too long");
        }
    }

    @Test
    void aChangeThatIsNotStoredIsA507AndReadingContinues() throws Exception {
        sink.mail("kept");
        String id = (String) JsonTree.at(sink.json(API + "/messages/latest"), "id");
        sink.refuseChanges();
        assertThat(sink.get("/api/v1/message/" + id).statusCode()).isEqualTo(200);
        assertThat(sink.get("/view/" + id + ".txt").body()).contains("body");
        for (HttpResponse<String> answer : List.of(
                sink.call("PUT", "/api/v1/messages", "{\"IDs\":[\"" + id + "\"],\"Read\":false}"),
                sink.call("PUT", API + "/messages/" + id, "{\"tags\":[\"t\"]}"))) {
            assertThat(answer.statusCode()).isEqualTo(507);
            assertThat(answer.body()).contains("the spool refused the change");
        }
    }

    private CompletableFuture<HttpResponse<String>> later(String path) {
        return sink.client()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(sink.base() + path)).build(), BodyHandlers.ofString());
    }

    @Test
    void invalidParametersAreProblems() {
        for (String path : List.of(
                "?wait=soon",
                "?wait=1h30",
                "?after=x",
                "?wait=1s&count=0",
                "?wait=1s&count=1001",
                "?wait=1s&count=two",
                "?limit=ten",
                "?start=-1",
                "?query=%22",
                "?query=x&tz=Nowhere/At-all")) {
            HttpResponse<String> answer = sink.get(API + "/messages" + path);
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        }
        assertThat(sink.get(API + "/messages?query=after:2026-01-31&tz=Etc/Unknown")
                        .statusCode())
                .isEqualTo(200);
        assertThat(sink.get(API + "/messages/nonsense").statusCode()).isEqualTo(404);
        assertThat(sink.call("DELETE", API + "/messages", "").statusCode()).isEqualTo(400);
        assertThat(sink.call("PUT", API + "/messages", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void deletingAllMessagesNeedsAnExplicitParameter() throws Exception {
        sink.mail("one");
        for (String query : List.of("", "?all=yes", "?query=-", "?query=-+OR+subject:x", "?query=subject:x&all=true")) {
            assertThat(sink.call("DELETE", API + "/messages" + query, "").statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(JsonTree.at(sink.json(API + "/messages"), "total")).isEqualTo(1);
    }

    @Test
    void changesAndDeletesOneOrMany() throws Exception {
        sink.mail("one");
        sink.mail("two");
        assertThat(sink.call("PUT", API + "/messages/latest", "{\"read\":true,\"tags\":[\"t\"]}")
                        .statusCode())
                .isEqualTo(204);
        HttpResponse<String> refused =
                sink.call("PUT", API + "/messages/latest", "{\"read\":false,\"tags\":[\"good\",\"#?\"]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JsonTree.at(JsonTree.read(refused.body()), "detail")).isEqualTo("invalid tag: #?");
        assertThat(JsonTree.at(sink.json(API + "/messages/latest"), "read")).isEqualTo(true);
        assertThat(JsonTree.at(sink.json(API + "/messages/latest"), "tags")).isEqualTo(List.of("t"));
        assertThat(sink.call("PUT", API + "/messages?query=subject:one", "{\"read\":true}")
                        .body())
                .isEqualTo("{\"changed\":1}");
        assertThat(sink.call("DELETE", API + "/messages/latest", "").statusCode())
                .isEqualTo(204);
        assertThat(sink.call("DELETE", API + "/messages?query=subject:two", "").body())
                .isEqualTo("{\"deleted\":0}");
        assertThat(sink.call("DELETE", API + "/messages?all=true", "").body()).isEqualTo("{\"deleted\":1}");
    }

    @Test
    void streamsEveryTypeOfEvent() throws Exception {
        HttpResponse<java.io.InputStream> stream = sink.client()
                .send(
                        HttpRequest.newBuilder(URI.create(sink.base() + API + "/events"))
                                .build(),
                        BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        try (var in = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            sink.mail("streamed");
            assertThat(next(in, "event: arrived")).contains("\"subject\":\"streamed\"");
            sink.call("DELETE", API + "/messages/latest", "");
            assertThat(next(in, "event: deleted")).contains("\"id\":");
        }
    }

    @Test
    void aClientThatReconnectsGetsWhatItMissedOnce() throws Exception {
        for (String subject : List.of("first", "second", "third")) {
            sink.mail(subject);
        }
        Object cursor = JsonTree.at(sink.json(API + "/messages?query=subject:first"), "messages.0.cursor");
        HttpResponse<java.io.InputStream> stream = sink.client()
                .send(
                        HttpRequest.newBuilder(URI.create(sink.base() + API + "/events"))
                                .header("Last-Event-ID", cursor.toString())
                                .build(),
                        BodyHandlers.ofInputStream());
        try (var in = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(next(in, "event: arrived")).contains("\"subject\":\"second\"");
            assertThat(next(in, "event: arrived")).contains("\"subject\":\"third\"");
            sink.mail("fourth");
            assertThat(next(in, "event: arrived")).contains("\"subject\":\"fourth\"");
        }
    }

    @Test
    void aClientThatMissedTooMuchIsToldToReadTheListAgain() throws Exception {
        for (int i = 0; i < 202; i++) {
            sink.mail("number " + i);
        }
        HttpResponse<java.io.InputStream> stream = sink.client()
                .send(
                        HttpRequest.newBuilder(URI.create(sink.base() + API + "/events"))
                                .header("Last-Event-ID", "1")
                                .build(),
                        BodyHandlers.ofInputStream());
        try (var in = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(next(in, "event: changed")).isEqualTo("data: {}");
        }
    }

    @Test
    void readsFractionsAndHoursAsWaits() throws Exception {
        CompletableFuture<HttpResponse<String>> hour = later(API + "/messages?query=subject:wanted&wait=1h");
        assertThat(sink.get(API + "/messages?query=subject:never&wait=0.01s").statusCode())
                .isEqualTo(204);
        sink.mail("wanted");
        assertThat(hour.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(sink.get("/api/v1/search?query=subject:never&wait=0.02s").statusCode())
                .isEqualTo(204);
    }

    /** The data of the next event of this name. */
    private static String next(BufferedReader in, String event) throws Exception {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals(event)) {
                return in.readLine();
            }
        }
        throw new AssertionError("the stream ended");
    }

    @Test
    void separatesNamespaces() throws Exception {
        try (SinkFixture divided = SinkFixture.withNamespaces("plus-tag")) {
            divided.mail("a@x.test", List.of("user+one@x.test", "user+two@x.test"), "Subject: both\n\n\n");
            divided.mail("a@x.test", List.of("user+two@x.test"), "Subject: two\n\n\n");
            assertThat(JsonTree.at(divided.json(API + "/namespaces"), "selector"))
                    .isEqualTo("plus-tag");
            assertThat(JsonTree.at(divided.json(API + "/messages?ns=one"), "total"))
                    .isEqualTo(1);
            assertThat(JsonTree.at(divided.json("/api/v1/messages?ns=two"), "total"))
                    .isEqualTo(2);
            assertThat(divided.get("/view/latest?ns=one")
                            .headers()
                            .firstValue("Location")
                            .orElse(""))
                    .endsWith("?ns=one");
            divided.call("DELETE", "/api/v1/messages?ns=two", "");
            assertThat(JsonTree.at(divided.json("/api/v1/messages?ns=two"), "total"))
                    .isEqualTo(0);
            assertThat(JsonTree.at(divided.json("/api/v1/messages?ns=one"), "total"))
                    .isEqualTo(1);
            divided.get("/api/v1/message/latest?ns=one");
            assertThat(JsonTree.at(divided.json("/api/v1/messages?ns=one"), "unread"))
                    .isEqualTo(0);
            assertThat(JsonTree.at(divided.json("/api/v1/messages"), "unread")).isEqualTo(2);
        }
    }

    @Test
    void returnsFlightsAndTrainsOfASession() throws Exception {
        try (SinkFixture recorded = SinkFixture.recorded()) {
            recorded.mail("one");
            Object session =
                    recorded.json(API + "/sessions/" + JsonTree.at(recorded.json(API + "/messages/latest"), "session"));
            // EHLO, MAIL, RCPT, DATA and message: this client waits for each reply
            assertThat(JsonTree.at(session, "roundTrips")).isEqualTo(5);
            assertThat(JsonTree.at(session, "openingRoundTrips")).isEqualTo(2);
            assertThat(JsonTree.at(session, "possibleRoundTrips")).isEqualTo(2);
            assertThat((List<?>) JsonTree.at(session, "verdicts")).isNotEmpty().allSatisfy(verdict -> {
                assertThat((String) JsonTree.at(verdict, "id")).matches("V(0[1-9]|1[0-6])|A0[1-7]");
                assertThat((String) JsonTree.at(verdict, "level")).matches("VIOLATION|ADVICE|UNKNOWN|PASS");
                assertThat((String) JsonTree.at(verdict, "rfc")).matches("[0-9]+");
                assertThat((String) JsonTree.at(verdict, "section")).matches("[0-9.]+");
                assertThat((String) JsonTree.at(verdict, "text")).isNotEmpty();
                assertThat(JsonTree.at(verdict, "items")).isInstanceOf(List.class);
            });
            assertThat(JsonTree.at(session, "pipelined")).isEqualTo(false);
            assertThat((List<?>) JsonTree.at(session, "flights")).hasSize(5);
            assertThat(JsonTree.at(session, "items.0.verb")).isEqualTo("EHLO");
            assertThat(JsonTree.at(session, "items.1.text")).isEqualTo("MAIL FROM:<a@example.test>");
            assertThat(JsonTree.at(session, "items.4.kind")).isEqualTo("MESSAGE");
            assertThat(JsonTree.at(session, "replies.5.code")).isEqualTo(250);
        }
    }

    @Test
    void aMissingRecordingIsA404WithAReason() throws Exception {
        sink.mail("one");
        HttpResponse<String> off =
                sink.get(API + "/sessions/" + JsonTree.at(sink.json(API + "/messages/latest"), "session"));
        assertThat(off.statusCode()).isEqualTo(404);
        assertThat(off.body()).contains("--record");
        try (SinkFixture recorded = SinkFixture.recorded()) {
            HttpResponse<String> gone = recorded.get(API + "/sessions/none-1");
            assertThat(gone.statusCode()).isEqualTo(404);
            assertThat(gone.body()).contains("no recording");
        }
    }
}
