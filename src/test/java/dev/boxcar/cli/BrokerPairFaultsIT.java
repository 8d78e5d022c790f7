// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static dev.boxcar.cli.SharedRelays.FAULTS;
import static dev.boxcar.cli.SharedRelays.IN_DELIVERY;

import dev.boxcar.relay.artemis.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The brokers of a pair, in processes of their own, are killed or replaced under load. Afterwards the next server has
 * everything that was acknowledged, and duplicates are at most what was being delivered.
 *
 * <p>{@code -Dboxcar.kills=100} sets the number of faults per test. {@code -Dboxcar.artemis=DIRECTORY}, where Artemis's
 * distribution is unpacked, adds the replicated pair, which needs a library that is only there.
 */
@Timeout(3600)
class BrokerPairFaultsIT {
    @TempDir
    Path directory;

    private SharedRelays relays;
    private int one;
    private int other;
    private String addresses;

    @BeforeEach
    void start() throws IOException {
        relays = new SharedRelays(directory);
        one = BrokerProcess.freePort();
        other = BrokerProcess.freePort();
        addresses = "tcp://127.0.0.1:" + one + ",tcp://127.0.0.1:" + other;
    }

    @AfterEach
    void close() throws Exception {
        relays.close();
    }

    private Path store() {
        return directory.resolve("store");
    }

    private BrokerProcess primary() throws IOException {
        return relays.opened(BrokerProcess.primary(store(), one, other));
    }

    private BrokerProcess backup() throws IOException {
        return relays.opened(BrokerProcess.backup(store(), other, one));
    }

    private void underLoad() throws IOException {
        relays.worker(addresses);
        relays.sendTo(relays.front(addresses));
        relays.awaitMore();
    }

    private void kill(BrokerProcess broker) throws InterruptedException {
        broker.kill();
        relays.awaitMore();
    }

    private static int inDelivery(int failovers) {
        return FAULTS * failovers * IN_DELIVERY;
    }

    @Test
    void theLiveBrokerIsKilledAndThenTheOther() throws Exception {
        BrokerProcess primary = primary();
        BrokerProcess backup = backup();
        underLoad();
        for (int i = 0; i < FAULTS; i++) {
            kill(primary);
            primary.startAgain();
            kill(backup);
            backup.startAgain();
        }
        relays.assertArrived("live broker killed, twice", inDelivery(2));
    }

    @Test
    void theBackupIsKilledAndWhenItIsBackTheLiveBroker() throws Exception {
        BrokerProcess live = primary();
        BrokerProcess backup = backup();
        underLoad();
        for (int i = 0; i < FAULTS; i++) {
            kill(backup);
            backup.startAgain();
            kill(live);
            live.startAgain();
            BrokerProcess wasBackup = backup;
            backup = live;
            live = wasBackup;
        }
        relays.assertArrived("backup killed, then the live broker", inDelivery(1));
    }

    @Test
    void everyPartIsReplacedOneAfterTheOtherWhileMailFlows() throws Exception {
        BrokerProcess live = primary();
        BrokerProcess backup = backup();
        Boxcar.Running worker = relays.worker(addresses);
        Boxcar.Running front = relays.front(addresses);
        relays.sendTo(front);
        relays.awaitMore();

        relays.sendTo(relays.front(addresses));
        front.signal("TERM");
        relays.awaitMore();
        relays.worker(addresses);
        worker.signal("TERM");
        relays.awaitMore();
        backup.stop();
        backup.startAgain();
        relays.awaitMore();
        live.stop();
        relays.awaitMore();
        live.startAgain();
        relays.awaitMore();

        relays.assertArrived("everything replaced", IN_DELIVERY);
    }

    @Test
    @EnabledIfSystemProperty(named = "boxcar.artemis", matches = ".+")
    void inAReplicatedPairTheBackupIsKilledThenTheLiveBrokerThenTheOther() throws Exception {
        BrokerProcess first = relays.opened(BrokerProcess.replicating(directory.resolve("one"), one, other));
        BrokerProcess second = relays.opened(BrokerProcess.replica(directory.resolve("other"), other, one));
        underLoad();
        for (int i = 0; i < FAULTS; i++) {
            kill(second);
            second.startAgain();
            kill(first);
            first.startAgain();
            kill(second);
            second.startAgain();
        }
        relays.assertArrived("replicated pair, backup, live broker and the other killed", inDelivery(2));
    }
}
