// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.web.api.BoxcarApi;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.mailpit.MailpitApi;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.outbound.SpamCheck;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The OpenAPI documents match the routes and their responses. */
@SuppressWarnings("NullAway") // a field that is missing fails the test
class OpenApiTest {
    private static final String BASE = "/api/boxcar/v1";
    private static final ServerInfo INFO =
            new ServerInfo("1.2.3", "", "memory", 0, ServerInfo.Smtp.plain(List.of()), () -> 0);

    @Test
    void documentsExactlyTheRoutes() throws Exception {
        var documented = new TreeSet<String>();
        paths().forEach((path, item) -> ((Map<?, ?>) item)
                .keySet()
                .forEach(method -> documented.add(method.toString().toUpperCase(Locale.ROOT) + " " + BASE + path)));
        var served = new TreeSet<String>();
        try (var spool = new MemorySpool(1024 * 1024);
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            var router = new Router();
            new BoxcarApi(inbox, spool, INFO, "", null, null, new FaultLog(), null, null, Clock.systemUTC())
                    .addTo(router);
            for (Route route : router.routes()) {
                served.add(route.method() + " " + route.path());
            }
        }
        assertThat(documented).isEqualTo(served);
    }

    @Test
    void mailpitsDocumentHasExactlyTheRoutes() throws Exception {
        var documented = new TreeSet<String>();
        try (SinkFixture sink = SinkFixture.below("/q")) {
            assertThat(sink.get("/api/v1/").headers().firstValue("Location")).hasValue("/q/api/v1/swagger.json");
            var paths = (Map<?, ?>) JsonTree.at(sink.json("/api/v1/swagger.json"), "paths");
            paths.forEach((path, item) -> ((Map<?, ?>) item)
                    .keySet()
                    .forEach(method -> documented.add(method.toString().toUpperCase(Locale.ROOT) + " /api/v1" + path)));
        }
        var served = new TreeSet<String>();
        try (var spool = new MemorySpool(1024 * 1024);
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            var router = new Router();
            new MailpitApi(inbox, spool, INFO, "", MessageChecks.NONE, null, null, Clock.systemUTC()).addTo(router);
            for (Route route : router.routes()) {
                if (route.path().startsWith("/api/v1/")) {
                    served.add(route.method() + " " + route.path());
                }
            }
        }
        assertThat(documented).isEqualTo(served);
    }

    @Test
    void referencesAndPathParametersAreComplete() throws Exception {
        String text = text();
        var schemas = (Map<?, ?>) JsonTree.at(JsonTree.read(text), "components.schemas");
        var references = Pattern.compile("#/components/schemas/(\\w+)").matcher(text);
        while (references.find()) {
            assertThat(schemas.containsKey(references.group(1)))
                    .as(references.group())
                    .isTrue();
        }
        paths().forEach((path, item) -> ((Map<?, ?>) item).values().forEach(operation -> {
            for (String name : Pattern.compile("\\{(\\w+)}")
                    .matcher(path.toString())
                    .results()
                    .map(r -> r.group(1))
                    .toList()) {
                assertThat((List<?>) ((Map<?, ?>) operation).get("parameters"))
                        .anyMatch(parameter -> name.equals(((Map<?, ?>) parameter).get("name")));
            }
        }));
    }

    @Test
    void messagesHaveTheDocumentedFields() throws Exception {
        try (SinkFixture sink = SinkFixture.start()) {
            sink.mail("one");
            check(sink.json(BASE + "/messages/latest"), "Message");
            check(JsonTree.at(sink.json(BASE + "/messages"), "messages.0"), "Summary");
            check(JsonTree.at(sink.json(BASE + "/messages/latest"), "envelope"), "Envelope");
            check(sink.json(BASE + "/messages"), "Page");
            assertThat(sink.get(BASE + "/openapi.json").body()).isEqualTo(text());
        }
    }

