// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.web.outbound.AutoRelease;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passes on the messages of one sink to another when they arrive. */
@Timeout(120)
@SuppressWarnings("NullAway") // a field that is missing fails the test
class AutoReleaseTest {
    private static final List<String> RECIPIENTS = List.of("ann@a.example", "ben@b.example", "blocked@a.example");

    private static AutoRelease start(SinkFixture from, int port, UnaryOperator<List<Mailbox>> rule) {
        var release = new AutoRelease(
                "release", ReleaseTest.release(port, "^blocked@"), from.inbox().namespace("")::record);
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
}
