// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may send to whom (RFC 5321 §3.6.2, §7.9). The client of these tests comes from 127.0.0.1. */
class RelayPolicyTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    @Test
    void aStrangerMaySendToNobody() throws Exception {
        try (var downstream = Downstream.start();
                var relay =
                        RelayFixture.to(downstream).withNetworks("127.0.0.9").start()) {
            assertThatThrownBy(() -> relay.send(MESSAGE, "bob@there.example")).hasMessageContaining("550 5.7.1");
            assertThat(relay.size()).isZero();
            assertThat(downstream.connections()).isZero();
        }
    }

    @Test
    void aStrangerMaySendToTheRelaysOwnDomains() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream)
                        .withNetworks("127.0.0.9")
                        .withDomain("ours.example")
                        .start()) {
            relay.send(MESSAGE, "bob@OURS.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@OURS.example");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "victim%other.example@ours.example",
                "\"victim@other.example\"@ours.example",
                "other.example!victim@ours.example",
                "victim@ours.example.evil.example"
            })
    void anAddressThatHidesAnotherOneIsRefused(String recipient) throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream)
                        .withNetworks("127.0.0.9")
                        .withDomain("ours.example")
                        .start()) {
            assertThatThrownBy(() -> relay.send(MESSAGE, recipient)).hasMessageContaining("550 5.7.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MT-PRIORITY=3", "HOLDFOR=60"})
    void aStrangerGetsNeitherAPriorityNorALaterDelivery(String parameter) throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream)
                        .withNetworks("127.0.0.9")
                        .withDomain("ours.example")
                        .start()) {
            assertThatThrownBy(() -> relay.sendFrom("<ann@sender.example>", parameter, MESSAGE, "bob@ours.example"))
                    .hasMessageContaining("550 5.7.1");
            relay.sendFrom("<ann@sender.example>", "MT-PRIORITY=-3", MESSAGE, "bob@ours.example");
            relay.awaitEmptyQueue();
        }
    }
}
