// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads a spool whose segments are compacted as fast as they are read. */
@Timeout(60)
class SpoolReaderTest {
    private static final int LOOKS = 30;
    private static final int MOST_SEGMENTS = 100;

    @TempDir
    Path directory;

    private final SpoolOptions options =
            SpoolOptions.DEFAULTS.withSync(Sync.NONE).withSegmentBytes(20_000);

    @Test
    void readsListedMessagesAfterAllSegmentsAreDeleted() throws IOException {
        var sent = new TreeMap<Ulid, String>();
        try (Spool spool = SegmentSpool.open(directory, options, e -> {})) {
            for (int i = 0; i < 30; i++) {
                String text = "letter " + i + " " + "x".repeat(3_000);
                sent.put(Mail.stored(spool, text), text);
            }
        }
        try (var reader = SpoolReader.open(directory)) {
            for (Path segment : segments()) {
                Files.delete(segment);
            }
            assertThat(reader.ids()).containsExactlyElementsOf(sent.keySet());
            for (Map.Entry<Ulid, String> one : sent.entrySet()) {
                assertThat(Mail.text(Objects.requireNonNull(reader.find(one.getKey()))))
                        .isEqualTo(one.getValue());
                assertThat(reader.isIntact(one.getKey())).isTrue();
            }
        }
    }

    private int segmentFiles() {
        return Objects.requireNonNull(directory.resolve("segment").toFile().list()).length;
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory.resolve("segment"))) {
            return files.toList();
        }
    }

    @Test
    void listsAndReadsMessagesWhileSegmentsAreCompacted() throws Exception {
        try (Spool spool = SegmentSpool.open(directory, options, e -> {})) {
            var kept = new ArrayList<Ulid>();
            for (int i = 0; i < 50; i++) {
                kept.add(Mail.stored(spool, "kept " + i));
                Mail.stored(spool, "x".repeat(2_000));
            }
            var ended = new AtomicBoolean();
            var traffic = CompletableFuture.runAsync(() -> appendAndDelete(spool, ended));
            try {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Mail.SECONDS);
                for (int i = 0; i < LOOKS || spool.statistics().compactions() == 0; i++) {
                    assertThat(System.nanoTime()).as("the time of a compaction").isLessThan(deadline);
                    checkReader(kept);
                }
            } finally {
                ended.set(true);
            }
            traffic.get(Mail.SECONDS, TimeUnit.SECONDS);
            assertThat(spool.statistics().compactions()).isPositive();
        }
    }

    private void appendAndDelete(Spool spool, AtomicBoolean ended) {
        var held = new ArrayDeque<Ulid>();
        while (!ended.get()) {
            if (segmentFiles() > MOST_SEGMENTS) {
                LockSupport.parkNanos(1_000_000); // compaction lags behind: no more segments than can be kept open
                continue;
            }
            held.add(Mail.stored(spool, "y".repeat(2_000)));
            if (held.size() > 20) {
                var outcome = new CompletableFuture<CommitOutcome>();
                spool.markDone(List.of(held.remove(), held.remove()), "deleted", Runnable::run, outcome::complete);
                assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
            }
        }
    }

    private void checkReader(List<Ulid> kept) throws IOException {
        try (var reader = SpoolReader.open(directory)) {
            List<Ulid> ids = reader.ids();
            assertThat(ids).containsAll(kept);
            for (Ulid id : ids) {
                assertThat(Mail.bytes(Objects.requireNonNull(reader.find(id), id.toString())))
                        .isNotEmpty();
            }
        }
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
    }

    @Test
    void reportsADirectoryThatIsNotASpool() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("README"), "not a spool");
        assertThatThrownBy(() -> SpoolReader.open(other))
                .isInstanceOf(SpoolException.class)
                .hasMessage("there is no spool in " + other + ": name one with --spool DIR");
        assertThatThrownBy(() -> SpoolReader.verify(other)).isInstanceOf(SpoolException.class);
    }

    @Test
    void readsASpoolWithoutAFormatFile() throws IOException {
        try (Spool spool = SegmentSpool.open(directory, options, e -> {})) {
            Mail.stored(spool, "kept");
        }
        Files.delete(directory.resolve("format"));
        try (var reader = SpoolReader.open(directory)) {
            assertThat(reader.ids()).hasSize(1);
        }
    }
}