    @Test
    void sessionsHaveTheDocumentedFields() throws Exception {
        try (SinkFixture sink = SinkFixture.recorded()) {
            sink.mail("one");
            check(sink.json(BASE + "/about"), "About");
            Object session = JsonTree.at(sink.json(BASE + "/messages/latest"), "session");
            Object recorded = sink.json(BASE + "/sessions/" + session);
            check(sink.json(BASE + "/sessions"), "SessionList");
            check(JsonTree.at(sink.json(BASE + "/sessions"), "sessions.0"), "SessionSummary");
            check(recorded, "Session");
            check(JsonTree.at(recorded, "items.0"), "Item");
            check(JsonTree.at(recorded, "replies.0"), "Said");
            check(JsonTree.at(recorded, "flights.0"), "Flight");
            check(JsonTree.at(recorded, "trains.0"), "Train");
        }
    }

    @Test
    void theServerInTheDocumentHasTheWebRoot() throws Exception {
        try (SinkFixture sink = SinkFixture.below("/q")) {
            String server = (String) JsonTree.at(
                    JsonTree.read(sink.get("/api/boxcar/v1/openapi.json").body()), "servers.0.url");
            assertThat(server).isEqualTo("/q/api/boxcar/v1");
        }
    }

    @Test
    void everyErrorIsAProblemInJson() throws Exception {
        try (SinkFixture sink = SinkFixture.forAccounts("ada:secret")) {
            String basic = "Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(UTF_8));
            paths().forEach((path, item) -> {
                String target = BASE + path.toString().replaceAll("\\{\\w+}", "nosuch");
                for (Object method : ((Map<?, ?>) item).keySet()) {
                    String name = method.toString().toUpperCase(Locale.ROOT);
                    checkProblem(sink.send(request(sink, target, name).build()), 401);
                    checkProblem(
                            sink.send(request(sink, target, name)
                                    .header("Authorization", basic)
                                    .header("Origin", "http://evil.example")
                                    .build()),
                            403);
                    if (path.toString().contains("{")) {
                        checkProblem(
                                sink.send(request(sink, target, name)
                                        .header("Authorization", basic)
                                        .build()),
                                404);
                    }
                }
                checkProblem(
                        sink.send(request(sink, target, "PATCH")
                                .header("Authorization", basic)
                                .build()),
                        405);
            });
            checkProblem(
                    sink.send(request(sink, BASE + "/nosuch", "GET")
                            .header("Authorization", basic)
                            .build()),
                    404);
        }
    }

    private static HttpRequest.Builder request(SinkFixture sink, String target, String method) {
        return HttpRequest.newBuilder(URI.create(sink.base() + target))
                .timeout(Duration.ofSeconds(40))
                .method(method, HttpRequest.BodyPublishers.noBody());
    }

