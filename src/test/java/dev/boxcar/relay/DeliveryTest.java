// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.schedule.RetrySchedule;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a message through the relay, whatever the next server does. */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class DeliveryTest {
    private static final String MESSAGE =
            "Date: Mon, 30 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\nSubject: hi\r\n\r\n..dots\r\n.\r\n\r\nend  \r\n\r\n";

    @Test
    void aMessageArrivesAsItWasSentButForOneReceivedField() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example", "eve@elsewhere.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).hasSize(1);
            Downstream.Received received = downstream.messages().get(0);
            assertThat(received.from()).isEqualTo("ann@sender.example");
            assertThat(received.recipients()).containsExactly("bob@there.example", "eve@elsewhere.example");
            assertThat(received.content())
                    .matches("Received: from client\\.example \\(\\[127\\.0\\.0\\.1\\]\\)\r\n"
                            + "\tby relay\\.example with ESMTP id [0-9A-Z]{26};\r\n\t.* \\+0000\r\n(?s:.*)")
                    .endsWith("\r\n" + MESSAGE);
            assertThat(received.content().split("Received:", -1)).hasSize(2);
        }
    }

    @Test
    void missingDateAndMessageIdAreAdded() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send("Subject: hi\r\n\r\ntext\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content())
                    .containsPattern(
                            "\r\nDate: .* \\+0000\r\nMessage-ID: <[0-9A-Z]{26}@relay.example>\r\nSubject: hi\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT, 421 4.3.2 busy",
        "CONNECT, 450 busy",
        "EHLO, 421 busy",
        "MAIL, 451 4.3.0 later",
        "RCPT, 450 4.2.0 later",
        "RCPT, 452 later",
        "RCPT, 421 later",
        "DATA, 421 later",
        "DATA, 451 later",
        "END, 451 4.3.0 later",
        "END, 421 later",
        "CONNECT, 554 no",
        "CONNECT, CLOSE",
        "EHLO, CLOSE",
        "MAIL, CLOSE",
        "RCPT, CLOSE",
        "DATA, CLOSE",
        "END, CLOSE",
        "CONNECT, RESET",
        "EHLO, RESET",
        "MAIL, RESET",
        "RCPT, RESET",
        "DATA, RESET",
        "END, RESET",
        "RCPT, hello",
        "MAIL, 334 more",
        "RCPT, 354 go on",
        "DATA, 250 ok",
        "MAIL, 530 5.7.0 authentication required"
    })
    void aMessageThatFailsOnceIsTriedAgainAndDeliveredOnce(String verb, String reply) throws Exception {
        var failed = new AtomicInteger();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals(verb) && failed.getAndIncrement() == 0 ? reply : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"})
    void aSilentServerIsGivenUpAndTriedAgain(String verb) throws Exception {
        var failed = new AtomicInteger();
        try (var downstream = Downstream.start(event ->
                        event.verb().equals(verb) && failed.getAndIncrement() == 0 ? Downstream.SILENCE : null);
                var relay = RelayFixture.to(downstream)
                        .withTimeouts(Duration.ofMillis(300))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 5.7.1 no",
        "MAIL, 552 too large",
        "RCPT, 550 5.1.1 unknown",
        "RCPT, 553 no",
        "DATA, 554 5.6.0 no",
        "END, 554 no",
        "RCPT, '550-5.1.1 one\r\n550-5.1.1 two\r\n550 5.1.1 three'"
    })
    void aRefusedMessageIsReportedToItsSenderAndNotTriedAgain(String verb, String reply) throws Exception {
        var refused = new AtomicInteger();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals(verb) && refused.getAndIncrement() == 0 ? reply : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom("<ann@sender.example>", "", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).hasSize(1);
            Downstream.Received report = downstream.messages().get(0);
            assertThat(report.from()).isEmpty();
            assertThat(report.recipients()).containsExactly("ann@sender.example");
            assertThat(report.content())
                    .contains("\r\nFinal-Recipient: rfc822; bob@there.example\r\nAction: failed\r\nStatus: 5.")
                    .contains("Diagnostic-Code: smtp; " + reply.substring(0, 3));
        }
    }

    @Test
    void aMessageWithoutASenderGetsNoReport() throws Exception {
        try (var downstream = Downstream.start(event -> event.verb().equals("RCPT") ? "550 5.1.1 unknown" : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom("<>", "", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).isEmpty();
            assertThat(downstream.commands())
                    .filteredOn(line -> line.startsWith("MAIL"))
                    .hasSize(1);
        }
    }

    @Test
    void eachRecipientGetsItsOwnResult() throws Exception {
        var deferred = new AtomicInteger();
        try (var downstream = Downstream.start(event -> event.line().contains("no@")
                        ? "550 5.1.1 unknown"
                        : event.line().contains("later@") && deferred.getAndIncrement() == 0
                                ? "450 4.2.0 later"
                                : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(MESSAGE, "yes@there.example", "no@there.example", "later@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients())
                    .containsExactlyInAnyOrder("yes@there.example", "later@there.example", "ann@sender.example");
        }
    }

    @Test
    void recipientsBeyondTheServersLimitFollowAtOnce() throws Exception {
        var accepted = new AtomicInteger();
        try (var downstream = Downstream.start(event -> {
                    if (event.verb().equals("MAIL")) {
                        accepted.set(0);
                    }
                    return event.verb().equals("RCPT") && accepted.incrementAndGet() > 10
                            ? "452 4.5.3 too many recipients"
                            : null;
                });
                var relay = RelayFixture.to(downstream)
                        .withRetries(RetrySchedule.DEFAULTS)
                        .start()) {
            var recipients = new String[50];
            for (int i = 0; i < recipients.length; i++) {
                recipients[i] = "u" + i + "@there.example";
            }
            relay.send(MESSAGE, recipients);
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactlyInAnyOrder(recipients);
            assertThat(downstream.messages()).hasSize(5);
        }
    }

    @Test
    void aServerThatIsDownIsPassedOver() throws Exception {
        try (var second = Downstream.start();
                var first = Downstream.start(event -> event.verb().equals("CONNECT") ? "554 5.3.2 no service" : null);
                var relay = RelayFixture.toPorts(first.port(), second.port())
                        .withRetries(RetrySchedule.DEFAULTS)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(second.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void aMessageWaitsForAServerThatIsDown() throws Exception {
        int port;
        try (var downstream = Downstream.start()) {
            port = downstream.port();
        }
        try (var relay = RelayFixture.toPorts(port).start()) {
            relay.send(MESSAGE, "bob@there.example");
            await().pollDelay(Duration.ofMillis(200)).atMost(LIMIT).until(() -> relay.size() == 1);
            try (var downstream = Downstream.startAt(port)) {
                relay.awaitEmptyQueue();

                assertThat(downstream.recipients()).containsExactly("bob@there.example");
            }
        }
    }

    @Test
    void aConnectionIsUsedAgainAndThenLeftWithQuit() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            for (int i = 0; i < 5; i++) {
                relay.send(MESSAGE, "bob@there.example");
                relay.awaitEmptyQueue();
            }
            await().atMost(LIMIT).until(() -> downstream.commands().contains("QUIT"));

            assertThat(downstream.messages()).hasSize(5);
            assertThat(downstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatDiedWhileItWasIdleIsNoFailure() throws Exception {
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("MAIL") && event.message() == 2 ? Downstream.CLOSE : null);
                var relay = RelayFixture.to(downstream)
                        .withRetries(RetrySchedule.DEFAULTS)
                        .start()) {
            relay.send(MESSAGE, "one@there.example");
            relay.awaitEmptyQueue();
            relay.send(MESSAGE, "two@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("one@there.example", "two@there.example");
        }
    }

    @Test
    void aMessageThatIsTooOldIsReturnedWithItsLastReply() throws Exception {
        try (var downstream =
                        Downstream.start(event -> event.line().contains("bob@") ? "450 4.2.1 mailbox is busy" : null);
                var fixture = RelayFixture.to(downstream);
                var relay = fixture.withRetries(
                                fixture.retries().withLifetimes(Duration.ofMillis(400), Duration.ofMillis(400)))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example", "eve@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("eve@there.example", "ann@sender.example");
            assertThat(downstream.messages().get(1).content())
                    .contains("Status: 5.4.7")
                    .contains("450 4.2.1 mailbox is busy")
                    .doesNotContain("eve@");
        }
    }

    @Test
    void theSenderIsToldOnceThatAMessageIsDelayed() throws Exception {
        var deferred = new AtomicInteger();
        try (var downstream = Downstream.start(event -> event.line().contains("bob@") && deferred.getAndIncrement() < 8
                        ? "450 4.2.1 mailbox is busy"
                        : null);
                var fixture = RelayFixture.to(downstream);
                var relay = fixture.withRetries(fixture.retries().withWarnAfter(Duration.ofMillis(100)))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("ann@sender.example", "bob@there.example");
            assertThat(downstream.messages().get(0).content())
                    .contains("Action: delayed\r\nStatus: 4.2.1")
                    .contains("Will-Retry-Until: ");
        }
    }
}
