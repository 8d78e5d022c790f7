// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Verifies a spool that is in use. */
@Timeout(120)
class VerificationTest {
    private static final int LOOKS = 100;

    @TempDir
    Path directory;

    @Test
    void doesNotReportLargeMessagesThatAreDeletedMeanwhile() throws Exception {
        var options = SpoolOptions.DEFAULTS.withSync(Sync.NONE).withBlobBytes(1_000);
        try (Spool spool = SegmentSpool.open(directory, options, e -> {})) {
            for (int i = 0; i < 100; i++) { // read before the others are looked up
                large(spool);
            }
            var ended = new AtomicBoolean();
            var traffic = CompletableFuture.runAsync(() -> {
                while (!ended.get()) {
                    var ids = new ArrayList<Ulid>();
                    for (int i = 0; i < 5; i++) {
                        ids.add(large(spool));
                    }
                    var outcome = new CompletableFuture<CommitOutcome>();
                    spool.markDone(ids, "deleted", Runnable::run, outcome::complete);
                    assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
                }
            });
            try {
                for (int i = 0; i < LOOKS; i++) {
                    assertThat(SpoolReader.verify(directory).problems()).isEmpty();
                }
            } finally {
                ended.set(true);
            }
            traffic.get(Mail.SECONDS, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    private static Ulid large(Spool spool) {
        Ulid id = spool.newId();
        assertThat(Mail.get(Mail.append(spool, id, new byte[2_000]))).isEqualTo(CommitOutcome.STORED);
        return id;
    }
}
