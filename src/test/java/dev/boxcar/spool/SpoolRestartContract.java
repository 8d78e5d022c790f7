// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.CommitOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Spool} that outlives its process must do across a restart, however the earlier run ended. */
@Timeout(120)
public abstract class SpoolRestartContract {
    protected Spool spool;

    /** Opens a spool on storage that is empty at the first call in a test. */
    protected abstract Spool open() throws IOException;

    /** Ends the run of {@code spool} in the way that is tested, and opens another spool on the same storage. */
    protected abstract Spool restarted(Spool spool) throws IOException;

    @BeforeEach
    void openSpool() throws IOException {
        spool = open();
    }

    @AfterEach
    void closeSpool() throws IOException {
        spool.close();
    }

    private void restart() throws IOException {
        spool = restarted(spool);
    }

    private void putState(Ulid id, String namespace, String value) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.putState(id, namespace, KeyValueText.of(Map.of("Value", value)), Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    private void markDone(Collection<Ulid> ids) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(ids, "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    private List<String> followed(long from) {
        var seen = Collections.synchronizedList(new ArrayList<String>());
        var end = new CompletableFuture<Boolean>();
        spool.follow(from, new Spool.Follower() {
            @Override
            public void record(SpoolRecord record) {
                seen.add(record.sequence() + " " + record.type().isMessage() + " " + record.id());
            }

            @Override
            public void caughtUp() {
                end.complete(true);
            }
        });
        Mail.get(end);
        return List.copyOf(seen);
    }

    @Test
    void keepsEachMessageByteForByteInOrder() throws IOException {
        var random = new Random(11);
        var sent = new ArrayList<byte[]>();
        var ids = new ArrayList<Ulid>();
        for (int length : new int[] {0, 1, 4095, 4096, 70_000, 1024 * 1024, 1024 * 1024 + 1, 3_000_000, 10}) {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            sent.add(bytes);
            ids.add(spool.newId());
            assertThat(Mail.get(Mail.append(spool, ids.get(ids.size() - 1), bytes)))
                    .isEqualTo(CommitOutcome.STORED);
        }
        restart();
        assertThat(spool.ids()).isEqualTo(ids);
        for (int i = 0; i < ids.size(); i++) {
            SpoolRecord found = Objects.requireNonNull(spool.find(ids.get(i)));
            assertThat(Mail.bytes(found)).isEqualTo(sent.get(i));
            assertThat(found.bodyLength()).isEqualTo(sent.get(i).length);
            assertThat(found.text()).hasToString(Mail.envelope("a@b.example").toString());
        }
        assertThat(spool.statistics().held()).isEqualTo(ids.size());
    }

    @Test
    void keepsTheLatestStatesAndForgetsMessagesThatAreDone() throws IOException {
        Ulid kept = Mail.stored(spool, "kept");
        Ulid gone = Mail.stored(spool, "gone");
        putState(kept, "inbox", "1");
        putState(kept, "inbox", "2");
        putState(kept, "queue", "3");
        putState(gone, "inbox", "4");
        markDone(List.of(gone));
        restart();
        assertThat(spool.ids()).containsExactly(kept);
        assertThat(spool.find(gone)).isNull();
        assertThat(spool.states(gone)).isEmpty();
        assertThat(spool.states(kept)).containsOnlyKeys("inbox", "queue");
        assertThat(Objects.requireNonNull(spool.states(kept).get("inbox")).first("Value"))
                .isEqualTo("2");
        putState(kept, "inbox", "5");
        restart();
        assertThat(Objects.requireNonNull(spool.states(kept).get("inbox")).first("Value"))
                .isEqualTo("5");
    }

    /** A large message may be deleted while its file is still being written. A restart must not change the result. */
    @Test
    void ignoresStatesAndDeletionsFromBeforeTheMessage() throws IOException {
        Ulid id = spool.newId();
        markDone(List.of(id));
        putState(id, "inbox", "early");
        assertThat(Mail.get(Mail.append(spool, id, "late"))).isEqualTo(CommitOutcome.STORED);
        for (int run = 1; run <= 3; run++) {
            assertThat(Mail.text(Objects.requireNonNull(spool.find(id)))).isEqualTo("late");
            assertThat(spool.states(id)).isEmpty();
            restart();
        }
        putState(id, "inbox", "later");
        restart();
        assertThat(spool.states(id)).containsOnlyKeys("inbox");
        markDone(List.of(id));
        restart();
        assertThat(spool.find(id)).isNull();
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void continuesSequencesAndIdsWithoutReusingAny() throws IOException {
        Ulid first = Mail.stored(spool, "first");
        Ulid second = Mail.stored(spool, "second");
        Ulid last = Mail.stored(spool, "last");
        List<String> before = followed(2);
        restart();
        assertThat(followed(2)).isEqualTo(before).hasSize(2);
        markDone(List.of(last));
        restart();
        Ulid next = Mail.stored(spool, "next");
        assertThat(next).isGreaterThan(last);
        assertThat(Objects.requireNonNull(spool.find(next)).sequence()).isGreaterThanOrEqualTo(5); // 4 was the deletion
        assertThat(spool.ids()).containsExactly(first, second, next);
        assertThat(followed(1)).hasSize(3).startsWith("1 true " + first, "2 true " + second);
    }

    @Test
    void deletesMessagesOfAnEarlierRun() throws IOException {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 100; i++) {
            ids.add(Mail.stored(spool, "message " + i));
        }
        restart();
        markDone(ids.subList(10, 90));
        assertThat(spool.ids()).hasSize(20);
        restart();
        assertThat(spool.ids()).hasSize(20).doesNotContainAnyElementsOf(ids.subList(10, 90));
        markDone(spool.ids());
        restart();
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void losesNothingInManyRestarts() throws IOException {
        var ids = new ArrayList<Ulid>();
        for (int run = 0; run < 12; run++) {
            ids.add(Mail.stored(spool, "run " + run));
            restart();
            if (run % 3 == 0) {
                restart(); // a run that does nothing
            }
            assertThat(spool.ids()).isEqualTo(ids);
        }
        for (int run = 0; run < 12; run++) {
            assertThat(Mail.text(Objects.requireNonNull(spool.find(ids.get(run)))))
                    .isEqualTo("run " + run);
        }
    }

    @Test
    void anEmptySpoolStaysEmpty() throws IOException {
        restart();
        assertThat(spool.ids()).isEmpty();
        assertThat(followed(1)).isEmpty();
        Mail.stored(spool, "first");
    }
}
