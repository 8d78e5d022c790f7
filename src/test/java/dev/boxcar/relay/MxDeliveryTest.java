// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.schedule.RetrySchedule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery to the servers that the DNS names (RFC 5321 §5.1, RFC 7505). Retries are too late to help here. */
class MxDeliveryTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    /** Every server has the same port, so a second one needs an address of its own: 127.0.0.2 and so on. */
    private static RelayFixture relay(FixedNames names, Downstream downstream) throws IOException {
        return RelayFixture.byMx(names, downstream.port())
                .withRetries(RetrySchedule.DEFAULTS)
                .start();
    }

    /** A message for bob@there.example arrives at the server, once. */
    private static void assertArrives(FixedNames names, Downstream downstream) throws Exception {
        try (var relay = relay(names, downstream)) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void theHostWithTheLowestPreferenceGetsTheMessage() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("there.example", 20, "backup.example")
                    .mx("there.example", 10, "mx.example")
                    .host("mx.example", "127.0.0.1")
                    .host("backup.example", "127.0.0.9");
            assertArrives(names, downstream);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.9", "::1"})
    void theNextHostIsTriedInTheSameAttempt(String dead) throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("there.example", 10, "dead.example")
                    .mx("there.example", 20, "mx.example")
                    .host("dead.example", dead)
                    .host("mx.example", "127.0.0.1");
            assertArrives(names, downstream);
        }
    }

    @Test
    void theNextAddressOfAHostIsTriedInTheSameAttempt() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("there.example", 10, "mx.example")
                    .host("mx.example", "127.0.0.9")
                    .host("mx.example", "127.0.0.1");
            assertArrives(names, downstream);
        }
    }

    @Test
    void aHostThatDoesNotExistIsPassedOver() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("there.example", 10, "nosuch.example")
                    .mx("there.example", 20, "mx.example")
                    .host("mx.example", "127.0.0.1");
            assertArrives(names, downstream);
        }
    }

    @Test
    void anMxRecordThatNamesNoHostIsPassedOver() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("there.example", 10, "/run/mx.example")
                    .mx("there.example", 20, "mx.example")
                    .host("mx.example", "127.0.0.1");
            assertArrives(names, downstream);
        }
    }

    @Test
    void aFaultOfTheRouterLosesNoMessage() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames() {
                @Override
                public CompletionStage<Answer<Mx>> mx(String domain) {
                    return domain.equals("later.example")
                            ? CompletableFuture.failedStage(new IllegalStateException("broken in the test"))
                            : super.mx(domain);
                }
            };
            names.mx("there.example", 10, "mx.example").host("mx.example", "127.0.0.1");
            try (var relay = relay(names, downstream)) {
                relay.send(MESSAGE, "eve@later.example", "bob@there.example");
                await().atMost(RelayFixture.LIMIT)
                        .until(() -> downstream.recipients().size() == 1);

                assertThat(relay.ids()).hasSize(1);
                assertThat(downstream.recipients()).containsExactly("bob@there.example");
            }
        }
    }

    @Test
    void aDomainWithoutMxIsItsOwnHostAndALiteralIsAnAddress() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames().host("there.example", "127.0.0.1");
            try (var relay = relay(names, downstream)) {
                relay.send(MESSAGE, "bob@there.example", "eve@[127.0.0.1]");
                relay.awaitEmptyQueue();

                assertThat(downstream.recipients()).containsExactlyInAnyOrder("bob@there.example", "eve@[127.0.0.1]");
            }
        }
    }

    @Test
    void eachDomainsServerSeesItsOwnRecipientsOnly() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("one.example", 10, "mx1.example")
                    .mx("two.example", 10, "mx2.example")
                    .host("mx1.example", "127.0.0.1")
                    .host("mx2.example", "127.0.0.1");
            try (var relay = relay(names, downstream)) {
                relay.send(MESSAGE, "a@one.example", "b@two.example", "c@one.example");
                relay.awaitEmptyQueue();

                assertThat(downstream.messages())
                        .extracting(one -> String.join(",", one.recipients()))
                        .containsExactlyInAnyOrder("a@one.example,c@one.example", "b@two.example");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nomail.example, 5.1.10, accepts no mail",
        "nosuch.example, 5.1.2, does not exist",
        "self.example, 5.4.6, is this relay"
    })
    void aDomainWithoutAServerIsReportedAtOnce(String domain, String status, String reason) throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("nomail.example", 0, "")
                    .host("nomail.example", "127.0.0.1")
                    .mx("self.example", 10, "relay.example")
                    .mx("self.example", 20, "mx.example")
                    .host("mx.example", "127.0.0.1")
                    .mx("sender.example", 10, "mx.example");
            try (var relay = relay(names, downstream)) {
                relay.send(MESSAGE, "bob@" + domain);
                relay.awaitEmptyQueue();

                assertThat(downstream.recipients()).containsExactly("ann@sender.example");
                assertThat(downstream.messages().get(0).content())
                        .contains("Status: " + status + "\r\n")
                        .contains(reason);
            }
        }
    }

    @Test
    void hostsBehindOurselvesAreNotUsed() throws Exception {
        try (var downstream = Downstream.start()) {
            var names = new FixedNames()
                    .mx("there.example", 10, "mx.example")
                    .mx("there.example", 20, "relay.example")
                    .mx("there.example", 30, "worse.example")
                    .host("mx.example", "127.0.0.1")
                    .host("worse.example", "127.0.0.1");
            assertArrives(names, downstream);
        }
    }

    @Test
    void aPermanentRefusalIsFinalAndTheNextHostIsNotAsked() throws Exception {
        try (var first = Downstream.start(event -> event.line().contains("bob@") ? "550 5.1.1 unknown" : null);
                var other = new ServerSocket()) {
            other.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), first.port()));
            var names = new FixedNames()
                    .mx("there.example", 10, "mx.example")
                    .mx("there.example", 20, "second.example")
                    .host("mx.example", "127.0.0.1")
                    .host("second.example", "127.0.0.2")
                    .mx("sender.example", 10, "mx.example");
            try (var relay = relay(names, first)) {
                relay.send(MESSAGE, "bob@there.example");
                relay.awaitEmptyQueue();

                assertThat(first.recipients()).containsExactly("ann@sender.example");
            }
        }
    }
}
