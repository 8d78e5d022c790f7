// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.Urgency;
import dev.boxcar.spool.reader.SpoolReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that is lazy is written at once and forced later, under {@code sync = group}. */
class UrgencyTest {
    private static final Duration LIMIT = Duration.ofSeconds(Mail.SECONDS);

    @TempDir
    Path directory;

    private static CommitOutcome state(SegmentSpool spool, Ulid id, String value, Urgency urgency) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.putState(id, "test", KeyValueText.of("Value", value), urgency, Runnable::run, outcome::complete);
        return outcome.get(Mail.SECONDS, TimeUnit.SECONDS);
    }

    private SegmentSpool open() throws Exception {
        return SegmentSpool.open(directory, SpoolOptions.DEFAULTS.withSync(Sync.GROUP), cause -> {});
    }

    @Test
    void aLazyRecordIsOnDiskWhenItIsReportedAndForcedWithinASecondOrSo() throws Exception {
        try (SegmentSpool spool = open()) {
            Ulid id = Mail.stored(spool, "text");
            long forces = spool.statistics().forces();

            assertThat(state(spool, id, "one", Urgency.LAZY)).isEqualTo(CommitOutcome.STORED);

            assertThat(spool.states(id)).containsKey("test");
            try (SpoolReader other = SpoolReader.open(directory)) { // as after a crash of the process
                assertThat(String.valueOf(other.states(id).get("test"))).contains("Value: one");
            }
            await().atMost(LIMIT).until(() -> spool.statistics().forces() > forces);
        }
    }

    @Test
    void manyLazyRecordsShareOneForce() throws Exception {
        try (SegmentSpool spool = open()) {
            Ulid id = Mail.stored(spool, "text");
            long forces = spool.statistics().forces();
            for (int i = 0; i < 50; i++) {
                state(spool, id, "value " + i, Urgency.LAZY);
            }
            await().atMost(LIMIT).until(() -> spool.statistics().forces() > forces);

            assertThat(spool.statistics().forces() - forces).isLessThan(25);
        }
    }

    @Test
    void aPromptRecordIsForcedBeforeItIsReported() throws Exception {
        try (SegmentSpool spool = open()) {
            Ulid id = Mail.stored(spool, "text");
            long forces = spool.statistics().forces();

            state(spool, id, "one", Urgency.PROMPT);

            assertThat(spool.statistics().forces()).isGreaterThan(forces);
        }
    }
}
