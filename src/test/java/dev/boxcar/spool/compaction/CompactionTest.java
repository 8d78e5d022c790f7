// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.format.BlobReference;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The space of records that are no longer needed is freed, and nothing else is deleted. */
class CompactionTest {
    private static final int SEGMENT = 100_000;

    /** Duration of the simulated traffic; a realistic run takes minutes. */
    private static final Duration TRAFFIC = Duration.ofSeconds(Long.getLong("boxcar.spool.trafficSeconds", 3));

    /**
     * How far disk usage may exceed its bound while compaction lags behind: the traffic here is as fast as the disk
     * allows.
     */
    private static final double MAX_LAG_FACTOR = 2;

    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private Spool spool = new MemorySpool(1);

    @BeforeEach
    void open() throws SpoolException {
        var options = SpoolOptions.DEFAULTS
                .withSync(Sync.NONE)
                .withSegmentBytes(SEGMENT)
                .withBlobBytes(20_000);
        spool = SegmentSpool.open(directory, options, e -> {}, files);
    }

    @AfterEach
    void close() throws SpoolException {
        spool.close();
    }

    private void markDone(List<Ulid> ids) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(ids, "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    private void putState(Ulid id, String read) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.putState(id, "inbox", KeyValueText.of(Map.of("Read", read)), Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    private String read(Ulid id) {
        return String.valueOf(
                Objects.requireNonNull(spool.states(id).get("inbox")).first("Read"));
    }

    private List<Path> listed(String room) throws IOException {
        Path in = directory.resolve(room);
        if (!Files.exists(in)) {
            return List.of();
        }
        try (var found = Files.walk(in)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Disk usage of the spool. A file may be deleted while this counts. */
    private long diskBytes() {
        return bytesIn(directory.resolve("segment").toFile())
                + bytesIn(directory.resolve("blob").toFile());
    }

    private static long bytesIn(File file) {
        File[] inside = file.listFiles();
        return inside == null
                ? file.length()
                : Arrays.stream(inside).mapToLong(CompactionTest::bytesIn).sum();
    }

    private static String letter(int number) {
        return "letter " + number + " " + "x".repeat(5_000);
    }

    /** Deletes all but two of a hundred messages, and sets the state of one. */
    private List<Ulid> deleteMost() {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 100; i++) {
            ids.add(Mail.stored(spool, letter(i)));
        }
        List<Ulid> kept = List.of(ids.get(3), ids.get(57));
        putState(kept.get(0), "false");
        putState(kept.get(0), "true");
        var gone = new ArrayList<>(ids);
        gone.removeAll(kept);
        markDone(gone);
        for (int i = 0; i < 20; i++) {
            markDone(List.of(Mail.stored(spool, letter(i)))); // so that the last segment is a later one
        }
        return kept;
    }

    private void check(List<Ulid> kept) throws IOException {
        assertThat(spool.ids()).isEqualTo(kept);
        assertThat(Mail.text(Objects.requireNonNull(spool.find(kept.get(0))))).isEqualTo(letter(3));
        assertThat(Mail.text(Objects.requireNonNull(spool.find(kept.get(1))))).isEqualTo(letter(57));
        assertThat(read(kept.get(0))).isEqualTo("true");
    }

    @Test
    void copiesNeededRecordsAndDeletesTheSegments() throws Exception {
        List<Ulid> kept = deleteMost();
        await().until(() -> diskBytes() < 3 * SEGMENT);
        check(kept);
        assertThat(spool.statistics().compactions()).isPositive();
        assertThat(spool.statistics().reclaimedBytes()).isGreaterThan(3 * SEGMENT);
        long before = Objects.requireNonNull(spool.find(kept.get(1))).sequence();
        assertThat(before).isEqualTo(58);

        spool.close();
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        assertThat(Mail.ids(directory)).isEqualTo(kept);
        open();
        check(kept);
        Ulid next = Mail.stored(spool, "next");
        assertThat(Objects.requireNonNull(spool.find(next)).sequence()).isGreaterThan(240);
    }

    /** As if power had failed after the copy was renamed and before its source segments were deleted. */
    @Test
    void findsARecordThatExistsTwiceOnceAndKeepsDeletionsAfterAnInterruptedCompaction() throws Exception {
        files.deleteFails = true;
        List<Ulid> kept = deleteMost();
        await().until(() -> files.failedDeletes.get() > 0);
        markDone(List.of(kept.get(0)));
        spool.close();
        files.deleteFails = false;
        open();
        assertThat(spool.ids()).containsExactly(kept.get(1));
        await().until(() -> diskBytes() < 3 * SEGMENT);
        for (int restarts = 0; restarts < 3; restarts++) {
            deleteMost().forEach(id -> markDone(List.of(id)));
            spool.close();
            open();
            assertThat(spool.ids()).containsExactly(kept.get(1));
            assertThat(Mail.text(Objects.requireNonNull(spool.find(kept.get(1)))))
                    .isEqualTo(letter(57));
        }
        assertThat(Mail.ids(directory)).containsExactly(kept.get(1));
    }

    @Test
    void theSequenceContinuesAfterAllMessagesAreDeleted() throws Exception {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 60; i++) {
            ids.add(Mail.stored(spool, letter(i)));
        }
        markDone(ids);
        spool.close();
        open();
        await().until(() -> diskBytes() < 2 * SEGMENT);
        spool.close();
        open();
        Ulid next = Mail.stored(spool, "next");
        assertThat(Objects.requireNonNull(spool.find(next)).sequence()).isEqualTo(121);
    }

