// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Spool} must do, wherever it stores its records. */
public abstract class SpoolContract {
    protected Spool spool;

    protected abstract Spool open() throws IOException;

    @BeforeEach
    void openSpool() throws IOException {
        spool = open();
    }

    @AfterEach
    void closeSpool() throws IOException {
        spool.close();
    }

    @Test
    void findsWhatWasStoredByteForByte() throws IOException {
        var random = new Random(7);
        for (int length : new int[] {0, 1, 4095, 4096, 4097, 4096 + 65536, 4096 + 65536 + 1, 3_000_000}) {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            Ulid id = spool.newId();
            assertThat(Mail.get(Mail.append(spool, id, bytes))).isEqualTo(CommitOutcome.STORED);
            SpoolRecord found = Objects.requireNonNull(spool.find(id));
            assertThat(Mail.bytes(found)).isEqualTo(bytes);
            assertThat(found.bodyLength()).isEqualTo(length);
            assertThat(found.text()).hasToString(Mail.envelope("a@b.example").toString());
            assertThat(found.type().isMessage()).isTrue();
        }
        assertThat(spool.statistics().slabBytes()).isZero();
    }

    @Test
    void storesBytesThatLookLikeRecords() throws IOException {
        String quoted = "@boxcar1 MESSAGE 01KAM3Z6T8Q0B5X9V7W2N4C6DE\n\n\n@boxcar1 DONE   \n";
        Ulid id = Mail.stored(spool, quoted);
        assertThat(Mail.text(Objects.requireNonNull(spool.find(id)))).isEqualTo(quoted);
    }

    @Test
    void findsNothingForAnUnknownId() throws IOException {
        assertThat(spool.find(spool.newId())).isNull();
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void listsInCommitOrder() {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 50; i++) {
            ids.add(Mail.stored(spool, "message " + i));
        }
        assertThat(spool.ids()).isEqualTo(ids);
        assertThat(ids).isSorted();
    }

