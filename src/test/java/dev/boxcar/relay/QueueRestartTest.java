// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.schedule.RetrySchedule;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a relay knows of its queue after it was stopped and started again. */
class QueueRestartTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    @TempDir
    Path directory;

    @Test
    void queuedMailIsDeliveredAfterARestart() throws Exception {
        int port;
        try (var downstream = Downstream.start()) {
            port = downstream.port();
        }
        try (var relay = RelayFixture.toPorts(port).withSpool(directory).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.send(MESSAGE, "eve@there.example");
        }
        try (var downstream = Downstream.startAt(port);
                var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactlyInAnyOrder("bob@there.example", "eve@there.example");
        }
    }

    @Test
    void aRecipientThatWasDeliveredIsNotDeliveredAgain() throws Exception {
        RetrySchedule slow = RetrySchedule.DEFAULTS.withWaits(Duration.ofSeconds(2), Duration.ofSeconds(2));
        try (var first = Downstream.start(event -> event.line().contains("later@") ? "450 4.2.1 busy" : null)) {
            try (var relay = RelayFixture.to(first)
                    .withSpool(directory)
                    .withRetries(slow)
                    .start()) {
                relay.send(MESSAGE, "now@there.example", "later@there.example");
                await().atMost(LIMIT).until(() -> first.recipients().contains("now@there.example"));
                await().atMost(LIMIT).until(() -> relay.hasState());
            }
            assertThat(first.recipients()).containsExactly("now@there.example");
        }
        try (var second = Downstream.start();
                var relay = RelayFixture.to(second).withSpool(directory).start()) {
            relay.awaitEmptyQueue();

            assertThat(second.recipients()).containsExactly("later@there.example");
        }
    }
}
