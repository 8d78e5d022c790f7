// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolContract;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The contract, for the spool in memory, and its capacity. */
class MemorySpoolTest extends SpoolContract {
    @Override
    protected Spool open() {
        return new MemorySpool(64 * 1024 * 1024);
    }

    /** A spool with this much memory for incoming bodies. */
    private static Spool openWithSlabs(long bytes) {
        return new MemorySpool(bytes);
    }

    @Test
    void evictsTheOldestAndShowsItToFollowers() {
        var small = new MemorySpool(100_000);
        var seen = new ArrayList<String>();
        small.follow(1, record -> seen.add(record.sequence() + " " + record.type() + " " + record.id()));
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 3; i++) {
            ids.add(Mail.stored(small, "x".repeat(40_000)));
        }
        assertThat(small.ids()).containsExactly(ids.get(1), ids.get(2));
        assertThat(seen)
                .containsExactly(
                        "1 MESSAGE " + ids.get(0),
                        "2 MESSAGE " + ids.get(1),
                        "3 DONE " + ids.get(0),
                        "4 MESSAGE " + ids.get(2));
        assertThat(small.statistics().dropped()).isEqualTo(1);
        assertThat(Mail.get(Mail.append(small, small.newId(), "x".repeat(100_001))))
                .isEqualTo(CommitOutcome.NO_ROOM);
        assertThat(small.ids()).hasSize(2);
    }

    @Test
    void logsTheFirstAndTheTenthMessageThatItDrops() {
        var log = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(MemorySpool.class);
        log.start();
        logger.addAppender(log);
        try {
            var small = new MemorySpool(100_000);
            var ids = new ArrayList<Ulid>();
            for (int i = 0; i < 2 + 12; i++) {
                ids.add(Mail.stored(small, "x".repeat(40_000)));
            }
            assertThat(log.list).hasSize(2);
            assertThat(log.list.get(0).getFormattedMessage())
                    .startsWith("dropped id=" + ids.get(0) + " evicted=1 limit-bytes=100000 ");
            assertThat(log.list.get(1).getFormattedMessage()).startsWith("dropped id=" + ids.get(9) + " evicted=10 ");
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void storesTheLargestMessageAndNoneLarger() throws IOException {
        spool.close();
        spool = openWithSlabs(1_000_000);
        long largest = spool.maxMessageBytes();
        assertThat(largest).isGreaterThan(400_000);
        assertThat(spool.admits(largest)).isEqualTo(Admission.ADMITTED);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), new byte[(int) largest])))
                .isEqualTo(CommitOutcome.STORED);
        assertThat(spool.admits(2 * largest + 1_000_000)).isEqualTo(Admission.NO_ROOM);
    }

    @Test
    void discardsAMessageWhenMemoryRunsOutAndStoresTheNext() throws IOException {
        try (Spool small = openWithSlabs(1024 * 1024)) {
            MessageSink sink = new SpoolSink(small);
            var outcomes = Collections.synchronizedList(new ArrayList<CommitOutcome>());
            var huge = sink.begin(Runnable::run);
            var bytes = new byte[64 * 1024];
            for (int i = 0; i < 20; i++) {
                huge.write(bytes, 0, bytes.length);
            }
            assertThat(small.statistics().slabBytes()).isZero(); // given back at once, not at the end of the message
            var other = sink.begin(Runnable::run);
            other.write(bytes, 0, bytes.length);
            assertThat(sink.admits(2 * 1024 * 1024)).isEqualTo(Admission.NO_ROOM);
            assertThat(sink.admits(0)).isEqualTo(Admission.ADMITTED);
            huge.commit(Mail.envelope("a@b"), outcomes::add);
            assertThat(outcomes).containsExactly(CommitOutcome.NO_ROOM);
            var end = new CompletableFuture<CommitOutcome>();
            other.commit(Mail.envelope("a@b"), end::complete);
            assertThat(Mail.get(end)).isEqualTo(CommitOutcome.STORED);
            assertThat(small.ids()).extracting(Ulid::toString).containsExactly(other.id());
        }
    }
}
