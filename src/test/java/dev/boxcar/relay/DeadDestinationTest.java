// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.relay.schedule.status.DestinationStatus;
import dev.boxcar.relay.schedule.status.QueuedState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A destination that fails again and again is left alone for a while. */
@Timeout(120)
class DeadDestinationTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";
    private static final RetrySchedule IN_AN_HOUR =
            RetrySchedule.DEFAULTS.withFirst(Duration.ofHours(1)).withWaits(Duration.ofHours(1), Duration.ofHours(1));
    private static final int MESSAGES = 9;

    private final AtomicBoolean closed = new AtomicBoolean(true);
    private final AtomicInteger connections = new AtomicInteger();

    private Downstream closedServer() throws Exception {
        return Downstream.start(event -> {
            if (!event.verb().equals("CONNECT")) {
                return null;
            }
            connections.incrementAndGet();
            return closed.get() ? "421 4.3.2 closed" : null;
        });
    }

    private static void sendOneAfterTheOther(RelayFixture relay) throws Exception {
        for (int sent = 1; sent <= MESSAGES; sent++) {
            relay.send(MESSAGE, "bob@there.example");
            int all = sent;
            await().atMost(LIMIT)
                    .until(() -> relay.view().snapshot().messages(QueuedState.DEFERRED) == all
                            && relay.view().snapshot().inDelivery() == 0);
        }
    }

    /** A destination with little mail is idle between two failures. */
    @Test
    void failuresCountAlsoWhenNoMailWaitsBetweenThem() throws Exception {
        try (var downstream = closedServer();
                var relay = RelayFixture.to(downstream).withRetries(IN_AN_HOUR).start()) {
            sendOneAfterTheOther(relay);

            assertThat(connections.get()).isBetween(5, 6);
            assertThat(relay.view().snapshot().deadDestinations()).isEqualTo(1);
            List<DestinationStatus> destinations = relay.view().snapshot().destinations();
            assertThat(destinations).hasSize(1);
            assertThat(destinations.get(0).waiting()).isEqualTo(MESSAGES);
            assertThat(destinations.get(0).lastReply()).isEqualTo("421 4.3.2 closed");
        }
    }

    /** The new configuration may have the right password or host. */
    @Test
    void aNewConfigurationEndsThePause() throws Exception {
        try (var downstream = closedServer();
                var relay = RelayFixture.to(downstream).withRetries(IN_AN_HOUR).start()) {
            sendOneAfterTheOther(relay);
            assertThat(relay.view().snapshot().deadDestinations()).isEqualTo(1);
            closed.set(false);
            relay.reload();
            relay.send(MESSAGE, "carl@there.example");

            await().atMost(LIMIT).until(() -> downstream.recipients().contains("carl@there.example"));
        }
    }

    @Test
    void aSuccessEndsTheCount() throws Exception {
        try (var downstream = closedServer();
                var relay = RelayFixture.to(downstream).withRetries(IN_AN_HOUR).start()) {
            for (int i = 0; i < 4; i++) {
                relay.send(MESSAGE, "bob@there.example");
                int failed = i + 1;
                await().atMost(LIMIT)
                        .until(() -> relay.view().snapshot().messages(QueuedState.DEFERRED) == failed
                                && relay.view().snapshot().inDelivery() == 0);
            }
            closed.set(false);
            relay.send(MESSAGE, "carl@there.example");
            await().atMost(LIMIT).until(() -> downstream.recipients().contains("carl@there.example"));
            closed.set(true);

            await().atMost(LIMIT)
                    .until(() -> relay.view().snapshot().destinations().stream()
                            .allMatch(one -> one.connections() == 0)); // or the open connection is used again
            relay.send(MESSAGE, "dora@there.example");
            await().atMost(LIMIT).until(() -> relay.view().snapshot().messages(QueuedState.DEFERRED) == 5);
            assertThat(relay.view().snapshot().deadDestinations()).isZero();
        }
    }
}
