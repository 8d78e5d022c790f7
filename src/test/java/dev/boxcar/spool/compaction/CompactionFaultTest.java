// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction with a segment that cannot be read, and with a disk that has no room for the inventory. */
class CompactionFaultTest {
    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private Spool spool = new MemorySpool(1);

    @BeforeEach
    void open() throws SpoolException {
        var options = SpoolOptions.DEFAULTS.withSync(Sync.NONE).withSegmentBytes(100_000);
        spool = SegmentSpool.open(directory, options, e -> {}, files);
    }

    @AfterEach
    void close() throws SpoolException {
        spool.close();
    }

    private List<Path> segments() throws IOException {
        try (var found = Files.list(directory.resolve("segment"))) {
            return found.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private List<Ulid> letters(int count) {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < count; i++) {
            ids.add(Mail.stored(spool, "x".repeat(5_000)));
        }
        return ids;
    }

    private void markDone(List<Ulid> ids) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(ids, "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    @Test
    void compactsTheOtherSegmentsWhenOneIsUnreadable() throws IOException {
        List<Ulid> first = letters(25);
        Files.delete(segments().get(0));
        markDone(first);
        markDone(letters(50));
        await().until(() -> spool.statistics().compactions() > 0);
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void overwritesTheInventoryWhenThereIsNoRoomForANewOne() throws IOException {
        List<Ulid> ids = letters(60);
        awaitInventory("Segments: 1-4\n");
        files.unwritable = path -> path.endsWith("inventory.new");
        markDone(ids.subList(1, 60));
        await().until(() -> spool.statistics().compactions() > 0);
        spool.close();
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        assertThat(inventory()).doesNotStartWith("Segments: 1-4\n");
    }

    @Test
    void deletesNoSegmentWhenTheInventoryCannotBeWritten() throws IOException {
        List<Ulid> ids = letters(60);
        awaitInventory("Segments: 1-4\n");
        files.unwritable = path -> String.valueOf(path.getFileName()).startsWith("inventory");
        List<Ulid> kept = List.of(ids.get(0), ids.get(25), ids.get(45)); // one in each segment
        ids.removeAll(kept);
        markDone(ids);
        await().until(() -> segments().get(1).toString().contains("/0000000001-")); // next to its copy
        spool.close();
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
        files.unwritable = path -> false;
        open();
        assertThat(spool.ids()).isEqualTo(kept);
    }

    private String inventory() throws IOException {
        Path file = directory.resolve("inventory");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void awaitInventory(String beginning) {
        await().until(() -> inventory().startsWith(beginning));
    }
}
