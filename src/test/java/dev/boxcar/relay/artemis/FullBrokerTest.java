// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.CommitOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that takes no more mail, because its disk or the queue is full. */
@Timeout(120)
class FullBrokerTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int NOTHING_FITS = 0;
    private static final int BYTES = 50_000;

    @TempDir
    Path directory;

    private SharedQueue relay(EmbeddedBroker broker) throws Exception {
        SharedQueue queue = new ArtemisQueueProvider()
                .open(SharedQueueSettings.at(broker.addresses(), directory.resolve("queue"))
                        .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD))
                        .withTimeout(TIMEOUT));
        await().atMost(LIMIT).until(() -> queue.obstacle() == null);
        return queue;
    }

    /** The outcome of one message, which comes in bounded time. */
    private static CommitOutcome append(SharedQueue queue) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        queue.append(RelayQueueContract.envelope(), new byte[BYTES], Runnable::run, outcome::complete);
        return outcome.get(TIMEOUT.toSeconds() + 4, TimeUnit.SECONDS);
    }

    @Test
    void whileTheDiskIsFullMailIsRefusedInTimeAndThenTakenAgain() throws Exception {
        var maxDiskUsage = new AtomicInteger(NOTHING_FITS);
        try (var broker = new EmbeddedBroker(
                        directory.resolve("broker"),
                        configuration -> configuration
                                .setMaxDiskUsage(maxDiskUsage.get())
                                .setDiskScanPeriod(100));
                SharedQueue queue = relay(broker)) {
            await().atMost(LIMIT).until(() -> append(queue) == CommitOutcome.FAULT);
            assertThat(append(queue)).isEqualTo(CommitOutcome.FAULT);

            broker.stop();
            maxDiskUsage.set(100);
            broker.startAgain();
            await().atMost(LIMIT).until(() -> append(queue) == CommitOutcome.STORED);
        }
    }

    @Test
    void aQueueThatFailsWhenItIsFullKeepsWhatItHasAcknowledged() throws Exception {
        try (var broker = full(AddressFullMessagePolicy.FAIL);
                SharedQueue queue = relay(broker)) {
            int stored = fill(queue);
            assertThat(append(queue)).isEqualTo(CommitOutcome.FAULT);
            assertThat(broker.count(BrokerQueues.MAIL)).isEqualTo(stored);
        }
    }

    @Test
    void aQueueThatBlocksWhenItIsFullKeepsWhatItHasAcknowledgedAndRefusesInTime() throws Exception {
        try (var broker = full(AddressFullMessagePolicy.BLOCK);
                SharedQueue queue = relay(broker)) {
            int stored = fill(queue);
            assertThat(append(queue)).isEqualTo(CommitOutcome.FAULT);
            assertThat(broker.count(BrokerQueues.MAIL)).isGreaterThanOrEqualTo(stored);
        }
    }

    private EmbeddedBroker full(AddressFullMessagePolicy policy) throws Exception {
        return new EmbeddedBroker(
                directory.resolve("broker"),
                configuration -> Objects.requireNonNull(
                                configuration.getAddressSettings().get("boxcar.#"))
                        .setAddressFullMessagePolicy(policy)
                        .setMaxSizeBytes(10L * BYTES));
    }

    /** Adds messages until one is refused. Returns how many were stored. */
    private static int fill(SharedQueue queue) throws Exception {
        int stored = 0;
        while (stored < 100 && append(queue) == CommitOutcome.STORED) {
            stored++;
        }
        assertThat(stored).isBetween(1, 99);
        return stored;
    }
}
