// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.server.port.MessageSink.Incoming;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.segment.SegmentSpool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More bodies at once than there are slabs: none of them waits forever. */
@Timeout(60)
class ShortMemoryTest {
    private static final int BODIES = 150;
    private static final int PIECE = 10_000;
    private static final int PIECES = 30;

    @TempDir
    Path directory;

    /** Each body has a slab that is not full; together these exceed the limit. */
    @Test
    void allBodiesProceedWhenPartlyFilledSlabsUseUpMemory() throws Exception {
        var options = SpoolOptions.DEFAULTS.withSync(Sync.NONE).withSlabBytes(8 * 1024 * 1024);
        try (Spool spool = SegmentSpool.open(directory, options, e -> {})) {
            var sink = new SpoolSink(spool);
            var bodies = new ArrayList<Incoming>();
            for (int i = 0; i < BODIES; i++) {
                Incoming body = sink.begin(Runnable::run);
                body.whenRoom(() -> {}); // polled below
                bodies.add(body);
            }
            var bytes = new byte[PIECE];
            for (int piece = 0; piece < PIECES; piece++) {
                for (Incoming body : bodies) {
                    if (!body.mayTake()) {
                        await().pollDelay(Duration.ZERO)
                                .pollInterval(Duration.ofMillis(1))
                                .until(body::mayTake);
                    }
                    body.write(bytes, 0, PIECE);
                }
            }
            for (Incoming body : bodies) {
                var outcome = new CompletableFuture<CommitOutcome>();
                body.commit(Mail.envelope("a@b"), outcome::complete);
                assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
            }
            assertThat(spool.ids()).hasSize(BODIES);
            await().until(() -> spool.statistics().slabBytes() == 0);
        }
    }
}
