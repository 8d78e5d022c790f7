// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.artemis.BrokerProcess;
import dev.boxcar.relay.artemis.CuttableLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Front ends, workers and brokers in processes of their own are killed or stopped under load. Afterwards the next
 * server has everything that was acknowledged, and duplicates are at most what was being delivered.
 *
 * <p>{@code -Dboxcar.kills=100} sets the number of faults per test, {@code -Dboxcar.stopped=30} for how many seconds a
 * process is stopped.
 */
@Timeout(3600)
class SharedQueueFaultsIT {
    private static final int KILLS = Integer.getInteger("boxcar.kills", 1);
    private static final int STOPPED_SECONDS = Integer.getInteger("boxcar.stopped", 6);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** How long a sender may wait for 451: 10 s for the message, and time for two slow processes. */
    private static final Duration BOUNDED = Duration.ofSeconds(15);

    private static final int SENDERS = 4;
    private static final int MESSAGES_PER_FAULT = 60;
    /** The most connections of a worker to one destination, with two messages each. */
    private static final int IN_DELIVERY = 40;

    @TempDir
    Path directory;

    private final MailLedger ledger = new MailLedger();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Thread> senders = new ArrayList<>();
    private @Nullable BrokerProcess broker;
    private Downstream downstream;

    @BeforeEach
    void startDownstream() throws IOException {
        downstream = opened(Downstream.start());
    }

    @AfterEach
    void closeAll() throws Exception {
        ledger.end();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    // ---- the parts

    private Boxcar.Running front(String brokers) throws IOException {
        return relay("front", brokers, "--smtp=127.0.0.1:0");
    }

    private Boxcar.Running worker(String brokers) throws IOException {
        return relay("worker", brokers, "--smarthost=127.0.0.1:" + downstream.port());
    }

    private Boxcar.Running relay(String role, String brokers, String more) throws IOException {
        Path login = directory.resolve("login");
        Files.writeString(login, "relay:secret\n");
        return opened(Boxcar.start(
                directory,
                "relay",
                "--queue=artemis:" + brokers,
                "--queue-auth-file=" + login,
                "--role=" + role,
                "--spool=" + role,
                "--smarthost-tls=none",
                "--retry-first=100ms",
                "--retry-min=100ms",
                "--retry-max=200ms",
                more));
    }

    private static int port(Boxcar.Running front) throws IOException {
        String line = front.line();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private void send(int port) {
        for (int i = 0; i < SENDERS; i++) {
            var sender = new Thread(() -> ledger.send(port), "sender");
            sender.setDaemon(true);
            senders.add(sender);
            sender.start();
        }
    }

    private void awaitMore() {
        int before = ledger.acknowledged();
        await().atMost(LIMIT).until(() -> ledger.acknowledged() >= before + MESSAGES_PER_FAULT);
    }

    /** What was acknowledged arrives, and at most so many messages arrive twice. */
    private void assertArrived(String test, int maxDuplicates) throws InterruptedException {
        ledger.end();
        for (Thread sender : senders) {
            sender.join(LIMIT.toMillis());
        }
        await().atMost(LIMIT).until(() -> ledger.hasArrivedAt(downstream));
        int duplicates = ledger.duplicatesAt(downstream);
        System.out.println("SharedQueueFaultsIT: " + test + " acknowledged=" + ledger.acknowledged() + " refused="
                + ledger.refused() + " duplicates=" + duplicates);
        assertThat(ledger.acknowledged()).isGreaterThanOrEqualTo(MESSAGES_PER_FAULT);
        assertThat(duplicates).isLessThanOrEqualTo(maxDuplicates);
    }

    private String broker() throws IOException {
        int port = BrokerProcess.freePort();
        broker = opened(BrokerProcess.alone(directory.resolve("broker"), port));
        return "tcp://127.0.0.1:" + port;
    }

    // ---- the faults

    @Test
    void aFrontEndIsKilled() throws Exception {
        String address = broker();
        worker(address);
        for (int i = 0; i < KILLS; i++) {
            Boxcar.Running front = front(address);
            send(port(front));
            awaitMore();
            front.process().destroyForcibly().waitFor();
        }
        assertArrived("front end killed", 0);
    }

    @Test
    void aWorkerIsKilled() throws Exception {
        String address = broker();
        send(port(front(address)));
        for (int i = 0; i < KILLS; i++) {
            Boxcar.Running worker = worker(address);
            int before = downstream.messages().size();
            awaitMore();
            await().atMost(LIMIT).until(() -> downstream.messages().size() >= before + MESSAGES_PER_FAULT / 2);
            worker.process().destroyForcibly().waitFor();
        }
        worker(address);
        assertArrived("worker killed", KILLS * IN_DELIVERY);
    }

    @Test
    void theLiveBrokerOfAPairIsKilledAndThenTheOther() throws Exception {
        int one = BrokerProcess.freePort();
        int other = BrokerProcess.freePort();
        Path store = directory.resolve("store");
        BrokerProcess primary = opened(BrokerProcess.primary(store, one, other));
        BrokerProcess backup = opened(BrokerProcess.backup(store, other, one));
        String addresses = "tcp://127.0.0.1:" + one + ",tcp://127.0.0.1:" + other;
        worker(addresses);
        send(port(front(addresses)));
        awaitMore();

        primary.kill();
        awaitMore();
        primary.startAgain();
        backup.kill();
        awaitMore();

        assertArrived("live broker killed, twice", 2 * IN_DELIVERY);
    }

    @Test
    void theBrokerStopsForAWhile() throws Exception {
        String address = broker();
        worker(address);
        send(port(front(address)));
        awaitMore();

        Objects.requireNonNull(broker).signal("STOP");
        TimeUnit.SECONDS.sleep(STOPPED_SECONDS);
        Objects.requireNonNull(broker).signal("CONT");
        awaitMore();

        assertArrived("broker stopped for " + STOPPED_SECONDS + " s", IN_DELIVERY);
    }

    @Test
    void theNetworkOfAFrontEndIsCutWithoutAWordAndHealed() throws Exception {
        String address = broker();
        worker(address);
        CuttableLink link = opened(CuttableLink.to(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1))));
        send(port(front("tcp://127.0.0.1:" + link.port())));
        for (int i = 0; i < KILLS; i++) {
            awaitMore();
            int refused = ledger.refused();

            link.cut();
            await("451 in bounded time, to each sender, on its session")
                    .atMost(BOUNDED)
                    .until(() -> ledger.refused() >= refused + SENDERS);
            link.heal();
            awaitMore();
        }
        assertArrived("network cut", 0);
    }

    @Test
    void everythingIsKilledAndStartedAgain() throws Exception {
        String address = broker();
        Boxcar.Running worker = worker(address);
        Boxcar.Running front = front(address);
        send(port(front));
        awaitMore();

        Objects.requireNonNull(broker).kill();
        worker.process().destroyForcibly().waitFor();
        front.process().destroyForcibly().waitFor();
        Objects.requireNonNull(broker).startAgain();
        worker(address);

        assertArrived("everything killed", IN_DELIVERY);
    }
}
