// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.boxcar.spool.Expected;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.PowerLossDisk;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Power fails at a random operation of the disk, in one run after another, including recoveries. Then everything is
 * compared with what was promised. {@code -Dboxcar.seeds=N} tries N seeds of each kind, {@code -Dboxcar.seed=S} begins
 * with seed S.
 */
@Timeout(value = 120, unit = java.util.concurrent.TimeUnit.MINUTES)
class PowerLossTest {
    private static final int SEEDS = Integer.getInteger("boxcar.seeds", 100);
    private static final long FIRST = Long.getLong("boxcar.seed", 1);
    private static final int MOST_LIVES = 4;
    private static final int MOST_STEPS = 40;
    private static final int MOST_DISK_OPERATIONS = 160;

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.boxcar.spool");

    @TempDir
    Path directory;

    private @Nullable Level before;

    /** Thousands of failures are intended, and need no log line each. */
    @BeforeEach
    void disableLogging() {
        before = LOG.getLevel();
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void restoreLogging() {
        LOG.setLevel(before);
    }

    /** How a run ends. */
    private enum End {
        POWER_LOSS,
        KILL,
        /** In one run the process is killed, in the next power fails. */
        KILL_OR_POWER_LOSS,
        CLOSE_THEN_POWER_LOSS
    }

    @Test
    void underGroupNothingAcknowledgedIsLostWhenPowerFails() throws IOException {
        tryAllSeeds(Sync.GROUP, End.POWER_LOSS);
    }

    /** A start may have shown a message to a user although the earlier run ended before its force. */
    @Test
    void underGroupPowerLossTakesNothingThatAStartAfterAKillFound() throws IOException {
        tryAllSeeds(Sync.GROUP, End.KILL_OR_POWER_LOSS);
    }

    @Test
    void underNonePowerLossLeavesOnlyCompleteMessages() throws IOException {
        tryAllSeeds(Sync.NONE, End.POWER_LOSS);
    }

    @Test
    void underNoneNothingAcknowledgedIsLostWhenTheProcessDies() throws IOException {
        tryAllSeeds(Sync.NONE, End.KILL);
    }

    @Test
    void underNoneNothingIsLostAfterClose() throws IOException {
        tryAllSeeds(Sync.NONE, End.CLOSE_THEN_POWER_LOSS);
    }

    /** What {@code none} does not promise. Without this test, those above would not show the difference. */
    @Test
    void powerLossMayTakeAcknowledgedMessagesUnderNoneButNotUnderGroup() throws IOException {
        int tries = 50;
        assertThat(countLostMessages(tries, Sync.GROUP)).isZero();
        assertThat(countLostMessages(tries, Sync.NONE)).isPositive();
    }

    private int countLostMessages(int tries, Sync sync) throws IOException {
        int lost = 0;
        for (int i = 0; i < tries; i++) {
            Path home = Files.createDirectories(directory.resolve("lost-" + sync + i));
            var options = SpoolOptions.DEFAULTS.withSync(sync);
            var random = new Random(FIRST + i);
            var disk = new PowerLossDisk(home, random, Long.MAX_VALUE);
            Spool spool = SegmentSpool.open(home.resolve("spool"), options, e -> {}, disk);
            Ulid id = Mail.stored(spool, "acknowledged");
            disk.turnOff();
            assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
            Path left = directory.resolve("left-" + sync + i);
            disk.afterPowerLoss(left);
            disk = new PowerLossDisk(left, random, Long.MAX_VALUE);
            try (Spool again = SegmentSpool.open(left.resolve("spool"), options, e -> {}, disk)) {
                lost += again.find(id) == null ? 1 : 0;
            }
        }
        return lost;
    }

    private void tryAllSeeds(Sync sync, End end) throws IOException {
        for (long seed : LongStream.range(FIRST, FIRST + SEEDS).toArray()) {
            Path home = directory.resolve(sync + "-" + seed);
            try {
                trySeed(home, sync, end, new Random(seed * 31 + sync.hashCode()));
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("with -Dboxcar.seed=" + seed + ": " + e.getMessage(), e);
            }
            remove(home);
        }
    }

    private static void trySeed(Path home, Sync sync, End end, Random random) throws IOException {
        var expected = new Expected();
        var options = SpoolOptions.DEFAULTS
                .withSync(sync)
                .withSegmentBytes(4_000 + random.nextInt(20_000))
                .withBlobBytes(2_000 + random.nextInt(10_000))
                .withNeededPercent(random.nextInt(100)) // little or much compaction
                .withReserveBytes(0);
        Path now = Files.createDirectories(home.resolve("0"));
        int runs = 1 + random.nextInt(MOST_LIVES) + (end == End.KILL_OR_POWER_LOSS ? 1 : 0);
        PowerLossDisk goesOn = null;
        for (int run = 1; run <= runs; run++) {
            long operations =
                    end == End.CLOSE_THEN_POWER_LOSS ? Long.MAX_VALUE : 1 + random.nextInt(MOST_DISK_OPERATIONS);
            var disk = goesOn == null ? new PowerLossDisk(now, random, operations) : goesOn;
            disk.goOn(operations);
            live(now.resolve("a/spool"), options, disk, expected, random, end);
            if (end == End.KILL_OR_POWER_LOSS && run < runs && random.nextInt(3) > 0) {
                goesOn = disk;
                continue;
            }
            goesOn = null;
            now = home.resolve("" + run);
            if (end == End.KILL) {
                disk.afterKill(now);
            } else {
                disk.afterPowerLoss(now);
            }
            if (end == End.POWER_LOSS && sync.kind() != Sync.Kind.GROUP) {
                expected.forgetPromisesOfThisRun();
            }
        }
        var disk = new PowerLossDisk(now, random, Long.MAX_VALUE); // only to avoid waiting for a real disk
        try (Spool spool = SegmentSpool.open(now.resolve("a/spool"), options, e -> {}, disk)) {
            expected.follow(spool, sync.kind() == Sync.Kind.GROUP);
            expected.append(spool, bytes(random));
            expected.check(spool);
        }
        try (Spool spool = SegmentSpool.open(now.resolve("a/spool"), options, e -> {}, disk)) {
            expected.check(spool);
        }
        assertThat(Mail.ids(now.resolve("a/spool"))).isNotNull();
        assertThat(SpoolReader.verify(now.resolve("a/spool")).problems())
                .noneMatch(line -> line.endsWith("is missing")); // compacted, or never created
    }

    /** Opens the spool (power may fail then), checks it, and works until power fails or the work is done. */
    private static void live(
            Path path, SpoolOptions options, PowerLossDisk disk, Expected expected, Random random, End end)
            throws IOException {
        Spool spool;
        try {
            spool = SegmentSpool.open(path, options, e -> {}, disk);
        } catch (SpoolException e) {
            if (!disk.isOff()) {
                throw e;
            }
            return;
        }
        expected.follow(spool, options.sync().kind() == Sync.Kind.GROUP);
        expected.check(spool);
        int steps = random.nextInt(MOST_STEPS);
        for (int i = 0; i < steps && !disk.isOff(); i++) {
            step(spool, expected, random);
        }
        if (end == End.CLOSE_THEN_POWER_LOSS) {
            spool.close();
            expected.settle();
            return;
        }
        disk.turnOff();
        try {
            spool.close();
        } catch (SpoolException e) {
            assertThat(disk.isOff()).as(e.toString()).isTrue();
        }
        expected.settle();
    }

    private static void step(Spool spool, Expected expected, Random random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> expected.append(spool, bytes(random));
            case 5, 6 -> expected.putState(spool, random);
            case 7, 8 -> expected.markDone(spool, random);
            default -> expected.settle();
        }
    }

    private static byte[] bytes(Random random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(12_000) : random.nextInt(800);
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void remove(Path path) throws IOException {
        try (var paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
