// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A message that has passed very many servers goes round in circles (RFC 5321 §6.3). */
class HopLimitTest {
    private static final String FIELD = "Received: from a.example by b.example; Mon, 30 Nov 2026 10:00:00 +0000\r\n";
    private static final String REST = "Subject: hi\r\n\r\nReceived: not a field\r\n";

    @Test
    void aMessageWithAHundredReceivedFieldsIsPassedOn() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(FIELD.repeat(100) + REST, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void aMessageWithMoreIsRefused() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            assertThatThrownBy(() -> relay.send(FIELD.repeat(101) + REST, "bob@there.example"))
                    .hasMessageContaining("554 5.4.6");
            assertThat(relay.size()).isZero();
            assertThat(downstream.messages()).isEmpty();
        }
    }
}
