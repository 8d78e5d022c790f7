// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static dev.boxcar.cli.SharedRelays.FAULTS;
import static dev.boxcar.cli.SharedRelays.IN_DELIVERY;
import static dev.boxcar.cli.SharedRelays.MESSAGES_PER_FAULT;
import static dev.boxcar.cli.SharedRelays.SENDERS;
import static dev.boxcar.cli.SharedRelays.STOPPED_SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.artemis.BrokerProcess;
import dev.boxcar.relay.artemis.CuttableLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Front ends, workers and their only broker, in processes of their own, are killed, stopped or cut off under load.
 * Afterwards the next server has everything that was acknowledged, and duplicates are at most what was being delivered.
 *
 * <p>{@code -Dboxcar.kills=100} sets the number of faults per test, {@code -Dboxcar.stopped=30} for how many seconds a
 * process or a network stands still.
 */
@Timeout(3600)
class SharedQueueFaultsIT {
    /** How long a front end waits for the broker, where that is what is tested. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** How long a sender may wait for 451: that, and time for two slow processes. */
    private static final Duration BOUNDED = TIMEOUT.plusSeconds(7);

    private static final int LINES = 1_000;

    @TempDir
    Path directory;

    private SharedRelays relays;
    private BrokerProcess broker;
    private int port;
    private String address;

    @BeforeEach
    void start() throws Exception {
        relays = new SharedRelays(directory);
        port = BrokerProcess.freePort();
        broker = relays.opened(BrokerProcess.alone(directory.resolve("broker"), port));
        address = "tcp://127.0.0.1:" + port;
    }

    @AfterEach
    void close() throws Exception {
        relays.close();
    }

    /** A network to the broker that can be cut. */
    private CuttableLink link() throws Exception {
        return relays.opened(CuttableLink.to(port));
    }

    private static String address(CuttableLink link) {
        return "tcp://127.0.0.1:" + link.port();
    }

    // ---- killed

    @Test
    void aFrontEndIsKilled() throws Exception {
        relays.worker(address);
        for (int i = 0; i < FAULTS; i++) {
            Boxcar.Running front = relays.front(address);
            relays.sendTo(front);
            relays.awaitMore();
            SharedRelays.kill(front);
        }
        relays.assertArrived("front end killed", 0);
    }

    @Test
    void aWorkerIsKilled() throws Exception {
        relays.sendTo(relays.front(address));
        for (int i = 0; i < FAULTS; i++) {
            Boxcar.Running worker = relays.worker(address);
            relays.awaitMore();
            relays.awaitDelivered(MESSAGES_PER_FAULT / 2);
            SharedRelays.kill(worker);
        }
        relays.worker(address);
        relays.assertArrived("worker killed", FAULTS * IN_DELIVERY);
    }

    @Test
    void aWorkerIsKilledAfterTheNextServersReplyAndBeforeItsAcknowledgement() throws Exception {
        int twice = 0;
        relays.sendTo(relays.front(address));
        for (int i = 0; i < FAULTS; i++) {
            CuttableLink link = link();
            Boxcar.Running worker = relays.worker(address(link));
            relays.awaitDelivered(1);
            int before = relays.downstream.messages().size();
            link.cut();
            relays.awaitDelivered(1); // and its acknowledgement cannot reach the broker any more
            SharedRelays.kill(worker);
            twice += relays.downstream.messages().size() - before + IN_DELIVERY;
            link.close();
        }
        relays.worker(address);
        relays.awaitMore();
        relays.assertArrived("worker killed before its acknowledgement", twice);
        assertThat(relays.ledger.duplicatesAt(relays.downstream))
                .as("the broker cannot know what was delivered")
                .isPositive();
    }

    @Test
    void everythingIsKilledAndStartedAgain() throws Exception {
        for (int i = 0; i < FAULTS; i++) {
            Boxcar.Running worker = relays.worker(address);
            Boxcar.Running front = relays.front(address);
            relays.sendTo(front);
            relays.awaitMore();

            broker.kill();
            SharedRelays.kill(worker);
            SharedRelays.kill(front);
            broker.startAgain();
        }
        relays.worker(address);
        relays.assertArrived("everything killed", FAULTS * IN_DELIVERY);
    }

    // ---- silent

    @Test
    void theBrokerStopsForAWhile() throws Exception {
        relays.worker(address);
        relays.sendTo(relays.front(address));
        for (int i = 0; i < FAULTS; i++) {
            relays.awaitMore();
            broker.signal("STOP");
            TimeUnit.SECONDS.sleep(STOPPED_SECONDS);
            broker.signal("CONT");
            relays.awaitMore();
        }
        relays.assertArrived("broker stopped for " + STOPPED_SECONDS + " s", FAULTS * IN_DELIVERY);
    }

    @Test
    void theNetworkOfAFrontEndIsCutWithoutAWordAndHealed() throws Exception {
        relays.worker(address);
        CuttableLink link = link();
        relays.sendTo(relays.front(address(link), TIMEOUT));
        for (int i = 0; i < FAULTS; i++) {
            relays.awaitMore();
            awaitRefusals(link::cut);
            link.heal();
            relays.awaitMore();
        }
        relays.assertArrived("network of a front end cut", 0);
    }

    @Test
    void theNetworkOfAWorkerIsCutWithoutAWordAndHealed() throws Exception {
        CuttableLink link = link();
        relays.worker(address(link));
        relays.sendTo(relays.front(address));
        for (int i = 0; i < FAULTS; i++) {
            relays.awaitDelivered(MESSAGES_PER_FAULT / 2);
            link.cut();
            TimeUnit.SECONDS.sleep(STOPPED_SECONDS);
            link.heal();
            relays.awaitDelivered(MESSAGES_PER_FAULT / 2);
        }
        relays.assertArrived("network of a worker cut for " + STOPPED_SECONDS + " s", FAULTS * IN_DELIVERY);
    }

    // ---- full

    @Test
    void theDiskOfTheBrokerIsFullAndThenHasRoom() throws Exception {
        relays.worker(address);
        relays.sendTo(relays.front(address, TIMEOUT));
        relays.awaitMore();
        relays.ledger.enlarge(LINES); // a front end may send 1 MiB more to a broker that has just become full
        for (int i = 0; i < FAULTS; i++) {
            awaitRefusals(broker::fillDisk);
            broker.makeRoom();
            relays.awaitMore();
        }
        assertThat(relays.ledger.refusals()).isNotEmpty().allMatch(reply -> reply.startsWith("451 4.3.0 "));
        relays.assertArrived("disk of the broker full", 0);
    }

    /** A fault, after which each sender gets a refusal in bounded time, on its session. */
    private void awaitRefusals(Fault fault) throws Exception {
        int refused = relays.ledger.refused();
        fault.happen();
        await("451 in bounded time, to each sender, on its session")
                .atMost(BOUNDED)
                .until(() -> relays.ledger.refused() >= refused + SENDERS);
    }

    private interface Fault {
        void happen() throws Exception;
    }
}
