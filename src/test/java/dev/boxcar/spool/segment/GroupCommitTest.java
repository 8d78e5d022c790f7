// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.reader.SpoolReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages share a force, and those of one loop share a task. */
class GroupCommitTest {
    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final LinkedBlockingQueue<Runnable> first = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Runnable> second = new LinkedBlockingQueue<>();
    private final List<String> completed = new ArrayList<>();
    private Spool spool = new MemorySpool(1);

    private void open(SpoolOptions options) throws SpoolException {
        spool = SegmentSpool.open(directory, options, e -> {}, files);
    }

    @AfterEach
    void close() throws Exception {
        files.releaseForces();
        spool.close();
    }

    private void append(String name, LinkedBlockingQueue<Runnable> loop) {
        spool.append(
                spool.newId(),
                Mail.envelope("a@b"),
                spool.newBody(),
                loop::add,
                outcome -> completed.add(name + " " + outcome));
    }

    @Test
    void recordsThatArriveDuringAForceShareTheNextOneAndOneTaskPerLoop() throws Exception {
        open(SpoolOptions.DEFAULTS);
        files.holdForces();
        java.util.concurrent.Executor one =
                first::add; // each evaluation of a method reference would be another executor
        java.util.concurrent.Executor two = second::add;
        spool.append(spool.newId(), Mail.envelope("a@b"), spool.newBody(), one, outcome -> completed.add("0"));
        files.awaitForce();
        for (int i = 1; i <= 100; i++) {
            String name = "" + i;
            spool.append(
                    spool.newId(),
                    Mail.envelope("a@b"),
                    spool.newBody(),
                    i % 2 == 0 ? one : two,
                    outcome -> completed.add(name));
        }
        assertThat(first).isEmpty(); // nothing is reported before the force
        assertThat(spool.ids()).isEmpty();
        files.releaseForces();

        run(first);
        assertThat(completed).containsExactly("0");
        completed.clear();
        run(first);
        assertThat(completed).hasSize(50).startsWith("2", "4", "6");
        completed.clear();
        run(second);
        assertThat(completed).hasSize(50).startsWith("1", "3", "5");
        assertThat(first).isEmpty();
        assertThat(second).isEmpty();
        assertThat(files.forces).hasValue(2);
        assertThat(spool.statistics().batches()).isEqualTo(2);
        assertThat(spool.statistics().forces()).isEqualTo(2);
        assertThat(spool.statistics().messages()).isEqualTo(101);
    }

    /** The writer is woken when the loop has served all its ready events. */
    @Test
    void allMessagesOfOneLoopTurnAreOneBatch() throws Exception {
        open(SpoolOptions.DEFAULTS.withSync(Sync.NONE));
        int turns = 20;
        try (EventLoop loop = EventLoop.open("test")) {
            for (int turn = 1; turn <= turns; turn++) {
                awaitSleepingWriter();
                loop.execute(() -> appendFrom(loop));
                loop.execute(() -> LockSupport.parkNanos(5_000_000)); // enough time for a writer that is awake
                loop.execute(() -> appendFrom(loop));
                while (completed.size() < 2 * turn) {
                    loop.poll(Duration.ofSeconds(Mail.SECONDS));
                }
            }
        }
        assertThat(completed).containsOnly("STORED").hasSize(2 * turns);
        assertThat(spool.statistics().batches()).isEqualTo(turns);
    }

    /** A record of another thread does not wait for the end of the loop's turn. */
    @Test
    void aRecordOfAnotherThreadDoesNotWaitForTheLoop() throws Exception {
        open(SpoolOptions.DEFAULTS.withSync(Sync.NONE));
        var other = new ArrayList<CommitOutcome>();
        try (EventLoop loop = EventLoop.open("test")) {
            awaitSleepingWriter();
            loop.execute(() -> {
                appendFrom(loop);
                other.add(Mail.get(Mail.append(spool, spool.newId(), "of another thread")));
            });
            loop.poll(Duration.ZERO);
            assertThat(other).containsExactly(CommitOutcome.STORED);
        }
    }

