// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Delivery to a mail store by LMTP (RFC 2033). */
class LmtpDeliveryTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    @Test
    void theServerAnswersOncePerRecipient() throws Exception {
        try (var store = Downstream.start();
                var relay = RelayFixture.to(store).byLmtp().start()) {
            relay.send(MESSAGE, "one@there.example", "two@there.example");
            relay.send(MESSAGE, "three@there.example");
            relay.awaitEmptyQueue();

            assertThat(store.commands()).contains("LHLO relay.example");
            assertThat(store.recipients())
                    .containsExactlyInAnyOrder("one@there.example", "two@there.example", "three@there.example");
        }
    }

    @Test
    void eachRecipientGetsTheResultOfItsOwnReply() throws Exception {
        var deferred = new AtomicInteger();
        try (var store = Downstream.start(event -> !event.verb().equals("END")
                        ? null
                        : event.line().startsWith("no@")
                                ? "550 5.2.1 disabled"
                                : event.line().startsWith("later@") && deferred.getAndIncrement() == 0
                                        ? "450 4.2.2 full"
                                        : null);
                var relay = RelayFixture.to(store).byLmtp().start()) {
            relay.send(MESSAGE, "yes@there.example", "no@there.example", "later@there.example");
            relay.awaitEmptyQueue();

            assertThat(store.recipients())
                    .containsExactlyInAnyOrder("yes@there.example", "later@there.example", "ann@sender.example");
        }
    }

    @Test
    void recipientsWithoutAReplyAreTriedAgain() throws Exception {
        var cut = new AtomicInteger();
        try (var store = Downstream.start(event ->
                        event.verb().equals("END") && event.line().startsWith("two@") && cut.getAndIncrement() == 0
                                ? Downstream.CLOSE
                                : null);
                var relay = RelayFixture.to(store).byLmtp().start()) {
            relay.send(MESSAGE, "one@there.example", "two@there.example", "three@there.example");
            relay.awaitEmptyQueue();

            assertThat(store.recipients())
                    .containsExactly("one@there.example", "two@there.example", "three@there.example");
        }
    }
}
