// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.mail.Session;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.angus.mail.dsn.DeliveryStatus;
import org.eclipse.angus.mail.dsn.MultipartReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery reports, as a library that this project did not write reads them (RFC 3464, RFC 6522). */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class ReportTest {
    private static final String MESSAGE = "Subject: the original\r\nX-Mark: 1\r\n\r\nthe text\r\n";

    private static MultipartReport report(Downstream.Received received) throws Exception {
        var message = new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(received.content().getBytes(ISO_8859_1)));
        assertThat(received.from()).isEmpty();
        assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-replied");
        var report = new MultipartReport(message.getDataHandler().getDataSource());
        assertThat(received.content().lines()).allMatch(line -> line.length() <= 998);
        return report;
    }

    private static Downstream refusing(String reply) throws Exception {
        return Downstream.start(event -> event.line().contains("TO:<bob@") ? reply : null);
    }

    @Test
    void aFailureIsReportedInEveryFieldThatProgramsRead() throws Exception {
        try (var downstream = refusing("550 5.1.1 no such user here");
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom(
                    "<ann@sender.example>",
                    "RET=HDRS ENVID=QQ+2B314",
                    MESSAGE,
                    "bob@there.example NOTIFY=FAILURE ORCPT=rfc822;Bob+2B1@there.example");
            relay.awaitEmptyQueue();

            MultipartReport report = report(downstream.messages().get(0));
            var status = (DeliveryStatus) report.getReport();
            InternetHeaders message = status.getMessageDSN();
            assertThat(message.getHeader("Reporting-MTA", null)).isEqualTo("dns; relay.example");
            assertThat(message.getHeader("Original-Envelope-Id", null)).isEqualTo("QQ+314");
            assertThat(message.getHeader("Arrival-Date", null)).isNotNull();
            assertThat(status.getRecipientDSNCount()).isEqualTo(1);
            InternetHeaders recipient = status.getRecipientDSN(0);
            assertThat(recipient.getHeader("Original-Recipient", null)).isEqualTo("rfc822;Bob+1@there.example");
            assertThat(recipient.getHeader("Final-Recipient", null)).isEqualTo("rfc822; bob@there.example");
            assertThat(recipient.getHeader("Action", null)).isEqualTo("failed");
            assertThat(recipient.getHeader("Status", null)).isEqualTo("5.1.1");
            assertThat(recipient.getHeader("Remote-MTA", null)).isEqualTo("dns; 127.0.0.1");
            assertThat(recipient.getHeader("Diagnostic-Code", null)).isEqualTo("smtp; 550 5.1.1 no such user here");
            assertThat(report.getText()).contains("bob@there.example").contains("no such user here");
            assertThat(report.getReturnedMessage().getHeader("X-Mark")).containsExactly("1");
            assertThat(downstream.messages().get(0).content()).doesNotContain("the text");
        }
    }

    @Test
    void theWholeMessageIsReturnedIfItsSenderWantsThat() throws Exception {
        try (var downstream = refusing("550 5.1.1 no");
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom("<ann@sender.example>", "RET=FULL", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            MultipartReport report = report(downstream.messages().get(0));
            assertThat(report.getReturnedMessage().getContent()).isEqualTo("the text\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NEVER", "SUCCESS", "DELAY"})
    void aSenderThatWantsNoReportOfFailureGetsNone(String notify) throws Exception {
        try (var downstream = refusing("550 5.1.1 no");
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example NOTIFY=" + notify);
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).isEmpty();
        }
    }

    @Test
    void onlyRecipientsWithAReportAreNamed() throws Exception {
        try (var downstream =
                        Downstream.start(event -> event.line().contains("@there.example") ? "550 5.1.1 no" : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "quiet@there.example NOTIFY=NEVER", "loud@there.example NOTIFY=FAILURE");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).hasSize(1);
            assertThat(downstream.messages().get(0).content())
                    .contains("loud@there.example")
                    .doesNotContain("quiet@there.example");
        }
    }

    @Test
    void aServerWithoutDsnLeavesTheReportOfSuccessToTheRelay() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example NOTIFY=SUCCESS");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).hasSize(2);
            var status = (DeliveryStatus) report(downstream.messages().get(1)).getReport();
            assertThat(status.getRecipientDSN(0).getHeader("Action", null)).isEqualTo("relayed");
            assertThat(status.getRecipientDSN(0).getHeader("Status", null)).startsWith("2.");
        }
    }

    @Test
    void aServerWithDsnGetsTheParametersAndSendsTheReportItself() throws Exception {
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("EHLO") ? "250-downstream\r\n250-DSN\r\n250 PIPELINING" : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom(
                    "<ann@sender.example>", "RET=HDRS ENVID=1", MESSAGE, "bob@there.example NOTIFY=SUCCESS,DELAY");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).hasSize(1);
            assertThat(downstream.commands())
                    .contains(
                            "MAIL FROM:<ann@sender.example> RET=HDRS ENVID=1",
                            "RCPT TO:<bob@there.example> NOTIFY=SUCCESS,DELAY");
        }
    }

    @Test
    void aSenderOutsideAsciiIsAddressedAsItIs() throws Exception {
        try (var downstream = Downstream.start(event -> switch (event.verb()) {
                    case "EHLO" -> "250-downstream\r\n250-8BITMIME\r\n250 SMTPUTF8";
                    case "RCPT" -> event.line().contains("<bob@") ? "550 5.1.1 no" : null;
                    default -> null;
                });
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom("<j\u00FCrgen@sender.example>", "", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            byte[] octets = downstream.messages().get(0).content().getBytes(ISO_8859_1);
            assertThat(new String(octets, UTF_8)).contains("To: <j\u00FCrgen@sender.example>\r\n");
        }
    }

    @Test
    void aHostileReplyCannotAddFieldsOrLongLines() throws Exception {
        String hostile = "550-5.1.1 \u00FC\t<script>\r\n550-Action: delivered\r\n550 " + "x".repeat(4000);
        try (var downstream = refusing(hostile);
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            var status = (DeliveryStatus) report(downstream.messages().get(0)).getReport();
            assertThat(status.getRecipientDSN(0).getHeader("Action")).containsExactly("failed");
        }
    }

    @Test
    void reportsBeyondFiftyPerHourAreCollectedIntoOne() throws Exception {
        int messages = 60;
        var offset = new AtomicLong();
        try (var downstream = refusing("550 5.1.1 no such user");
                var relay = RelayFixture.to(downstream)
                        .withClock(() -> System.currentTimeMillis() + offset.get())
                        .start()) {
            for (int i = 0; i < messages; i++) {
                relay.send(MESSAGE, "bob@there.example");
            }
            relay.send(MESSAGE, "eve@there.example");
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 51 && relay.size() == 10);
            int attempts = attempts(downstream);
            assertThat(attempts).isEqualTo(messages); // the ten others wait for a report, not for a delivery

            offset.set(Duration.ofHours(1).toMillis());
            relay.awaitEmptyQueue();
            assertThat(attempts(downstream)).isEqualTo(attempts);
            assertThat(downstream.messages()).hasSize(52);
            MultipartReport report = report(downstream.messages().get(51));
            var status = (DeliveryStatus) report.getReport();
            assertThat(status.getRecipientDSNCount()).isEqualTo(10);
            for (int i = 0; i < 10; i++) {
                InternetHeaders one = status.getRecipientDSN(i);
                assertThat(one.getHeader("Final-Recipient", null)).isEqualTo("rfc822; bob@there.example");
                assertThat(one.getHeader("Action", null)).isEqualTo("failed");
                assertThat(one.getHeader("Status", null)).isEqualTo("5.1.1");
                assertThat(report.getText()).contains(one.getHeader("X-Queue-Id", null));
            }
            assertThat(report.getText()).contains("550 5.1.1 no such user");
        }
    }

    private static int attempts(Downstream downstream) {
        return (int) downstream.commands().stream()
                .filter(line -> line.startsWith("RCPT TO:<bob@"))
                .count();
    }

    @ParameterizedTest
    @CsvSource({
        "550 5.1.1 no such user, Check the address",
        "552 5.2.2 mailbox full, The mailbox is full",
        "552 5.3.4 too big, smaller attachments",
        "554 5.7.1 spam, does not want this message",
        "554 what, Ask the recipient"
    })
    void theReportTellsPeopleWhatHappenedAndWhatToDo(String reply, String advice) throws Exception {
        try (var downstream = refusing(reply);
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(report(downstream.messages().get(0)).getText().replaceAll("\\s+", " "))
                    .contains("<bob@there.example> The server 127.0.0.1:")
                    .contains(" said: " + reply)
                    .contains("What to do: ")
                    .contains(advice);
        }
    }
}
