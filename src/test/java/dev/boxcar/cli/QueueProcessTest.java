// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import java.io.IOException;
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

/** The queue commands, beside a relay that runs and after it has stopped. */
@Timeout(180)
class QueueProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void showPrintsAttemptsWithTheirTranscriptsWhileTheRelayRuns() throws Exception {
        try (var busy = busy();
                var relay = relay(busy)) {
            send(relay, "bob@b.example");
            String id = onlyId();

            String shown = queue("show", id).out();
            assertThat(shown)
                    .contains("from      <ann@a.example>")
                    .contains("attempts  1")
                    .containsPattern("attempt +20.* 450 4\\.2\\.1 busy")
                    .contains("attempt 1 at 127.0.0.1:" + busy.port())
                    .containsPattern("[0-9.]+ C: RCPT TO:<bob@b.example>")
                    .containsPattern("[0-9.]+ S: 450 4\\.2\\.1 busy");
            assertThat(queue("show", id, "--json").out())
                    .contains("\"history\":[\"20")
                    .contains("\"transcript\":[\"attempt 1 at ");

            assertThat(relay.signal("TERM").status()).isEqualTo(143);
            assertThat(queue("show", id).out())
                    .containsPattern("attempt +20.* 450")
                    .doesNotContain("C: RCPT");
        }
    }

    @Test
    void aChangedRouteAppliesToQueuedMailAtRetry() throws Exception {
        try (var busy = busy();
                var other = Downstream.start();
                var relay = relay(busy)) {
            send(relay, "bob@b.example");
            String id = onlyId();

            configure(other);
            new ProcessBuilder("kill", "-HUP", Long.toString(relay.process().pid()))
                    .start()
                    .waitFor();
            await().atMost(LIMIT).until(() -> Files.readString(relay.errFile()).contains("configuration read again"));
            assertThat(queue("retry", id).out()).isEqualTo("retry: 1 message\n");

            await().atMost(LIMIT).until(() -> other.messages().size() == 1);
            await().atMost(LIMIT).until(() -> queue("ls").out().equals("the queue is empty\n"));
        }
    }

    @Test
    void filtersChooseWhatIsHeldReleasedReturnedAndRemoved() throws Exception {
        var isBusy = new AtomicBoolean(true);
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && isBusy.get() ? "450 4.2.1 busy" : null);
                var relay = relay(downstream)) {
            send(relay, "one@b.example", "two@c.example", "three@d.example", "four@e.example");

            assertThat(queue("hold", "--domain", "b.example").out()).isEqualTo("hold: 1 message\n");
            await().atMost(LIMIT)
                    .until(() -> queue("ls", "--state", "held").out().contains("one@b.example"));
            assertThat(queue("ls", "--to", "*@c.example").out())
                    .contains("two@c.example")
                    .doesNotContain("one@");
            assertThat(count("--reply", "busy", "--from", "ann@*")).isEqualTo(4);
            assertThat(queue("ls", "--older", "1h").out()).isEqualTo("no queued message matches\n");
            assertThat(queue("stats", "--json").out())
                    .contains("\"messages\":4")
                    .contains("\"held\":1")
                    .contains("\"deferred\":3");

            assertThat(queue("rm", "--domain", "c.example").out()).isEqualTo("rm: 1 message\n");
            isBusy.set(false);
            assertThat(queue("bounce", "--domain", "d.example").out()).isEqualTo("bounce: 1 message\n");
            await().atMost(LIMIT)
                    .until(() -> downstream.messages().stream()
                            .anyMatch(message -> message.from().isEmpty()
                                    && message.recipients().equals(List.of("ann@a.example"))
                                    && message.content().contains("three@d.example")));
            assertThat(queue("retry", "--domain", "e.example").status()).isZero();
            await().atMost(LIMIT).until(() -> queue("stats").out().startsWith("messages  1\n"));
            assertThat(queue("release", "--state", "held").status()).isZero();
            await().atMost(LIMIT).until(() -> queue("ls").out().equals("the queue is empty\n"));
            assertThat(downstream.messages())
                    .flatExtracting(Downstream.Received::recipients)
                    .containsExactlyInAnyOrder("ann@a.example", "four@e.example", "one@b.example");
        }
    }

    @Test
    void theSameWorksWhileTheRelayIsStopped() throws Exception {
        try (var busy = busy();
                var relay = relay(busy)) {
            send(relay, "one@b.example", "two@c.example", "three@d.example");
            String before = queue("ls").out();
            assertThat(relay.signal("TERM").status()).isEqualTo(143);
            assertThat(queue("ls").out()).isEqualTo(before);
        }
        assertThat(queue("rm", "--domain", "c.example").out()).isEqualTo("rm: 1 message\n");
        assertThat(queue("hold", "--json", "--domain", "d.example").out())
                .isEqualTo("{\"change\":\"hold\",\"messages\":1,\"unknown\":[]}\n");
        assertThat(queue("retry", "--domain", "b.example").out()).isEqualTo("retry: 1 message\n");
        assertThat(queue("stats", "--json").out()).contains("\"messages\":2").contains("\"held\":1");

        try (var downstream = Downstream.start();
                var relay = relay(downstream)) {
            assertThat(relay.line()).contains("listening");
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 1);
            assertThat(downstream.messages().get(0).recipients()).containsExactly("one@b.example");
            await().atMost(LIMIT).until(() -> count() == 1);
            assertThat(queue("ls").out()).contains("three@d.example").contains("held");
        }
    }

    @Test
    void anUnknownIdIsOneLineAndChangesNothing() throws Exception {
        try (var busy = busy();
                var relay = relay(busy)) {
            send(relay, "one@b.example");
            for (String command : List.of("hold", "release", "retry", "bounce", "rm", "show")) {
                Boxcar.Outcome outcome = run(command, "01M8NA8QCW000AMS4KM8A9YRA4");
                assertThat(outcome.status()).as(command).isEqualTo(1);
                assertThat(outcome.err())
                        .isEqualTo("boxcar: 01M8NA8QCW000AMS4KM8A9YRA4: no such message in the queue\n");
            }
            assertThat(count()).isEqualTo(1);
        }
    }

    private static Downstream busy() throws IOException {
        return Downstream.start(event -> event.verb().equals("RCPT") ? "450 4.2.1 busy" : null);
    }

    private Path configure(Downstream downstream) throws IOException {
        return Files.writeString(
                directory.resolve("relay.conf"),
                "smarthosts.main = { hosts = [\"127.0.0.1:" + downstream.port() + "\"], tls = none }\n"
                        + "retry-first = 1h\nretry-min = 1h\nretry-max = 1h\n");
    }

    private Boxcar.Running relay(Downstream downstream) throws IOException {
        return Boxcar.start(
                directory,
                "relay",
                "--smtp=127.0.0.1:0",
                "--spool=spool",
                "--log-level=info",
                "--config=" + configure(downstream));
    }

    /** Sends a message to each, and waits until each was tried. */
    private void send(Boxcar.Running relay, String... recipients) throws IOException {
        String server = relay.line().replace("[smtp] listening on ", "");
        for (String recipient : recipients) {
            Boxcar.Outcome outcome = Boxcar.run(
                    Map.of(), "send", "--from", "ann@a.example", "--to", recipient, "--body", "text", server);
            assertThat(outcome.status()).as(outcome.toString()).isZero();
        }
        await().atMost(LIMIT).until(() -> count("--state", "deferred") == recipients.length);
    }

    private long count(String... filter) {
        var words = new ArrayList<>(List.of(filter));
        words.add("--json");
        return queue("ls", words.toArray(String[]::new)).out().lines().count();
    }

    private String onlyId() {
        return queue("ls").out().split(" ", 2)[0];
    }

    private Boxcar.Outcome queue(String command, String... arguments) {
        Boxcar.Outcome outcome = run(command, arguments);
        assertThat(outcome.err()).isEmpty();
        return outcome;
    }

    private Boxcar.Outcome run(String command, String... arguments) {
        var words = new ArrayList<>(
                List.of("queue", command, "--spool", directory.resolve("spool").toString()));
        words.addAll(List.of(arguments));
        return Boxcar.run(Map.of(), words.toArray(String[]::new));
    }
}
