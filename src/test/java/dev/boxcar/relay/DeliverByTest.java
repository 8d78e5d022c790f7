// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mail that is of no use after a certain time (BY, RFC 2852). */
@Timeout(60)
class DeliverByTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";
    private static final String ANN = "<ann@sender.example>";

    private static Downstream offeringDeliverBy() throws IOException {
        return Downstream.start(event -> event.verb().equals("EHLO") ? "250-downstream\r\n250 DELIVERBY" : null);
    }

    private static void assertReturned(Downstream downstream, String reason) {
        assertThat(downstream.recipients()).containsExactly("ann@sender.example");
        assertThat(downstream.messages().get(0).content())
                .contains("Final-Recipient: rfc822; bob@there.example\r\nAction: failed\r\nStatus: 5.4.7")
                .contains(reason);
    }

    @Test
    void aServerWithDeliverByIsToldHowMuchTimeIsLeft() throws Exception { // RFC 2852 §4.1
        try (var downstream = offeringDeliverBy();
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom(ANN, "BY=100000;RT", MESSAGE, "bob@there.example");
            relay.sendFrom(ANN, "BY=-5;N", MESSAGE, "eve@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.commands())
                    .anyMatch(line -> line.matches("MAIL FROM:<ann@sender.example> BY=(100000|999[0-9]{2});RT"))
                    .anyMatch(line -> line.matches("MAIL FROM:<ann@sender.example> BY=-[0-9]+;N"));
        }
    }

    @Test
    void withModeRAServerWithoutDeliverByIsNotSentTheMessageWhichIsReturnedAtItsTime() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            long began = System.nanoTime();
            relay.sendFrom(ANN, "BY=2;R", MESSAGE, "bob@there.example");
            relay.send(MESSAGE, "eve@there.example"); // the connection is good for other mail
            relay.awaitEmptyQueue();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1900));
            assertThat(downstream.recipients()).containsExactly("eve@there.example", "ann@sender.example");
            assertThat(downstream.messages().get(1).content())
                    .contains("Final-Recipient: rfc822; bob@there.example\r\nAction: failed\r\nStatus: 5.4.7")
                    .contains("does not offer DELIVERBY");
        }
    }

    @Test
    void withModeNAServerWithoutDeliverByGetsTheMessageWithoutTheTime() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom(ANN, "BY=100;N", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
            assertThat(downstream.commands()).noneMatch(line -> line.contains("BY="));
        }
    }

    @Test
    void lmtpIsFinalDeliveryAndNeedsNoDeliverBy() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).byLmtp().start()) {
            relay.sendFrom(ANN, "BY=100;R", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void withModeRAMessageIsNotTriedOnceItsTimeHasPassed() throws Exception {
        var isRefused = new AtomicBoolean();
        try (var downstream = Downstream.start(event -> switch (event.verb()) {
                    case "EHLO" -> "250-downstream\r\n250 DELIVERBY";
                    case "RCPT" -> isRefused.compareAndSet(false, true) ? "450 4.2.1 later" : null;
                    default -> null;
                });
                var fixture = RelayFixture.to(downstream);
                var relay = fixture.withRetries(
                                fixture.retries().withWaits(Duration.ofMinutes(5), Duration.ofMinutes(5)))
                        .start()) {
            relay.sendFrom(ANN, "BY=2;R", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertReturned(downstream, "450 4.2.1 later");
        }
    }
}
