// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.web.outbound.AutoRelease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passes on the messages of one sink to another when they arrive. */
@Timeout(120)
@SuppressWarnings("NullAway") // a field that is missing fails the test
class AutoReleaseTest {
    private static final List<String> RECIPIENTS = List.of("ann@a.example", "ben@b.example", "blocked@a.example");

    private static AutoRelease start(SinkFixture from, int port, UnaryOperator<List<Mailbox>> rule) {
        return start(from, port, rule, Duration.ofMillis(1));
    }

    private static AutoRelease start(
            SinkFixture from, int port, UnaryOperator<List<Mailbox>> rule, Duration firstWait) {
        var release = new AutoRelease(
                "release", ReleaseTest.release(port, "^blocked@"), from.inbox().namespace("")::record, firstWait);
        WebInterface.releaseArrivals(from.inbox(), release, rule);
        return release;
    }

    private static Object latest(SinkFixture sink) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> JsonTree.at(sink.json("/api/v1/messages"), "total").equals(1));
        return JsonTree.at(sink.json("/api/boxcar/v1/messages/latest"), "envelope.forwardPaths");
    }

    @Test
    void releasesToThePermittedRecipientsOfTheEnvelope() throws Exception {
        try (SinkFixture real = SinkFixture.start();
                SinkFixture sink = SinkFixture.start();
                AutoRelease release = start(sink, real.smtpPort(), recipients -> recipients)) {
            sink.mail("a@example.test", RECIPIENTS, "Subject: on\nBcc: x@example.test\n\nbody\n");
            assertThat(latest(real).toString())
                    .contains("<ann@a.example>", "<ben@b.example>")
                    .doesNotContain("blocked");
            assertThat(real.get("/api/v1/message/latest/raw").body()).isEqualTo("Subject: on\r\n\r\nbody\r\n");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.released() == 1);
            assertThat(release.failed()).isZero();
        }
    }

    @Test
    void releasesToTheRecipientsThatTheRuleChooses() throws Exception {
        try (SinkFixture real = SinkFixture.start();
                SinkFixture sink = SinkFixture.start();
                AutoRelease release = start(
                        sink,
                        real.smtpPort(),
                        recipients -> recipients.stream()
                                .filter(mailbox -> mailbox.domain().equals("b.example"))
                                .toList())) {
            sink.mail("a@example.test", List.of("ann@a.example"), "Subject: not this\n\nbody\n");
            sink.mail("a@example.test", RECIPIENTS, "Subject: on\n\nbody\n");
            assertThat(latest(real).toString()).contains("<ben@b.example>").doesNotContain("ann");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.released() == 1);
        }
    }

    @Test
    void aMessageThatIsNotAcceptedDoesNotStopTheNext() throws Exception {
        try (SinkFixture real = SinkFixture.withChaos();
                SinkFixture sink = SinkFixture.start();
                AutoRelease release = start(sink, real.smtpPort(), recipients -> recipients)) {
            real.call("PUT", "/api/v1/chaos", "{\"Recipient\":{\"ErrorCode\":550,\"Probability\":100}}");
            sink.mail("refused");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.failed() == 1);
            real.call("PUT", "/api/v1/chaos", "{}");
            sink.mail("accepted");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.released() == 1);
            assertThat(JsonTree.at(real.json("/api/v1/messages"), "messages.0.Subject"))
                    .isEqualTo("accepted");
        }
    }

    @Test
    void recipientsThatAreDeferredGetTheMessageLater() throws Exception {
        try (SinkFixture real = SinkFixture.lab();
                SinkFixture sink = SinkFixture.start();
                AutoRelease release = start(sink, real.smtpPort(), recipients -> recipients)) {
            defer(real, "{\"verb\": \"RCPT\", \"address\": \"ann@*\"}", 3);
            sink.mail("a@example.test", RECIPIENTS, "Subject: on\n\nbody\n");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.released() == 1);
            assertThat(release.failed()).isZero();
            assertThat(received(real)).containsExactly("ann@a.example", "ben@b.example");
        }
    }

    @Test
    void aMessageThatIsDeferredDoesNotStopTheNext() throws Exception {
        try (SinkFixture real = SinkFixture.lab();
                SinkFixture sink = SinkFixture.start();
                AutoRelease release = start(sink, real.smtpPort(), recipients -> recipients, Duration.ofHours(1))) {
            defer(real, "{\"verb\": \"RCPT\", \"address\": \"ann@*\"}", 1);
            sink.mail("a@example.test", List.of("ann@a.example"), "Subject: deferred\n\nbody\n");
            sink.mail("a@example.test", List.of("ben@b.example"), "Subject: next\n\nbody\n");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.released() == 1);
            assertThat(received(real)).containsExactly("ben@b.example");
        }
    }

    @Test
    void aMessageThatIsGivenUpIsTagged() throws Exception {
        try (SinkFixture real = SinkFixture.lab();
                SinkFixture sink = SinkFixture.start();
                AutoRelease release = start(sink, real.smtpPort(), recipients -> recipients)) {
            defer(real, "{\"verb\": \"MAIL\"}", 6);
            sink.mail("refused");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.failed() == 1);
            assertThat(JsonTree.at(sink.json("/api/v1/messages"), "messages.0.Tags"))
                    .isEqualTo(List.of("not passed on"));
            sink.mail("a@example.test", List.of("ann@a.example"), "Subject: accepted\n\nbody\n");
            await().atMost(Duration.ofSeconds(30)).until(() -> release.released() == 1);
            assertThat(JsonTree.at(sink.json("/api/v1/messages"), "messages.0.Tags"))
                    .isEqualTo(List.of());
        }
    }

    /** Makes the server reply 451 to a command that often. */
    private static void defer(SinkFixture real, String match, int times) throws Exception {
        real.call(
                "POST",
                "/api/boxcar/v1/lab/scripts",
                "{\"name\": \"busy\", \"rules\": [{\"on\": " + match
                        + ", \"do\": {\"reply\": {\"code\": 451, \"text\": \"later\"}}, \"times\": " + times + "}]}");
    }

    /** The recipients of all messages that the server has, sorted. */
    private static List<String> received(SinkFixture real) throws Exception {
        List<?> messages = (List<?>) JsonTree.at(real.json("/api/v1/messages"), "messages");
        List<String> recipients = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            String id = (String) JsonTree.at(messages.get(i), "ID");
            String paths =
                    String.valueOf(JsonTree.at(real.json("/api/boxcar/v1/messages/" + id), "envelope.forwardPaths"));
            Pattern.compile("<([^>]*)>").matcher(paths).results().forEach(found -> recipients.add(found.group(1)));
        }
        return recipients.stream().sorted().toList();
    }
}
