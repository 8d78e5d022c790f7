// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.disk.ForceNotStartedException;
import dev.boxcar.spool.memory.MemorySpool;
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

/**
 * A directory that cannot be opened to be forced is a temporary shortage: the client gets 452, nothing is left behind,
 * and the spool continues.
 */
class TooFewDescriptorsTest {
    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final CompletableFuture<String> fatal = new CompletableFuture<>();
    private Spool spool = new MemorySpool(1);

    @BeforeEach
    void open() throws SpoolException {
        var options = SpoolOptions.DEFAULTS.withSegmentBytes(100_000).withBlobBytes(50_000);
        spool = SegmentSpool.open(directory, options, e -> fatal.complete("" + e.getMessage()), files);
    }

    @AfterEach
    void close() throws SpoolException {
        spool.close();
        assertThat(fatal).isNotDone();
    }

    private List<Path> files(String room) throws IOException {
        Path in = directory.resolve(room);
        if (!Files.exists(in)) {
            return List.of();
        }
        try (var found = Files.walk(in)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void served(byte[] bytes) {
        files.unopenable = path -> false;
        await().until(() -> spool.admits(0) == Admission.ADMITTED);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), bytes))).isEqualTo(CommitOutcome.STORED);
        assertThat(spool.ids()).hasSize(1);
    }

    @Test
    void distinguishesADirectoryThatCannotBeOpenedFromAFailedForce() {
        assertThatThrownBy(() -> Disk.LOCAL.forceDirectory(directory.resolve("none")))
                .isInstanceOf(ForceNotStartedException.class);
    }

    @Test
    void createsNoSegment() throws IOException {
        files.unopenable = path -> true;
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "refused"))).isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(files("segment")).isEmpty();
        served(new byte[10]);
        assertThat(files("segment")).hasSize(1);
    }

    @Test
    void doesNotForceTheDirectoryOfALargeMessage() throws IOException {
        files.unopenable = path -> path.equals(directory);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), new byte[60_000])))
                .isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(files("blob")).isEmpty();
        served(new byte[60_000]);
    }

    @Test
    void doesNotForceTheNameOfALargeMessage() throws IOException {
        files.unopenable =
                path -> path.startsWith(directory.resolve("blob")) && !path.equals(directory.resolve("blob"));
        assertThat(Mail.get(Mail.append(spool, spool.newId(), new byte[60_000])))
                .isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(files("blob")).isEmpty();
        served(new byte[60_000]);
        assertThat(files("blob")).hasSize(1);
    }

    @Test
    void discardsACopyThatIsNotDurable() throws IOException {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 60; i++) {
            ids.add(Mail.stored(spool, "x".repeat(5_000)));
        }
        List<Path> segments = files("segment");
        assertThat(segments).hasSizeGreaterThan(2);
        files.unopenable = path -> path.endsWith("segment");
        var outcome = new CompletableFuture<CommitOutcome>();
        List<Ulid> kept = List.of(ids.get(0), ids.get(25), ids.get(45)); // one in each segment
        ids.removeAll(kept);
        spool.markDone(ids, "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        await().until(() -> files.failedOpens.get() > 0 && files("segment").equals(segments));
        spool.close();
        files.unopenable = path -> false;
        open();
        await().until(() -> spool.statistics().compactions() > 0);
        assertThat(spool.ids()).isEqualTo(kept);
    }
}
