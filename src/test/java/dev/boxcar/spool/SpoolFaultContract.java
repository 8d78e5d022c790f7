// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Spool} must do when its storage is full for a while, and when it fails. */
@Timeout(120)
public abstract class SpoolFaultContract {
    protected Spool spool;

    protected abstract Spool open() throws IOException;

    /** Opens another spool on the same storage after the first one has ended; the storage works again. */
    protected abstract Spool openAgain() throws IOException;

    /** Limits the storage to a few hundred more bytes, or lifts that limit. */
    protected abstract void full(boolean full);

    /** From now on nothing can be made durable. */
    protected abstract void fail();

    /** How often the spool has reported a fatal failure. */
    protected abstract int fatals();

    @BeforeEach
    void openSpool() throws IOException {
        spool = open();
    }

    @AfterEach
    void closeSpool() {
        end();
    }

    private void end() {
        try {
            spool.close();
        } catch (IOException e) {
            // it may report its failure again
        }
    }

    @Test
    void reportsNoRoomWhileFullAndThenContinues() throws IOException {
        Ulid kept = Mail.stored(spool, "kept");
        full(true);
        var refused = new ArrayList<CompletableFuture<CommitOutcome>>();
        for (int i = 0; i < 20; i++) {
            refused.add(Mail.append(spool, spool.newId(), new byte[5_000]));
        }
        for (var outcome : refused) {
            assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.NO_ROOM);
        }
        assertThat(spool.ids()).containsExactly(kept);
        assertThat(Mail.text(Objects.requireNonNull(spool.find(kept)))).isEqualTo("kept");
        assertThat(spool.statistics().slabBytes()).isZero();

        full(false);
        await().atMost(Duration.ofSeconds(Mail.SECONDS)).until(() -> spool.admits(0) == Admission.ADMITTED);
        Ulid later = Mail.stored(spool, "later");
        assertThat(fatals()).isZero();
        spool.close();
        spool = openAgain();
        assertThat(spool.ids()).containsExactly(kept, later);
    }

    @Test
    void acceptsDeletionsWhileFull() throws IOException {
        Ulid gone = Mail.stored(spool, "gone");
        full(true);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), new byte[5_000]))).isEqualTo(CommitOutcome.NO_ROOM);
        var done = new CompletableFuture<CommitOutcome>();
        spool.markDone(gone, "deleted", Runnable::run, done::complete);
        assertThat(Mail.get(done)).isEqualTo(CommitOutcome.STORED);
        full(false);
        spool.close();
        spool = openAgain();
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void aFailureIsAFaultForAllRecordsAndIsReportedOnce() throws IOException {
        Ulid kept = Mail.stored(spool, "kept");
        fail();
        var outcomes = new ArrayList<CompletableFuture<CommitOutcome>>();
        for (int i = 0; i < 20; i++) {
            outcomes.add(Mail.append(spool, spool.newId(), "lost or not " + i));
        }
        for (var outcome : outcomes) {
            assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.FAULT);
        }
        assertThat(spool.admits(0)).isEqualTo(Admission.FAULT);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "too late"))).isEqualTo(CommitOutcome.FAULT);
        var done = new CompletableFuture<CommitOutcome>();
        spool.markDone(kept, "deleted", Runnable::run, done::complete);
        assertThat(Mail.get(done)).isEqualTo(CommitOutcome.FAULT);
        end();
        assertThat(fatals()).isEqualTo(1);

        spool = openAgain();
        assertThat(spool.ids()).contains(kept);
        for (Ulid id : spool.ids()) {
            assertThat(Mail.text(Objects.requireNonNull(spool.find(id))))
                    .matches("kept|lost or not \\d+"); // completely or not at all
        }
        Mail.stored(spool, "after");
    }

    @Test
    void doesNotShowRecordsThatWereNotStored() throws IOException {
        var seen = java.util.Collections.synchronizedList(new ArrayList<Ulid>());
        spool.follow(1, record -> seen.add(record.id()));
        Ulid kept = Mail.stored(spool, "kept");
        full(true);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), new byte[5_000]))).isEqualTo(CommitOutcome.NO_ROOM);
        fail();
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "lost"))).isNotEqualTo(CommitOutcome.STORED);
        assertThat(seen).containsExactly(kept);
        assertThat(spool.ids()).containsExactly(kept);
    }
}
