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
 * The program is loaded over several connections while some of its messages are deleted over the web, killed (SIGKILL)
 * at an instant left to chance, started again, and compared with a ledger of what its clients were told.
 *
 * <p>{@code -Dboxcar.kills=100} kills it that often; {@code -Dboxcar.seed=N} repeats a run as far as chance is ours.
 * The program is the packaged jar where {@code app.jar} names it, otherwise its classes.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class CrashIT {
    private static final int KILLS = Integer.getInteger("boxcar.kills", 3);
    private static final long SEED = Long.getLong("boxcar.seed", System.nanoTime());
    private static final int SENDERS = 6;
    private static final int MOST_MESSAGES_A_LIFE = 150;
    private static final int MOST_DELETIONS_A_LIFE = 20;

    @TempDir
    Path directory;

    private final Ledger ledger = new Ledger();
    private final Random random = new Random(SEED);

    /**
     * Under none, too: the system keeps what a killed process wrote. Power loss is another matter, see
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
            assertThat(ledger.acknowledged())
                    .as("acknowledged in life %s", kill)
                    .isGreaterThan(before);
            assertThat(ledger.deletions()).as("deleted in life %s", kill).isGreaterThan(deletedBefore);
        }
        int unknown;
        try (var running = start(sync)) {
            unknown = ledger.check(spool, true);
            assertThat(running.isAlive()).isTrue();
        }
        assertThat(SpoolReader.verify(spool).problems()).isEmpty();
        assertThat(spool.resolve("corrupt")).doesNotExist();
        System.out.println("CrashIT: acknowledged=" + ledger.acknowledged() + " deleted=" + ledger.deletions()
                + " whole though nobody was told=" + unknown);
    }

    private ServerProcess start(String sync) throws IOException {
        return ServerProcess.start(directory, List.of(), "--spool=spool", "--sync=" + sync);
    }

    private void runAndKill(String sync) throws Exception {
        var senders = new ArrayList<Sender>();
        Deleter deleter;
        try (var running = start(sync)) { // recovers what the last life left, and is idle while we look
            ledger.check(directory.resolve("spool"), false);
            ledger.beginDeletions();
            deleter = new Deleter(running.web(), ledger);
            deleter.start();
            int target = ledger.acknowledged() + 1 + random.nextInt(MOST_MESSAGES_A_LIFE);
            for (int i = 0; i < SENDERS; i++) {
                var sender = new Sender(running.address(), ledger, i % 2 == 0 ? 1 : 8);
                senders.add(sender);
                sender.start();
            }
            ledger.await(target, ledger.deletions() + 1 + random.nextInt(MOST_DELETIONS_A_LIFE), 60_000);
            LockSupport.parkNanos(random.nextInt(20_000_000)); // not always just behind an answer
        }
        deleter.join();
        for (Sender sender : senders) {
            sender.join();
        }
    }
}