    /** Then no timeout wakes it: what was written has its durable mark. */
    private static void awaitSleepingWriter() {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("boxcar-spool-writer"))
                        .allMatch(thread -> thread.getState() == Thread.State.WAITING));
    }

    private void appendFrom(EventLoop loop) {
        spool.append(
                spool.newId(),
                Mail.envelope("a@b"),
                spool.newBody(),
                loop.inlineExecutor(),
                outcome -> completed.add(outcome.toString()));
    }

    /** Many messages are written before the turn ends. */
    @Test
    void manyMessagesOfOneTurnDoNotWaitForItsEnd() throws Exception {
        open(SpoolOptions.DEFAULTS.withSync(Sync.NONE));
        try (EventLoop loop = EventLoop.open("test")) {
            var seen = new AtomicLong();
            awaitSleepingWriter();
            loop.execute(() -> {
                for (int i = 0; i < 1_000; i++) {
                    appendFrom(loop);
                }
                Awaitility.await().until(() -> spool.statistics().messages() > 0);
                seen.set(spool.statistics().messages());
            });
            loop.poll(Duration.ZERO);
            assertThat(seen).hasPositiveValue();
        }
    }

    private static void run(LinkedBlockingQueue<Runnable> loop) throws InterruptedException {
        Objects.requireNonNull(loop.poll(Mail.SECONDS, TimeUnit.SECONDS)).run();
    }

    @Test
    void underNoneMessagesAreStoredWithoutAForceAndForcedAtClose() throws Exception {
        open(SpoolOptions.DEFAULTS.withSync(Sync.NONE));
        append("a", first);
        run(first);
        assertThat(completed).containsExactly("a STORED");
        assertThat(files.forces).hasValue(0);
        spool.close();
        assertThat(files.forces.get()).isPositive();
    }

    @Test
    void underAnIntervalMessagesAreStoredBeforeTheForce() throws Exception {
        open(SpoolOptions.DEFAULTS.withSync(Sync.within(java.time.Duration.ofMillis(1))));
        files.holdForces();
        append("a", first);
        run(first);
        assertThat(completed).containsExactly("a STORED");
        files.awaitForce();
    }

    @Test
    void limitsTheMessagesInTheQueue() throws Exception {
        open(SpoolOptions.DEFAULTS.withQueueMessages(10).withQueueBytes(1_000_000));
        files.holdForces();
        append("a", first);
        files.awaitForce();
        for (int i = 1; i < 10; i++) {
            assertThat(spool.admits(0)).isEqualTo(Admission.ADMITTED);
            append("b", first);
        }
        assertThat(spool.admits(0)).isEqualTo(Admission.NO_ROOM);
        for (int i = 10; i < 20; i++) {
            append("late, taken", first);
        }
        append("too late", second);
        run(second);
        assertThat(completed).containsExactly("too late NO_ROOM");
        files.releaseForces();
        run(first);
        run(first);
        assertThat(spool.admits(0)).isEqualTo(Admission.ADMITTED);
        assertThat(spool.statistics().messages()).isEqualTo(20);
    }

    @Test
    void limitsTheBytesInTheQueue() throws Exception {
        open(SpoolOptions.DEFAULTS.withQueueMessages(1000).withQueueBytes(100_000));
        files.holdForces();
        var stored = Mail.append(spool, spool.newId(), new byte[90_000]);
        files.awaitForce();
        assertThat(spool.admits(1_000)).isEqualTo(Admission.ADMITTED);
        assertThat(spool.admits(20_000)).isEqualTo(Admission.NO_ROOM);
        files.releaseForces();
        assertThat(Mail.get(stored)).isEqualTo(CommitOutcome.STORED);
        assertThat(spool.admits(20_000)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void aGroupThatDoesNotFitContinuesInTheNextSegment() throws Exception {
        open(SpoolOptions.DEFAULTS.withSegmentBytes(10_000));
        files.holdForces();
        var before = Mail.append(spool, spool.newId(), "before");
        files.awaitForce();
        var outcomes = new ArrayList<CompletableFuture<CommitOutcome>>();
        for (int i = 0; i < 9; i++) {
            outcomes.add(Mail.append(spool, spool.newId(), new byte[i == 4 ? 50_000 : 3_000]));
        }
        files.releaseForces();
        assertThat(Mail.get(before)).isEqualTo(CommitOutcome.STORED);
        for (var outcome : outcomes) {
            assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        }
        spool.close();
        try (var segments = java.nio.file.Files.list(directory.resolve("segment"))) {
            assertThat(segments.map(path -> path.toFile().length()).sorted().toList())
                    .hasSize(5)
                    .satisfies(sizes -> assertThat(sizes.get(3)).isLessThanOrEqualTo(10_000));
        }
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        assertThat(Mail.ids(directory)).hasSize(10);
    }

    @Test
    void aFullDiskRollsTheGroupBackAndTheSpoolContinues() throws Exception {
        open(SpoolOptions.DEFAULTS);
        Ulid kept = Mail.stored(spool, "kept");
        files.roomBytes = 300; // a header and a part of the lines
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "x".repeat(1000))))
                .isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(spool.admits(0)).isEqualTo(Admission.NO_ROOM);
        assertThat(spool.ids()).containsExactly(kept);

        // Records that free space are small, and are written although the messages next to them are not.
        files.holdForces();
        files.roomBytes = 500;
        var note = new CompletableFuture<CommitOutcome>();
        spool.putState(
                kept, "queue", KeyValueText.of(Map.of("CommitOutcome", "delivered")), Runnable::run, note::complete);
        files.awaitForce();
        var refused = Mail.append(spool, spool.newId(), "y".repeat(1000));
        var done = new CompletableFuture<CommitOutcome>();
        spool.markDone(kept, "delivered", Runnable::run, done::complete);
        files.releaseForces();
        assertThat(Mail.get(note)).isEqualTo(CommitOutcome.STORED);
        assertThat(Mail.get(refused)).isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(Mail.get(done)).isEqualTo(CommitOutcome.STORED);

        files.roomBytes = Long.MAX_VALUE;
        Ulid later = Mail.stored(spool, "later");
        org.awaitility.Awaitility.await().until(() -> spool.admits(0) == Admission.ADMITTED);
        spool.close();
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        assertThat(SpoolReader.verify(directory).unfinishedBytes()).isZero();
        var sequences = new ArrayList<Long>();
        try (Spool again = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            again.follow(1, record -> sequences.add(record.sequence()));
            assertThat(again.ids()).containsExactly(later);
        }
        assertThat(sequences).containsExactly(4L); // rolled-back records have no numbers; done messages are not shown
    }

    @Test
    void lowFreeSpaceIsNoRoomUntilThereIsMore() throws Exception {
        files.freeBytes = 10;
        open(SpoolOptions.DEFAULTS.withReserveBytes(100));
        assertThat(spool.admits(0)).isEqualTo(Admission.NO_ROOM);
        files.freeBytes = 1000;
        org.awaitility.Awaitility.await().until(() -> spool.admits(0) == Admission.ADMITTED);
    }

    @Test
    void neverRepeatsAFailedForce() throws Exception {
        var fatal = new ArrayList<String>();
        spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> fatal.add("" + e.getMessage()), files);
        files.holdForces();
        var waiting = Mail.append(spool, spool.newId(), "first");
        files.awaitForce();
        var later = Mail.append(spool, spool.newId(), "second");
        files.forceFails = true;
        files.releaseForces();
        assertThat(Mail.get(waiting)).isEqualTo(CommitOutcome.STORED); // its force had begun before the failure
        assertThat(Mail.get(later)).isEqualTo(CommitOutcome.FAULT);
        org.assertj.core.api.Assertions.assertThatThrownBy(spool::close)
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining("Input/output error");
        assertThat(spool.admits(0)).isEqualTo(Admission.FAULT);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "third"))).isEqualTo(CommitOutcome.FAULT);
        assertThat(fatal).containsExactly("Input/output error");
        assertThat(files.forces).hasValue(2);
        spool = new MemorySpool(1);
    }

    @Test
    void aFailedWriteEndsTheSpool() throws Exception {
        var fatal = new CompletableFuture<String>();
        spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> fatal.complete("" + e.getMessage()), files);
        files.writeFails = true;
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "first"))).isEqualTo(CommitOutcome.FAULT);
        assertThat(Mail.get(fatal)).isEqualTo("Input/output error");
        assertThat(spool.statistics().slabBytes()).isZero();
        org.assertj.core.api.Assertions.assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        spool = new MemorySpool(1);
    }
}