    private static void checkProblem(HttpResponse<String> response, int status) {
        String request = response.request().method() + " " + response.uri();
        assertThat(response.statusCode()).as(request).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).as(request).hasValue("application/problem+json");
        assertThat(JsonTree.at(JsonTree.read(response.body()), "status")).isEqualTo(status);
        assertThat(JsonTree.at(JsonTree.read(response.body()), "detail")).isInstanceOf(String.class);
    }

    @Test
    void mailpitsDocumentDescribesEveryResponse() throws Exception {
        try (SinkFixture sink = SinkFixture.withChaos()) {
            sink.mail("one");
            Object document = sink.json("/api/v1/swagger.json");
            ((Map<?, ?>) JsonTree.at(document, "paths"))
                    .forEach((path, item) -> ((Map<?, ?>) item)
                            .forEach((method, operation) -> checkResponses(document, method + " " + path, operation)));
            Map.of(
                            "/messages", "MessagesSummary",
                            "/message/latest", "Message",
                            "/info", "AppInformation",
                            "/webui", "WebUIConfiguration",
                            "/chaos", "ChaosTriggers")
                    .forEach((path, schema) -> checkValue(document, sink.json("/api/v1" + path), schema));
        }
    }

    @Test
    void checksHaveTheDocumentedFields() throws Exception {
        int port = unusedPort();
        var checks = new MessageChecks(LinkCheck.includingPrivateAddresses(), new SpamCheck("127.0.0.1", port));
        try (SinkFixture sink = SinkFixture.start(OptionalFeatures.NONE.withChecks(checks))) {
            sink.mail(
                    "a@example.test",
                    List.of("b@example.test"),
                    "Content-Type: text/html\n\n<p style='gap:1px'><a href='http://127.0.0.1:" + port
                            + "/x'>x</a></p>\n");
            Object document = sink.json("/api/v1/swagger.json");
            Map.of("html-check", "HTMLCheck", "link-check", "LinkCheck", "sa-check", "SpamCheck")
                    .forEach((path, schema) ->
                            checkValue(document, sink.json("/api/v1/message/latest/" + path), schema));
            Object html = sink.json("/api/v1/message/latest/html-check");
            assertThat(JsonTree.at(html, "Total.Nodes")).isEqualTo(2);
            assertThat((List<?>) JsonTree.at(html, "Warnings"))
                    .anyMatch(warning -> "css-gap".equals(((Map<?, ?>) warning).get("Slug")));
            assertThat(JsonTree.at(sink.json("/api/v1/message/latest/link-check"), "Errors"))
                    .isEqualTo(1);
            assertThat(JsonTree.at(sink.json("/api/v1/message/latest/sa-check"), "Error"))
                    .asString()
                    .startsWith("spamd at 127.0.0.1:" + port);
            assertThat(JsonTree.at(sink.json("/api/v1/webui"), "SpamAssassin")).isEqualTo(true);
        }
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void checkResponses(Object document, String name, Object operation) {
        ((Map<?, ?>) ((Map<?, ?>) operation).get("responses")).forEach((status, response) -> {
            if (!status.equals("204")) {
                ((Map<?, ?>) ((Map<?, ?>) response).get("content"))
                        .forEach((type, content) -> assertThat(resolved(document, ((Map<?, ?>) content).get("schema")))
                                .as(name + " " + status + " " + type)
                                .isNotNull());
            }
        });
    }

    private static Map<?, ?> resolved(Object document, Object schema) {
        Object reference = schema == null ? null : ((Map<?, ?>) schema).get("$ref");
        return reference == null
                ? (Map<?, ?>) schema
                : (Map<?, ?>) JsonTree.at(
                        document, reference.toString().substring("#/".length()).replace('/', '.'));
    }

    /** The value has exactly the documented fields, and so have the objects in it. */
    private static void checkValue(Object document, Object value, String schema) {
        checkFields(document, value, resolved(document, Map.of("$ref", "#/components/schemas/" + schema)), schema);
    }

    private static void checkFields(Object document, Object value, Map<?, ?> schema, String name) {
        if (value instanceof List<?> list) {
            list.forEach(item -> checkFields(document, item, resolved(document, schema.get("items")), name + "[]"));
        } else if (value instanceof Map<?, ?> map && schema.get("properties") instanceof Map<?, ?> properties) {
            assertThat(new TreeSet<>(map.keySet())).as(name).isEqualTo(new TreeSet<>(properties.keySet()));
            map.forEach((field, inner) ->
                    checkFields(document, inner, resolved(document, properties.get(field)), name + "." + field));
        }
    }

    private static void check(Object value, String schema) throws Exception {
        var properties = (Map<?, ?>) JsonTree.at(JsonTree.read(text()), "components.schemas." + schema + ".properties");
        assertThat(new TreeSet<>(((Map<?, ?>) value).keySet()))
                .as(schema)
                .isEqualTo(new TreeSet<>(properties.keySet()));
    }

    private static Map<?, ?> paths() throws Exception {
        return (Map<?, ?>) JsonTree.at(JsonTree.read(text()), "paths");
    }

    private static String text() throws Exception {
        try (InputStream in = BoxcarApi.class.getResourceAsStream("openapi.json")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
