// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.artemis.BrokerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queue commands and the API with a queue that a front end and a worker share, while they run and without them. */
@Timeout(240)
class SharedQueueProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void commandsAndApiShowAndChangeTheWholeQueue() throws Exception {
        var isBusy = new AtomicBoolean(true);
        int port = BrokerProcess.freePort();
        try (var broker = BrokerProcess.alone(directory.resolve("broker"), port);
                var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && isBusy.get() ? "450 4.2.1 busy" : null)) {
            configure(port, downstream);
            try (var front = relay("front", "--smtp=127.0.0.1:0", "--http=127.0.0.1:0");
                    var worker = relay("worker")) {
                send(front, "one@b.example", "two@c.example", "three@d.example", "four@e.example");
                assertThat(queue("ls").out()).contains("one@b.example").contains("450 4.2.1 busy (next attempt");
                assertThat(queue("show", id("one@b.example")).out())
                        .contains("from      <ann@a.example>")
                        .contains("attempts  1")
                        .containsPattern("attempt +20.* 450 4\\.2\\.1 busy");
                assertThat(queue("hold", "--domain", "b.example").out()).isEqualTo("hold: 1 message\n");
                assertThat(queue("stats", "--json").out())
                        .contains("\"messages\":4")
                        .contains("\"held\":1")
                        .contains("\"deferred\":3");
                assertThat(queue("rm", "--domain", "c.example").out()).isEqualTo("rm: 1 message\n");
                api(front);
                isBusy.set(false);
                assertThat(queue("bounce", "--domain", "d.example").out()).isEqualTo("bounce: 1 message\n");
                await().atMost(LIMIT)
                        .until(() -> downstream.messages().stream()
                                .anyMatch(message -> message.recipients().equals(List.of("ann@a.example"))));
                assertThat(queue("retry", "--domain", "e.example").status()).isZero();
                await().atMost(LIMIT).until(() -> queue("stats").out().startsWith("messages  1\n"));
                assertThat(worker.process().isAlive()).isTrue();
            }
            assertThat(queue("ls", "--state", "held").out()).as("no relay runs").contains("one@b.example");
            assertThat(queue("release", "--all").out()).isEqualTo("release: 1 message\n");
            await("the broker shows it once the killed worker is given up")
                    .atMost(LIMIT)
                    .until(() -> queue("stats", "--json").out().contains("\"deferred\":1,\"held\":0"));
            try (var worker = relay("worker")) {
                // a listing may leave out a message that the broker is handing to a worker
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(downstream.messages())
                                .flatExtracting(Downstream.Received::recipients)
                                .containsExactlyInAnyOrder("ann@a.example", "four@e.example", "one@b.example"));
                await().atMost(LIMIT).until(() -> queue("ls").out().equals("the queue is empty\n"));
                assertThat(worker.process().isAlive()).isTrue();
            }
        }
        Boxcar.Outcome unreachable = run("ls");
        assertThat(unreachable.status()).isEqualTo(1);
        assertThat(unreachable.err().lines()).hasSize(1);
        assertThat(unreachable.err()).startsWith("boxcar: ").contains("127.0.0.1:" + port);
    }

    /** On a front end, which has no message itself. */
    private void api(Boxcar.Running front) throws Exception {
        String line = front.line();
        String url = line.substring(line.indexOf("http://")).strip() + "api/boxcar/v1";
        String held = id("one@b.example");
        assertThat(get(url + "/queue?state=held")).contains(held).contains("\"state\":\"held\"");
        assertThat(get(url + "/queue")).contains("three@d.example").contains("four@e.example");
        assertThat(get(url + "/queue/" + held)).contains("\"history\":[{\"attempt\":1");
        await().atMost(LIMIT)
                .until(() -> get(url + "/queue/statistics").contains("\"deferred\":2,\"held\":1,\"scheduled\":0"));
        assertThat(get(url + "/queue/destinations")).contains("\"waiting\":3");
        assertThat(post(url + "/queue/" + held + "/release")).isEqualTo(204);
        await().atMost(LIMIT).until(() -> get(url + "/queue?state=held").equals("[]"));
        await().atMost(LIMIT).until(() -> post(url + "/queue/" + held + "/hold") == 204);
        await().atMost(LIMIT).until(() -> get(url + "/queue?state=held").contains(held));
        assertThat(post(url + "/queue/01M8NA8QCW000AMS4KM8A9YRA4/hold")).isEqualTo(404);
    }

    private static String get(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    private static int post(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    private void configure(int broker, Downstream downstream) throws IOException {
        Path login = directory.resolve("login");
        Files.writeString(login, "relay:secret\n");
        Files.writeString(
                directory.resolve("relay.conf"),
                "queue = \"artemis:tcp://127.0.0.1:" + broker + "\"\n"
                        + "queue-auth-file = \"" + login + "\"\n"
                        + "smarthosts.main = { hosts = [\"127.0.0.1:" + downstream.port() + "\"], tls = none }\n"
                        + "retry-first = 1h\nretry-min = 1h\nretry-max = 1h\n");
    }

    private Boxcar.Running relay(String role, String... more) throws IOException {
        var words = new ArrayList<>(
                List.of("relay", "--role=" + role, "--spool=" + role, "--config=" + directory.resolve("relay.conf")));
        words.addAll(List.of(more));
        return Boxcar.start(directory, words.toArray(String[]::new));
    }

    private void send(Boxcar.Running front, String... recipients) throws IOException {
        String server = front.line().replace("[smtp] listening on ", "");
        for (String recipient : recipients) {
            Boxcar.Outcome outcome = Boxcar.run(
                    Map.of(), "send", "--from", "ann@a.example", "--to", recipient, "--body", "text", server);
            assertThat(outcome.status()).as(outcome.toString()).isZero();
        }
        await().atMost(LIMIT)
                .until(() -> queue("ls", "--state", "deferred", "--json")
                                .out()
                                .lines()
                                .count()
                        == recipients.length);
    }

    private String id(String recipient) {
        return queue("ls", "--to", recipient).out().split(" ", 2)[0];
    }

    private Boxcar.Outcome queue(String command, String... arguments) {
        Boxcar.Outcome outcome = run(command, arguments);
        assertThat(outcome.err()).isEmpty();
        return outcome;
    }

    private Boxcar.Outcome run(String command, String... arguments) {
        var words = new ArrayList<>(List.of(
                "queue",
                command,
                "--config",
                directory.resolve("relay.conf").toString(),
                "--spool",
                directory.resolve("front").toString()));
        words.addAll(List.of(arguments));
        return Boxcar.run(Map.of(), words.toArray(String[]::new));
    }
}
