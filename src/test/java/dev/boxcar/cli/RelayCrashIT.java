// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The relay is killed (SIGKILL) at random instants while it accepts and delivers. Afterwards the next server has
 * everything that was acknowledged (promise P11), and duplicates are at most what was being delivered.
 *
 * <p>{@code -Dboxcar.kills=100} sets the number of kills; {@code -Dboxcar.seed=N} repeats a run as far as the test
 * controls its randomness.
 */
@Timeout(3600)
class RelayCrashIT {
    private static final int KILLS = Integer.getInteger("boxcar.kills", 3);
    private static final long SEED = Long.getLong("boxcar.seed", System.nanoTime());
    private static final int SENDERS = 4;
    /** The most connections to one destination, with two messages each. */
    private static final int IN_DELIVERY = 40;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final MailLedger ledger = new MailLedger();

    @Test
    void everythingAcknowledgedArrivesHoweverOftenTheRelayIsKilled() throws Exception {
        try (var downstream = Downstream.start()) {
            for (int kill = 0; kill < KILLS; kill++) {
                runAndKill(downstream);
            }
            try (var relay = start(downstream)) {
                await().atMost(Duration.ofMinutes(2)).until(() -> ledger.hasArrivedAt(downstream));
                assertThat(relay.process().isAlive()).isTrue();
            }
            int duplicates = ledger.duplicatesAt(downstream);
            System.out.println("RelayCrashIT: kills=" + KILLS + " seed=" + SEED + " acknowledged="
                    + ledger.acknowledged() + " duplicates=" + duplicates);
            assertThat(duplicates).isLessThanOrEqualTo(KILLS * IN_DELIVERY);
        }
    }

    private Boxcar.Running start(Downstream downstream) throws IOException {
        return Boxcar.start(
                directory,
                "relay",
                "--smtp=127.0.0.1:0",
                "--spool=spool",
                "--smarthost=127.0.0.1:" + downstream.port(),
                "--smarthost-tls=none",
                "--retry-first=100ms",
                "--retry-min=100ms",
                "--retry-max=200ms");
    }

    private void runAndKill(Downstream downstream) throws Exception {
        try (var relay = start(downstream)) {
            String line = relay.line();
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            int target = ledger.acknowledged() + 50 + random.nextInt(200);
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                var sender = new Thread(() -> ledger.send(port), "sender");
                senders.add(sender);
                sender.start();
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> ledger.acknowledged() >= target);
            LockSupport.parkNanos(random.nextInt(20_000_000)); // not always directly after a reply
            relay.process().destroyForcibly().waitFor();
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }
}