    @Test
    void keepsTheOrderOfEachThread() throws Exception {
        int threads = 4;
        int each = 500;
        var seen = Collections.synchronizedList(new ArrayList<SpoolRecord>());
        spool.follow(1, seen::add);
        var all = new CountDownLatch(threads * each);
        var ids = new ArrayList<List<Ulid>>();
        var running = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            var mine = new ArrayList<Ulid>();
            ids.add(mine);
            var thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    Ulid id = spool.newId();
                    mine.add(id);
                    IncomingBody body =
                            Mail.body(spool, id.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    spool.append(id, Mail.envelope("a@b"), body, Runnable::run, outcome -> {
                        if (outcome == CommitOutcome.STORED) {
                            all.countDown();
                        }
                    });
                }
            });
            running.add(thread);
            thread.start();
        }
        for (Thread thread : running) {
            thread.join(TimeUnit.SECONDS.toMillis(Mail.SECONDS));
        }
        assertThat(all.await(Mail.SECONDS, TimeUnit.SECONDS)).isTrue();

        List<Ulid> order = seen.stream().map(SpoolRecord::id).toList();
        assertThat(order).hasSize(threads * each).doesNotHaveDuplicates().isEqualTo(spool.ids());
        for (List<Ulid> mine : ids) {
            assertThat(order.stream().filter(mine::contains).toList()).isEqualTo(mine);
        }
        assertThat(seen.stream().map(SpoolRecord::sequence).toList())
                .isEqualTo(java.util.stream.LongStream.rangeClosed(1, (long) threads * each)
                        .boxed()
                        .toList());
        for (Ulid id : order) {
            assertThat(Mail.text(Objects.requireNonNull(spool.find(id)))).isEqualTo(id.toString());
        }
    }

    @Test
    void findsAndShowsAMessageBeforeItsCallback() throws IOException {
        var events = Collections.synchronizedList(new ArrayList<String>());
        spool.follow(1, record -> events.add("followed " + record.id() + " " + Mail.text(record)));
        var end = new CompletableFuture<CommitOutcome>();
        Ulid id = spool.newId();
        spool.append(
                id,
                Mail.envelope("a@b"),
                Mail.body(spool, "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Runnable::run,
                outcome -> {
                    events.add("completed, listed " + spool.ids().contains(id));
                    end.complete(outcome);
                });
        assertThat(Mail.get(end)).isEqualTo(CommitOutcome.STORED);
        assertThat(events).containsExactly("followed " + id + " hello", "completed, listed true");
    }

    @Test
    void showsEachRecordOnceFromAnySequence() {
        for (int i = 1; i <= 5; i++) {
            Mail.stored(spool, "message " + i);
        }
        var seen = Collections.synchronizedList(new ArrayList<String>());
        spool.follow(3, record -> seen.add(record.sequence() + " " + Mail.text(record)));
        Mail.stored(spool, "message 6");
        assertThat(seen).containsExactly("3 message 3", "4 message 4", "5 message 5", "6 message 6");
    }

    @Test
    void showsStoredRecordsWithoutDoneOnesAndTellsWhereTheyEnd() throws IOException {
        Ulid gone = Mail.stored(spool, "gone");
        Ulid kept = Mail.stored(spool, "kept");
        putState(kept, "inbox", Map.of("Read", "false"));
        putState(kept, "inbox", Map.of("Read", "true"));
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(List.of(gone), "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        var seen = Collections.synchronizedList(new ArrayList<String>());
        spool.follow(1, new Spool.Follower() {
            @Override
            public void record(SpoolRecord record) {
                seen.add(record.type() + " " + record.sequence());
            }

            @Override
            public void caughtUp() {
                seen.add("caught up");
            }
        });
        Mail.stored(spool, "new");
        assertThat(seen).containsExactly("MESSAGE 2", "STATE 4", "caught up", "MESSAGE 6");
    }

    @Test
    void deletesManyMessagesWithOneCallback() throws IOException {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 200; i++) {
            ids.add(Mail.stored(spool, "message " + i));
        }
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(ids.subList(0, 199), "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        assertThat(spool.ids()).containsExactly(ids.get(199));
        var none = new CompletableFuture<CommitOutcome>();
        spool.markDone(List.of(), "deleted", Runnable::run, none::complete);
        assertThat(Mail.get(none)).isEqualTo(CommitOutcome.STORED);
        assertThat(spool.statistics().batches()).isLessThan(402);
    }

    @Test
    void readsARangeOfABody() throws IOException {
        var bytes = new byte[200_000];
        new Random(3).nextBytes(bytes);
        Ulid id = spool.newId();
        var stretches = Collections.synchronizedList(new ArrayList<byte[]>());
        spool.follow(1, record -> {
            try (var body = record.body(4_000, 70_000)) {
                stretches.add(body.readAllBytes());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(Mail.get(Mail.append(spool, id, bytes))).isEqualTo(CommitOutcome.STORED);
        SpoolRecord found = Objects.requireNonNull(spool.find(id));
        for (long[] stretch :
                new long[][] {{0, 1}, {0, 200_000}, {4_096, 5}, {4_095, 65_538}, {199_999, 10}, {200_000, 1}}) {
            try (var body = found.body(stretch[0], stretch[1])) {
                int end = (int) Math.min(bytes.length, stretch[0] + stretch[1]);
                assertThat(body.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, (int) stretch[0], end));
            }
        }
        assertThat(stretches).hasSize(1);
        assertThat(stretches.get(0)).isEqualTo(java.util.Arrays.copyOfRange(bytes, 4_000, 74_000));
        assertThatThrownBy(() -> found.body(200_001, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void showsRecordsToOtherFollowersWhenOneThrows() {
        var seen = Collections.synchronizedList(new ArrayList<Long>());
        spool.follow(1, record -> {
            throw new IllegalStateException("a follower's bug, thrown by a test");
        });
        spool.follow(1, record -> seen.add(record.sequence()));
        Mail.stored(spool, "one");
        assertThat(seen).containsExactly(1L);
    }

    @Test
    void keepsTheLatestStateOfEachNamespace() {
        Ulid id = Mail.stored(spool, "message");
        putState(id, "inbox", Map.of("Read", "false"));
        putState(id, "inbox", Map.of("Read", "true"));
        putState(id, "queue", Map.of("Next-Attempt", "2026-11-22T10:00:00Z"));
        assertThat(spool.states(id)).containsOnlyKeys("inbox", "queue");
        assertThat(Objects.requireNonNull(spool.states(id).get("inbox")).first("Read"))
                .isEqualTo("true");
    }

    private void putState(Ulid id, String namespace, Map<String, String> values) {
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.putState(id, namespace, KeyValueText.of(values), Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
    }

    @Test
    void ignoresStatesAndDeletionsFromBeforeTheMessage() throws IOException {
        Ulid id = spool.newId();
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(List.of(id), "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        putState(id, "inbox", Map.of("Read", "true"));
        assertThat(Mail.get(Mail.append(spool, id, "late"))).isEqualTo(CommitOutcome.STORED);
        assertThat(Mail.text(Objects.requireNonNull(spool.find(id)))).isEqualTo("late");
        assertThat(spool.states(id)).isEmpty();
    }

    @Test
    void rejectsStatesThatAreNotLines() {
        Ulid id = spool.newId();
        var bad = new HashMap<String, String>();
        bad.put("Tags", "one\nDONE");
        assertThatThrownBy(() -> spool.putState(id, "inbox", KeyValueText.of(bad), Runnable::run, outcome -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotFindAMessageThatIsDone() throws IOException {
        Ulid gone = Mail.stored(spool, "gone");
        Ulid kept = Mail.stored(spool, "kept");
        var seen = Collections.synchronizedList(new ArrayList<String>());
        spool.follow(3, record -> seen.add(record.type() + " " + record.text().first("Reason")));
        var outcome = new CompletableFuture<CommitOutcome>();
        spool.markDone(gone, "deleted", Runnable::run, outcome::complete);
        assertThat(Mail.get(outcome)).isEqualTo(CommitOutcome.STORED);
        assertThat(spool.find(gone)).isNull();
        assertThat(spool.ids()).containsExactly(kept);
        assertThat(seen).containsExactly("DONE deleted");
    }

    @Test
    void completesOnTheGivenExecutor() throws Exception {
        var tasks = new java.util.concurrent.LinkedBlockingQueue<Runnable>();
        var outcomes = new ArrayList<CommitOutcome>();
        spool.append(spool.newId(), Mail.envelope("a@b"), spool.newBody(), tasks::add, outcomes::add);
        Runnable task = Objects.requireNonNull(tasks.poll(Mail.SECONDS, TimeUnit.SECONDS));
        assertThat(outcomes).isEmpty();
        task.run();
        assertThat(outcomes).containsExactly(CommitOutcome.STORED);
    }

    @Test
    void continuesWhenAnExecutorRejectsATask() {
        spool.append(
                spool.newId(),
                Mail.envelope("a@b"),
                spool.newBody(),
                task -> {
                    throw new java.util.concurrent.RejectedExecutionException("the loop is closed");
                },
                outcome -> {});
        Mail.stored(spool, "next");
        assertThat(spool.ids()).hasSize(2);
    }

    @Test
    void anAbandonedMessageLeavesNothing() {
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        arrival.write(new byte[10_000], 0, 10_000);
        assertThat(spool.statistics().slabBytes()).isPositive();
        arrival.abandon();
        assertThat(spool.statistics().slabBytes()).isZero();
        assertThatThrownBy(() -> arrival.commit(Mail.envelope("a@b"), outcome -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void reportsFaultAfterClose() throws IOException {
        var before = Mail.append(spool, spool.newId(), "before");
        spool.close();
        assertThat(Mail.get(before)).isEqualTo(CommitOutcome.STORED);
        assertThat(Mail.get(Mail.append(spool, spool.newId(), "after"))).isEqualTo(CommitOutcome.FAULT);
        assertThat(spool.admits(0)).isEqualTo(Admission.FAULT);
        spool.close();
    }

    @Test
    void countsMessagesAndRecords() {
        Ulid id = Mail.stored(spool, "message");
        putState(id, "inbox", Map.of("Read", "true"));
        SpoolStatistics statistics = spool.statistics();
        assertThat(statistics.messages()).isEqualTo(1);
        assertThat(statistics.records()).isEqualTo(2);
        assertThat(statistics.held()).isEqualTo(1);
        assertThat(statistics.refused()).isZero();
    }
}