    @Test
    void aReaderReadsDeletedSegmentsAndFindsMovedMessages() throws Exception {
        Ulid doomed = Mail.stored(spool, letter(500));
        Ulid moved = Mail.stored(spool, letter(501));
        SpoolRecord found = Objects.requireNonNull(spool.find(moved));
        try (var outside = SpoolReader.open(directory);
                var withoutLeases = SpoolReader.open(directory, 0);
                InputStream open = Objects.requireNonNull(spool.find(doomed)).body()) {
            assertThat(open.read()).isEqualTo('l');
            Path first = listed("segment").get(0);
            deleteMost();
            markDone(List.of(doomed));
            await().until(() -> !Files.exists(first));
            assertThat(new String(open.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(letter(500).substring(1));
            assertThat(Mail.text(found)).isEqualTo(letter(501));
            assertThat(Mail.text(Objects.requireNonNull(outside.find(moved)))).isEqualTo(letter(501));
            assertThat(Mail.text(Objects.requireNonNull(outside.find(doomed)))).isEqualTo(letter(500)); // the old bytes
            assertThat(Mail.text(Objects.requireNonNull(withoutLeases.find(moved))))
                    .isEqualTo(letter(501));
            assertThat(withoutLeases.find(doomed)).isNull(); // it has read the spool again
        }
    }

    @Test
    void deletesTheFileOfADeletedLargeMessage() throws Exception {
        Ulid large = spool.newId();
        Ulid other = spool.newId();
        assertThat(Mail.get(Mail.append(spool, large, new byte[50_000]))).isEqualTo(CommitOutcome.STORED);
        assertThat(Mail.get(Mail.append(spool, other, new byte[50_000]))).isEqualTo(CommitOutcome.STORED);
        assertThat(listed("blob")).hasSize(2);
        markDone(List.of(large));
        await().until(() -> listed("blob").size() == 1);
        assertThat(Mail.bytes(Objects.requireNonNull(spool.find(other)))).hasSize(50_000);
    }

    @Test
    void deletesUnreferencedBlobsAtStartAndReportsAMissingOne() throws Exception {
        Ulid kept = spool.newId();
        Ulid missing = spool.newId();
        assertThat(Mail.get(Mail.append(spool, kept, new byte[50_000]))).isEqualTo(CommitOutcome.STORED);
        assertThat(Mail.get(Mail.append(spool, missing, new byte[50_000]))).isEqualTo(CommitOutcome.STORED);
        spool.close();
        Path file = directory.resolve(BlobReference.fileOf(missing));
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        Path orphan = directory.resolve("blob/00/" + spool.newId() + ".eml");
        Files.createDirectories(orphan.resolveSibling(""));
        Files.write(orphan, bytes);
        assertThat(SpoolReader.verify(directory).problems())
                .singleElement()
                .asString()
                .contains("missing");
        open();
        assertThat(spool.ids()).containsExactly(kept);
        assertThat(orphan).doesNotExist();
        spool.close();
        Files.write(file, bytes);
        open();
        assertThat(spool.ids()).containsExactly(kept, missing);
    }

    @Test
    void leavesADamagedSegmentAsItIs() throws Exception {
        Ulid rotten = Mail.stored(spool, letter(500));
        Path first = listed("segment").get(0);
        var others = new ArrayList<Ulid>();
        for (int i = 0; i < 20; i++) {
            others.add(Mail.stored(spool, letter(i)));
        }
        spool.close(); // everything is needed: nothing was compacted yet
        byte[] before = Files.readAllBytes(first);
        before[300] ^= 1;
        Files.write(first, before, StandardOpenOption.TRUNCATE_EXISTING);
        open();
        markDone(others);
        deleteMost();
        await().until(() -> spool.statistics().compactions() > 0);
        spool.close();
        assertThat(first).hasBinaryContent(before);
        assertThat(rotten).isNotNull();
        open();
    }

    /** Only what is needed is read. */
    @Test
    void damageToAMessageThatIsDoneIsDeletedWithItsSegment() throws Exception {
        Ulid rotten = Mail.stored(spool, letter(500));
        Path first = listed("segment").get(0);
        for (int i = 0; i < 20; i++) {
            Mail.stored(spool, letter(i));
        }
        spool.close();
        byte[] before = Files.readAllBytes(first);
        before[3_000] ^= 1; // within the text of the first message
        Files.write(first, before, StandardOpenOption.TRUNCATE_EXISTING);
        spool = SegmentSpool.open(
                directory,
                SpoolOptions.DEFAULTS
                        .withSync(Sync.NONE)
                        .withSegmentBytes(SEGMENT)
                        .withDamaged(SpoolOptions.Damaged.FOUND),
                e -> {},
                files);
        markDone(spool.ids());
        deleteMost();
        await().until(() -> !Files.exists(first));
        assertThat(spool.ids()).doesNotContain(rotten);
    }

    /**
     * Disk usage stays within the factor that docs/spool.md states, and all messages are intact, at the end and after a
     * restart.
     */
    @Test
    void steadyTrafficStaysWithinTheDiskUsageFactor(TestReporter reporter) throws Exception {
        var random = new Random(11);
        var held = new ArrayDeque<Ulid>();
        var lengths = new HashMap<Ulid, Integer>();
        long bytes = 0;
        double peak = 0;
        int rounds = 0;
        long until = System.nanoTime() + TRAFFIC.toNanos();
        while (System.nanoTime() < until || rounds < 300) {
            rounds++;
            int length = random.nextInt(100) == 0 ? 30_000 : random.nextInt(4_000);
            Ulid id = spool.newId();
            assertThat(Mail.get(Mail.append(spool, id, new byte[length]))).isEqualTo(CommitOutcome.STORED);
            held.add(id);
            lengths.put(id, length);
            bytes += length + 300;
            if (random.nextInt(4) == 0) {
                putState(id, "true");
            }
            if (held.size() > 200) {
                var gone = new ArrayList<Ulid>();
                for (int i = 0; i < 20; i++) {
                    Ulid oldest = random.nextInt(10) == 0 ? held.pollLast() : held.pollFirst();
                    gone.add(Objects.requireNonNull(oldest));
                    bytes -= Objects.requireNonNull(lengths.remove(oldest)) + 300;
                }
                markDone(gone);
            }
            long bound = 2 * bytes + 3 * SEGMENT;
            if (rounds % 10 == 0) {
                peak = Math.max(peak, (double) diskBytes() / bound); // measured at any time: compaction may lag behind
            }
            if (rounds % 100 == 0) {
                await().until(() -> diskBytes() <= bound);
            }
        }
        reporter.publishEntry("peak", String.format(Locale.ROOT, "%.2f of the bound, in %d rounds", peak, rounds));
        assertThat(peak).as("peak disk usage relative to the bound").isBetween(0.1, MAX_LAG_FACTOR);
        assertThat(spool.ids()).containsExactlyInAnyOrderElementsOf(held);
        spool.close();
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        open();
        assertThat(spool.ids()).containsExactlyInAnyOrderElementsOf(held);
        for (Ulid id : held) {
            assertThat(Objects.requireNonNull(spool.find(id)).bodyLength())
                    .isEqualTo(Objects.requireNonNull(lengths.get(id)).longValue());
        }
    }
}
