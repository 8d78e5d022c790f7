// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.RelayFixture;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.JsonTree;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The API, the metrics and the health of the relay, over HTTP. */
@SuppressWarnings("NullAway") // a field that is missing fails the test
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class QueueApiTest {
    private static final String BASE = "/api/boxcar/v1";
    private static final String BODY = "Subject: test\r\n\r\nhello\r\n";
    private static final Downstream.Script BUSY = event -> event.line().contains("busy") ? "450 4.2.1 try later" : null;

    @Test
    void aDeferredMessageIsListedWithTheReasonAsQueueLsDoes() throws Exception {
        try (var downstream = Downstream.start(BUSY);
                var web = RelayWebFixture.start(downstream)) {
            Ulid id = deferred(web, "busy@b.example");
            Object message = JsonTree.at(web.json("/queue"), "0");
            assertThat(JsonTree.at(message, "id")).isEqualTo(id.toString());
            assertThat(JsonTree.at(message, "from")).isEqualTo("ann@sender.example");
            assertThat(JsonTree.at(message, "state")).isEqualTo("deferred");
            assertThat(JsonTree.at(message, "attempts")).isEqualTo(1);
            assertThat(JsonTree.at(message, "destination")).isEqualTo("smarthost");
            assertThat(JsonTree.at(message, "recipients.0"))
                    .isEqualTo(Map.of(
                            "address", "busy@b.example",
                            "state", "deferred",
                            "status", "4.2.1",
                            "reply", "450 4.2.1 try later"));
        }
    }

    @Test
    void theListIsFilteredByStateAndDestinationAndComesInPages() throws Exception {
        try (var downstream = Downstream.start(BUSY);
                var web = RelayWebFixture.start(downstream)) {
            Ulid first = deferred(web, "busy1@b.example");
            web.relay.send(BODY, "busy2@b.example");
            awaitDeferred(web, 2);
            assertThat(post(web, "/queue/" + first + "/hold")).isEqualTo(204);
            await().atMost(RelayFixture.LIMIT).until(() -> count(web, "/queue?state=held") == 1);

            assertThat(JsonTree.at(web.json("/queue?state=held"), "0.id")).isEqualTo(first.toString());
            assertThat(count(web, "/queue?state=deferred")).isEqualTo(1);
            assertThat(count(web, "/queue?destination=smarthost")).isEqualTo(2);
            assertThat(count(web, "/queue?destination=other")).isZero();
            assertThat(JsonTree.at(web.json("/queue?limit=1"), "0.id")).isEqualTo(first.toString());
            assertThat(count(web, "/queue?limit=1&after=" + first)).isEqualTo(1);
            assertThat(JsonTree.at(web.json("/queue?after=" + first), "0.id")).isNotEqualTo(first.toString());
        }
    }

    @Test
    void aMessageHasItsAttemptsAndTheirSessions() throws Exception {
        try (var downstream = Downstream.start(BUSY);
                var web = RelayWebFixture.start(downstream)) {
            Ulid id = deferred(web, "busy@b.example");
            Object message = web.json("/queue/" + id);
            assertThat(JsonTree.at(message, "history.0.attempt")).isEqualTo(1);
            assertThat(JsonTree.at(message, "history.0.reply")).isEqualTo("450 4.2.1 try later");
            Object attempt = JsonTree.at(web.json("/queue/" + id + "/attempts"), "0");
            assertThat(JsonTree.at(attempt, "attempt")).isEqualTo(1);
            assertThat(JsonTree.at(attempt, "transaction")).isEqualTo(0);
            assertThat(JsonTree.at(attempt, "dkim")).isEqualTo("none");
            assertThat(JsonTree.at(attempt, "session.server")).isEqualTo("127.0.0.1:" + downstream.port());
            assertThat((List<?>) JsonTree.at(attempt, "session.items"))
                    .anyMatch(item -> "RCPT TO:<busy@b.example>".equals(JsonTree.at(item, "text")));
        }
    }

    @Test
    void anOperatorHoldsReleasesRetriesAndDeletes() throws Exception {
        var busy = new AtomicBoolean(true);
        try (var downstream = Downstream.start(
                        event -> busy.get() && event.verb().equals("RCPT") ? "450 4.2.1 try later" : null);
                var web = RelayWebFixture.start(downstream)) {
            Ulid held = deferred(web, "held@b.example");
            assertThat(post(web, "/queue/" + held + "/hold")).isEqualTo(204);
            await().atMost(RelayFixture.LIMIT).until(() -> count(web, "/queue?state=held") == 1);
            web.relay.send(BODY, "removed@b.example");
            awaitDeferred(web, 1);
            Ulid removed = web.relay.ids().get(1);
            assertThat(web.request("DELETE", BASE + "/queue/" + removed, "").statusCode())
                    .isEqualTo(204);
            await().atMost(RelayFixture.LIMIT).until(() -> count(web, "/queue") == 1);
            busy.set(false);
            assertThat(post(web, "/queue/" + held + "/release")).isEqualTo(204);
            web.relay.awaitEmptyQueue();
            assertThat(downstream.messages()).hasSize(1);
            assertThat(downstream.messages().get(0).recipients()).containsExactly("held@b.example");

            HttpResponse<String> gone = web.request("POST", BASE + "/queue/" + held + "/retry", "");
            assertThat(gone.statusCode()).isEqualTo(404);
            assertThat(gone.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        }
    }

    @Test
    void allMessagesOfADestinationAreRetriedTogether() throws Exception {
        var busy = new AtomicBoolean(true);
        try (var downstream = Downstream.start(
                        event -> busy.get() && event.verb().equals("RCPT") ? "450 4.2.1 try later" : null);
                var web = RelayWebFixture.start(downstream)) {
            deferred(web, "one@b.example");
            web.relay.send(BODY, "two@b.example");
            awaitDeferred(web, 2);
            busy.set(false);
            HttpResponse<String> response =
                    web.request("POST", BASE + "/queue/retry", "{\"destination\":\"smarthost\"}");
            assertThat(response.body()).isEqualTo("{\"changed\":2,\"unknown\":[]}");
            web.relay.awaitEmptyQueue();
        }
    }

    @Test
    void wrongRequestsAreProblemsThatNameTheParameter() throws Exception {
        try (var downstream = Downstream.start();
                var web = RelayWebFixture.start(downstream)) {
            assertThat(problem(web, "GET", "/queue?state=x", "")).isEqualTo("400 state");
            assertThat(problem(web, "GET", "/queue?limit=0", "")).isEqualTo("400 limit");
            assertThat(problem(web, "GET", "/queue?limit=x", "")).isEqualTo("400 limit");
            assertThat(problem(web, "GET", "/queue?after=x", "")).isEqualTo("400 after");
            assertThat(problem(web, "GET", "/queue/x", "")).startsWith("404 ");
            assertThat(problem(web, "POST", "/queue/hold", "{\"ids\":[\"x\"]}")).isEqualTo("400 ids");
            assertThat(problem(web, "POST", "/queue/hold", "{}")).startsWith("400 ");
            assertThat(problem(web, "POST", "/queue/fold", "{\"ids\":[]}")).startsWith("404 ");
        }
    }

    @Test
    void metricsMoveWithTheQueue() throws Exception {
        try (var downstream = Downstream.start(BUSY);
                var web = RelayWebFixture.start(downstream)) {
            assertThat(web.metric("boxcar_queue_messages{state=\"deferred\"}")).isZero();
            assertThat(web.metric("boxcar_last_success_timestamp_seconds")).isZero();
            deferred(web, "busy@b.example");
            web.relay.send(BODY, "fine@b.example");
            await().atMost(RelayFixture.LIMIT).until(() -> web.metric("boxcar_deliveries_total{result=\"sent\"}") == 1);
            assertThat(web.metric("boxcar_queue_messages{state=\"deferred\"}")).isEqualTo(1);
            assertThat(web.metric("boxcar_deliveries_total{result=\"deferred\"}"))
                    .isEqualTo(1);
            assertThat(web.metric("boxcar_deferrals_total{reason=\"mailbox\"}")).isEqualTo(1);
            assertThat(web.metric("boxcar_delivery_seconds_count")).isEqualTo(1);
            assertThat(web.metric("boxcar_delivery_seconds_bucket{le=\"+Inf\"}"))
                    .isEqualTo(1);
            assertThat(web.metric("boxcar_connections_opened_total")).isPositive();
            assertThat(web.metric("boxcar_last_success_timestamp_seconds")).isPositive();
            assertThat(web.metric("boxcar_queue_oldest_seconds")).isPositive();
        }
    }

    @Test
    void healthNeedsNoAccountButTheQueueDoes() throws Exception {
        try (var downstream = Downstream.start();
                var web = RelayWebFixture.withAccount(downstream, "ada:secret")) {
            await().atMost(RelayFixture.LIMIT).until(() -> web.get("/readyz").statusCode() == 200);
            assertThat(web.get("/livez").statusCode()).isEqualTo(200);
            for (String path : List.of("/", BASE + "/queue", "/metrics", BASE + "/events")) {
                assertThat(web.get(path).statusCode()).as(path).isEqualTo(401);
            }
            assertThat(web.request("POST", BASE + "/queue/retry", "{}").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void aForeignPageCannotChangeTheQueue() throws Exception {
        try (var downstream = Downstream.start();
                var web = RelayWebFixture.start(downstream)) {
            assertThat(web.fromOrigin("https://evil.example", "/queue/retry").statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void theDocumentHasExactlyTheRoutes() throws Exception {
        var documented = new TreeSet<String>();
        var served = new TreeSet<String>();
        try (var downstream = Downstream.start();
                var web = RelayWebFixture.start(downstream)) {
            var paths = (Map<?, ?>) JsonTree.at(web.json("/openapi.json"), "paths");
            paths.forEach((path, item) -> ((Map<?, ?>) item)
                    .keySet()
                    .forEach(method -> documented.add(method.toString().toUpperCase(Locale.ROOT) + " " + BASE + path)));
            var router = new Router();
            new QueueApi(web.relay.view(), new RelayInfo("", "", "", 0, web.relay::spoolStatistics), "").addTo(router);
            for (Route route : router.routes()) {
                served.add(route.method() + " " + route.path());
            }
        }
        assertThat(documented).isEqualTo(served);
    }

    @Test
    void objectsHaveTheDocumentedFields() throws Exception {
        try (var downstream = Downstream.start(BUSY);
                var web = RelayWebFixture.start(downstream)) {
            Ulid id = deferred(web, "busy@b.example");
            Object document = web.json("/openapi.json");
            check(document, web.json("/queue/" + id), "QueuedMessageWithHistory");
            check(document, JsonTree.at(web.json("/queue"), "0"), "QueuedMessage");
            check(document, JsonTree.at(web.json("/queue"), "0.recipients.0"), "Recipient");
            check(document, web.json("/queue/statistics"), "QueueStatistics");
            check(document, JsonTree.at(web.json("/queue/destinations"), "0"), "Destination");
            check(document, JsonTree.at(web.json("/queue/" + id + "/attempts"), "0"), "RecordedAttempt");
            Object session = JsonTree.at(web.json("/queue/" + id + "/attempts"), "0.session");
            check(document, session, "RecordedSession");
            check(document, JsonTree.at(session, "items.0"), "SessionItem");
            check(document, JsonTree.at(session, "replies.0"), "SessionReply");
            check(document, JsonTree.at(session, "flights.0"), "SessionFlight");
            check(document, JsonTree.at(session, "trains.0"), "SessionTrain");
        }
    }

    private static void check(Object document, Object object, String schema) {
        Object required = JsonTree.at(document, "components.schemas." + schema + ".required");
        assertThat(((Map<?, ?>) object).keySet().stream().map(Object::toString).toList())
                .as(schema)
                .containsExactlyInAnyOrderElementsOf(
                        ((List<?>) required).stream().map(Object::toString).toList());
    }

    private static Ulid deferred(RelayWebFixture web, String recipient) throws Exception {
        web.relay.send(BODY, recipient);
        awaitDeferred(web, 1);
        return web.relay.ids().get(0);
    }

    private static void awaitDeferred(RelayWebFixture web, int number) {
        await().atMost(RelayFixture.LIMIT).until(() -> count(web, "/queue?state=deferred") == number);
    }

    private static int count(RelayWebFixture web, String path) throws Exception {
        return ((List<?>) web.json(path)).size();
    }

    private static int post(RelayWebFixture web, String path) throws Exception {
        return web.request("POST", BASE + path, "").statusCode();
    }

    /** The status, and the detail up to its colon. */
    private static String problem(RelayWebFixture web, String method, String path, String body) throws Exception {
        HttpResponse<String> response = web.request(method, BASE + path, body);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return response.statusCode() + " "
                + JsonTree.at(JsonTree.read(response.body()), "detail")
                        .toString()
                        .split(":", 2)[0];
    }
}
