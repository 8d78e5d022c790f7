// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several clients send messages while others delete some over the web. The program is killed (SIGKILL) at a random
 * instant and started again, and its spool is compared with a ledger of the replies its clients got.
 *
 * <p>{@code -Dboxcar.kills=100} sets the number of kills; {@code -Dboxcar.seed=N} repeats a run as far as the test
 * controls its randomness. The program is the packaged jar if {@code app.jar} names it, otherwise its classes.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class CrashIT {
    private static final int KILLS = Integer.getInteger("boxcar.kills", 3);
    private static final long SEED = Long.getLong("boxcar.seed", System.nanoTime());
    private static final int SENDERS = 6;
    private static final int MAX_MESSAGES_PER_RUN = 150;
    private static final int MAX_DELETIONS_PER_RUN = 20;

    @TempDir
    Path directory;

    private final Ledger ledger = new Ledger();
    private final Random random = new Random(SEED);

    /**
     * Holds for {@code sync = none} too, since the system keeps what a killed process has written. For power loss see
     * {@code PowerLossTest}.
     */
    @ParameterizedTest
    @ValueSource(strings = {"group", "none"})
    void everyAcknowledgedMessageSurvivesKillsOnceAndComplete(String sync) throws Exception {
        System.out.println("CrashIT: sync=" + sync + " kills=" + KILLS + " seed=" + SEED);
        Path spool = directory.resolve("spool");
        for (int kill = 1; kill <= KILLS; kill++) {
            int before = ledger.acknowledged();
            int deletedBefore = ledger.deletions();
            runAndKill(sync);
            assertThat(ledger.acknowledged()).as("acknowledged in run %s", kill).isGreaterThan(before);
            assertThat(ledger.deletions()).as("deleted in run %s", kill).isGreaterThan(deletedBefore);
        }
        int unknown;
        try (var running = start(sync)) {
            unknown = ledger.check(spool, true);
            assertThat(running.isAlive()).isTrue();
        }
        assertThat(SpoolReader.verify(spool).problems()).isEmpty();
        assertThat(spool.resolve("corrupt")).doesNotExist();
        System.out.println("CrashIT: acknowledged=" + ledger.acknowledged() + " deleted=" + ledger.deletions()
                + " complete but never acknowledged=" + unknown);
    }

    private ServerProcess start(String sync) throws IOException {
        return ServerProcess.start(directory, List.of(), "--spool=spool", "--sync=" + sync);
    }

    private void runAndKill(String sync) throws Exception {
        var senders = new ArrayList<Sender>();
        Deleter deleter;
        try (var running = start(sync)) { // recovers the spool and is idle during the check
            ledger.check(directory.resolve("spool"), false);
            ledger.beginDeletions();
            deleter = new Deleter(running.web(), ledger);
            deleter.start();
            int target = ledger.acknowledged() + 1 + random.nextInt(MAX_MESSAGES_PER_RUN);
            for (int i = 0; i < SENDERS; i++) {
                var sender = new Sender(running.address(), ledger, i % 2 == 0 ? 1 : 8);
                senders.add(sender);
                sender.start();
            }
            ledger.await(target, ledger.deletions() + 1 + random.nextInt(MAX_DELETIONS_PER_RUN), 60_000);
            LockSupport.parkNanos(random.nextInt(20_000_000)); // not always directly after a reply
        }
        deleter.join();
        for (Sender sender : senders) {
            sender.join();
        }
    }
}
