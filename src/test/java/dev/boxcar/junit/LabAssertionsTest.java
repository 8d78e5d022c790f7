// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static dev.boxcar.junit.LabAssertions.assertThat;
import static dev.boxcar.junit.Rfc.RFC_2920;
import static dev.boxcar.junit.Rfc.RFC_5321;
import static dev.boxcar.lab.verdict.VerdictRule.V03;
import static dev.boxcar.lab.verdict.VerdictRule.V04;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.boxcar.clients.SocketClient;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The assertions, which AssertJ's stand beside. */
class LabAssertionsTest {
    @SmtpLab
    private SmtpLabServer smtp;

    private static void failsWith(ThrowingCallable assertion, String... parts) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(assertion)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(parts));
    }

    /** A client that sends the body in the same write as DATA. */
    private Session sessionThatSendsPastData() throws IOException {
        try (SocketClient client = TestMail.connect(smtp)) {
            client.send("MAIL FROM:<>\r\nRCPT TO:<reader@example.com>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n");
            client.replies(5);
        }
        return smtp.takeSession(ofSeconds(20));
    }

    @Test
    void aClientThatPipelinesRightPasses() throws IOException {
        TestMail.send(smtp, "fine");
        Session session = smtp.takeSession(ofSeconds(20));
        assertThat(session)
                .conformsTo(RFC_2920, RFC_5321)
                .hasNoViolations()
                .isPipelined()
                .hasRoundTripsAtMost(4);
        assertThat(session.possibleRoundTrips()).isLessThan(4);
    }

    @Test
    void aClientThatDoesNotWaitForDataFails() throws IOException {
        Session session = sessionThatSendsPastData();
        failsWith(
                () -> assertThat(session).conformsTo(RFC_2920),
                "the client does not conform to [RFC 2920]:",
                "VIOLATION (RFC 2920 §3.1, MUST NOT)",
                "C: DATA");
        failsWith(() -> assertThat(session).hasNoViolations(), "the client does not keep all rules");
        assertThat(session).conformsTo(RFC_5321);
        assertThat(session).violates(session.violations().get(0).rule());
        failsWith(() -> assertThat(session).violates(V04), "expected a violation of V04", "C: DATA");
    }

    @Test
    void countsRoundTrips() throws IOException {
        try (SocketClient client = TestMail.connect(smtp)) {
            client.ask("NOOP");
            client.ask("QUIT");
        }
        Session session = smtp.takeSession(ofSeconds(20));
        assertThat(session).hasRoundTripsAtMost(3).isNotPipelined();
        failsWith(
                () -> assertThat(session).hasRoundTripsAtMost(2),
                "expected at most 2 round trips, but there were 3",
                "C: NOOP");
        failsWith(() -> assertThat(session).isPipelined(), "it waited for each reply");
        failsWith(() -> assertThat(session).violates(V03), "expected a violation of V03", "found []");
    }

    @Test
    void comparesMessages() throws IOException {
        TestMail.sendText(
                smtp, "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nX-Id: 7\r\n\r\nSee https://example.org/7.\r\n");
        Message message = smtp.takeMessage(ofSeconds(20));
        assertThat(message)
                .hasSender("author@example.org")
                .hasRecipients("reader@example.com")
                .hasSubject("Grüße")
                .hasHeader("X-ID", "7")
                .hasTextContaining("See")
                .hasLink("https://example.org/7");
        failsWith(() -> assertThat(message).hasSender("a@b.example"), "expected as sender", "author@example.org");
        failsWith(() -> assertThat(message).hasRecipients(), "expected as recipients", "reader@example.com");
        failsWith(() -> assertThat(message).hasSubject("Hello"), "expected as subject", "Hello", "Grüße");
        failsWith(() -> assertThat(message).hasHeader("X-Id", "8"), "expected as header field X-Id");
        failsWith(() -> assertThat(message).hasTextContaining("none"), "expected in the text", "none", "See https");
        failsWith(() -> assertThat(message).hasHtmlContaining("<p>"), "expected in the HTML");
        failsWith(() -> assertThat(message).hasLink("https://example.org"), "expected among the links");
        failsWith(() -> assertThat(message).hasAttachment("a.pdf"), "expected among the attachments", "a.pdf", "[]");
    }
}
