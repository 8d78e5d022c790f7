// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.notify.WaitResult;
import dev.boxcar.sink.notify.WaitResult.Outcome;
import dev.boxcar.sink.search.Query;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for messages. */
@Timeout(60)
class WaitingTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private Inbox inbox;
    private Namespace box;

    @BeforeEach
    void open() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"));
        box = inbox.namespace("");
    }

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    private static Query query(String text) throws Exception {
        return Query.parse(text, ZoneOffset.UTC, Instant.EPOCH);
    }

    private CompletableFuture<WaitResult> await(String query, long after, int count, Duration timeout)
            throws Exception {
        var answer = new CompletableFuture<WaitResult>();
        assertThat(box.await(query(query), after, count, timeout, answer::complete))
                .isNotNull();
        return answer;
    }

    private static WaitResult get(CompletableFuture<WaitResult> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void isAnsweredAtOnceByMessagesAlreadyThere() throws Exception {
        Ulid first = Post.subject("order one").into(spool);
        Ulid second = Post.subject("order two").into(spool);
        var answer = await("order", 0, 2, LONG);
        assertThat(get(answer).outcome()).isEqualTo(Outcome.MATCHED);
        assertThat(ids(get(answer))).containsExactly(first, second);
        assertThat(get(answer).cursor()).isEqualTo(box.cursor());
    }

    @Test
    void isAnsweredOnceEnoughMessagesHaveArrived() throws Exception {
        Ulid first = Post.subject("order one").into(spool);
        var answer = await("subject:order", 0, 3, LONG);
        Post.subject("something else").into(spool);
        Ulid second = Post.subject("order two").into(spool);
        assertThat(answer).isNotDone();
        Ulid third = Post.subject("order three").into(spool);
        assertThat(ids(get(answer))).containsExactly(first, second, third);
    }

    @Test
    void theCursorContinuesAfterTheLastMatch() throws Exception {
        var expected = new ArrayList<Ulid>();
        var seen = new ArrayList<Ulid>();
        long after = 0;
        for (int i = 0; i < 50; i++) {
            var answer = await("order", after, 1, LONG);
            expected.add(Post.subject("order " + i).into(spool));
            seen.addAll(ids(get(answer)));
            after = get(answer).cursor();
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void missesNothingWhileManyMessagesArrive() throws Exception {
        var sender = new Thread(() -> {
            for (int i = 0; i < 500; i++) {
                try {
                    Post.subject("order " + i).into(spool);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        sender.start();
        var seen = new ArrayList<String>();
        long after = 0;
        while (seen.size() < 500) {
            WaitResult answer = get(await("order", after, 1, LONG));
            assertThat(answer.outcome()).isEqualTo(Outcome.MATCHED);
            answer.messages().forEach(message -> seen.add(message.subject()));
            after = answer.cursor();
        }
        sender.join();
        for (int i = 0; i < 500; i++) {
            assertThat(seen.get(i)).isEqualTo("order " + i);
        }
    }

    @Test
    void timesOutWithoutMessages() throws Exception {
        Post.subject("order").into(spool);
        WaitResult answer = get(await("order", 0, 2, Duration.ofMillis(50)));
        assertThat(answer.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(answer.messages()).isEmpty();
        assertThat(answer.cursor()).isZero();
        assertThat(inbox.statistics().waiting()).isZero();
    }

    @Test
    void aCancelledWaitIsNotAnswered() throws Exception {
        var answer = new CompletableFuture<WaitResult>();
        PendingWait waiting = requireNonNull(box.await(query("order"), 0, 1, LONG, answer::complete));
        waiting.cancel();
        var other = await("order", 0, 1, LONG);
        Post.subject("order").into(spool);
        get(other);
        assertThat(answer).isNotDone();
    }

    @Test
    void seesOnlyMessagesOfItsNamespace() throws Exception {
        var answer = new CompletableFuture<WaitResult>();
        inbox.namespace("mine.example").await(Query.ALL, 0, 1, LONG, answer::complete);
        Post.subject("theirs").into(spool);
        Ulid mine = Post.of("Subject: mine", "", "").to("x@mine.example").into(spool);
        assertThat(ids(get(answer))).containsExactly(mine);
    }

    @Test
    void refusesMoreThanAThousandWaits() throws Exception {
        var waits = new ArrayList<PendingWait>();
        for (int i = 0; i < 1000; i++) {
            waits.add(box.await(query("order"), 0, 1, LONG, answer -> {}));
        }
        assertThat(waits).doesNotContainNull();
        assertThat(box.await(query("order"), 0, 1, LONG, answer -> {})).isNull();
        waits.get(0).cancel();
        assertThat(box.await(query("order"), 0, 1, LONG, answer -> {})).isNotNull();
    }

    @Test
    void isAnsweredWhenTheInboxIsClosed() throws Exception {
        var answer = await("order", 0, 1, LONG);
        inbox.close();
        assertThat(get(answer).outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(get(answer).problem()).isEqualTo("the inbox was closed");
    }

    @Test
    void aHostileExpressionFailsOnlyItsOwnWait() throws Exception {
        var hostile = await("subject:/^(a|aa)+\\1b/", 0, 1, LONG);
        var other = await("subject:aaa", 0, 1, LONG);
        Post.subject("a".repeat(100) + "!").into(spool);
        assertThat(get(other).outcome()).isEqualTo(Outcome.MATCHED);
        assertThat(get(hostile).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(get(hostile).problem()).contains("takes too long");
    }

    @Test
    void anExpressionThatIsSlowOnEveryMessageFailsItsWait() throws Exception {
        var slow = await("subject:/a.*a.*a.*b/", 0, 1, LONG); // takes about ten milliseconds per message
        for (int i = 0; i < 500; i++) {
            Post.subject("a".repeat(120)).into(spool);
        }
        assertThat(get(slow).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(get(slow).problem()).contains("takes too long");
    }

    private static List<Ulid> ids(WaitResult answer) {
        return answer.messages().stream().map(MessageSummary::id).toList();
    }
}
