// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.segment.SegmentSpool;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue of a relay that is stopped. */
class QueueLsTest {
    private static final Instant ACCEPTED = Instant.parse("2026-01-30T10:00:00Z");

    @TempDir
    Path directory;

    @Test
    void aMessageThatWasNotTriedIsActive() throws Exception {
        append("<ann@sender.example>");

        assertThat(ls())
                .contains("\"from\":\"ann@sender.example\"")
                .contains("\"address\":\"bob@there.example\"")
                .contains("\"state\":\"active\"")
                .contains("\"nextAttempt\":\"2026-01-30T10:00:00Z\"");
    }

    @Test
    void aMessageForLaterIsScheduledUntilItsTime() throws Exception {
        append("<ann@sender.example> HOLDUNTIL=2999-01-01T00:00:00Z");

        assertThat(ls()).contains("\"state\":\"scheduled\"").contains("\"nextAttempt\":\"2999-01-01T00:00:00Z\"");
    }

    @Test
    void aMessageWhoseTimeHasComeIsActive() throws Exception {
        append("<ann@sender.example> HOLDUNTIL=2000-01-01T00:00:00Z");

        assertThat(ls()).contains("\"state\":\"active\"");
    }

    private void append(String reversePath) throws Exception {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("1", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] from = reversePath.getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        byte[] to = "<bob@there.example>".getBytes(US_ASCII);
        writer.forwardPath(to, 0, to.length);
        Envelope envelope = writer.finish(ACCEPTED, EnumSet.noneOf(Envelope.Flag.class));
        try (var spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, cause -> {})) {
            var outcome = new CompletableFuture<CommitOutcome>();
            new SpoolRelayQueue(spool, 10)
                    .append(envelope, "text\r\n".getBytes(US_ASCII), Runnable::run, outcome::complete);
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
        }
    }

    private String ls() {
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "queue", "ls", "--json", "--spool", directory.toString());
        assertThat(outcome.err()).isEmpty();
        return outcome.out();
    }
}
