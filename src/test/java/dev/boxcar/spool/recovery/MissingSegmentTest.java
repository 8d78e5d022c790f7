// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * While a segment is missing, states and deletions of its messages are kept, and none of its sequence numbers is
 * reused.
 */
@Timeout(60)
class MissingSegmentTest {
    private static final SpoolOptions OPTIONS =
            SpoolOptions.DEFAULTS.withSync(Sync.NONE).withSegmentBytes(20_000);

    @TempDir
    Path directory;

    private Spool open() throws SpoolException {
        return SegmentSpool.open(directory, OPTIONS, e -> {});
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory.resolve("segment"))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static void markDone(Spool spool, List<Ulid> ids) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(ids, "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    private static List<Ulid> letters(Spool spool, int count) {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < count; i++) {
            ids.add(Mail.stored(spool, "x".repeat(3_000)));
        }
        return ids;
    }

    @Test
    void keepsDeletionsAndStatesWhenASegmentIsPutBackAfterACompaction() throws IOException {
        List<Ulid> first;
        try (Spool spool = open()) {
            first = letters(spool, 5);
            letters(spool, 5); // these and the following ones are in the second segment
            markDone(spool, first.subList(1, 4));
            var outcome = new CompletableFuture<CommitOutcome>();
            spool.putState(
                    first.get(0), "inbox", KeyValueText.of(Map.of("Read", "true")), Runnable::run, outcome::complete);
            assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
            letters(spool, 15);
        }
        Path missing = segments().get(0);
        Path second = segments().get(1);
        Path aside = directory.resolve("aside.seg");
        Files.move(missing, aside);
        try (Spool spool = open()) {
            assertThat(spool.ids()).doesNotContainAnyElementsOf(first);
            assertThat(spool.states(first.get(0))).isEmpty();
            markDone(spool, spool.ids());
            letters(spool, 10);
            await().until(() -> !Files.exists(second));
        }
        Files.move(aside, missing);
        try (Spool spool = open()) {
            assertThat(spool.ids())
                    .contains(first.get(0), first.get(4))
                    .doesNotContainAnyElementsOf(first.subList(1, 4));
            assertThat(Objects.requireNonNull(spool.states(first.get(0)).get("inbox"))
                            .first("Read"))
                    .isEqualTo("true");
        }
    }

    @Test
    void reusesNoSequenceWhenManySegmentsAreMissing() throws IOException {
        long highest;
        try (Spool spool = open()) {
            for (int i = 0; i < 30; i++) {
                var ids = new ArrayList<Ulid>();
                for (int j = 0; j < 20; j++) {
                    ids.add(Mail.stored(spool, "letter"));
                }
                markDone(spool, ids);
            }
            await().until(() -> segments().size() <= 2);
            highest = sequence(spool);
            assertThat(highest).isGreaterThan(1_200);
        }
        for (Path segment : segments()) {
            Files.delete(segment);
        }
        try (Spool spool = open()) {
            assertThat(sequence(spool)).isGreaterThan(highest);
        }
    }

    private static long sequence(Spool spool) throws IOException {
        return Objects.requireNonNull(spool.find(Mail.stored(spool, "last"))).sequence();
    }
}
