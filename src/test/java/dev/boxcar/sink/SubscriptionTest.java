// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.InboxEvent.Arrived;
import dev.boxcar.sink.notify.InboxEvent.BulkChange;
import dev.boxcar.sink.notify.InboxEvent.Counts;
import dev.boxcar.sink.notify.InboxEvent.Deleted;
import dev.boxcar.sink.notify.InboxEvent.Pruned;
import dev.boxcar.sink.notify.InboxEvent.Truncated;
import dev.boxcar.sink.notify.InboxEvent.Updated;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.sink.search.Query;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The events that subscribers get. */
class SubscriptionTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);

    @SuppressWarnings("NullAway.Init") // each test opens its own
    private Inbox inbox;

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    private static class Events implements Subscription.Listener {
        final LinkedBlockingQueue<InboxEvent> events = new LinkedBlockingQueue<>();
        volatile boolean dropped;

        @Override
        public void event(InboxEvent event) {
            events.add(event);
        }

        @Override
        public void dropped() {
            dropped = true;
        }

        /** The next event, without the counts. */
        InboxEvent next() throws InterruptedException {
            for (; ; ) {
                InboxEvent event = events.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
                if (!(event instanceof Counts)) {
                    return event;
                }
            }
        }
    }

    @Test
    void reportsArrivedMessagesBeforeTheInboxIsClosed() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Namespace box = inbox.namespace("");
        var mayContinue = new CountDownLatch(1);
        var heard = new Events() {
            @Override
            public void event(InboxEvent event) {
                super.event(event);
                if (event instanceof Arrived && mayContinue.getCount() > 0) {
                    await().atMost(BOUND).until(() -> mayContinue.getCount() == 0);
                }
            }
        };
        assertThat(box.subscribe(Runnable::run, heard)).isNotNull();
        for (int i = 0; i < 100; i++) {
            Post.subject("x").into(spool);
        }
        var closing = new Thread(inbox::close);
        closing.start();
        await().atMost(BOUND).until(() -> {
            PendingWait waiting = box.await(Query.ALL, Long.MAX_VALUE, 1, BOUND, answer -> {});
            if (waiting != null) {
                waiting.cancel();
            }
            return waiting == null;
        });
        mayContinue.countDown();
        closing.join(BOUND.toMillis());
        assertThat(heard.events.stream().filter(Arrived.class::isInstance)).hasSize(100);
    }

    private Events listen(String namespace) {
        var heard = new Events();
        assertThat(inbox.namespace(namespace).subscribe(Runnable::run, heard)).isNotNull();
        return heard;
    }

    @Test
    void reportsEveryChangeInOrder() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Namespace box = inbox.namespace("");
        Events heard = listen("");
        assertThat(heard.events.poll()).isEqualTo(new Counts(0, 0));
        Ulid id = Post.subject("x").into(spool);
        assertThat(heard.next())
                .isInstanceOfSatisfying(
                        Arrived.class,
                        arrived -> assertThat(arrived.message().id()).isEqualTo(id));
        box.setRead(List.of(id), true);
        assertThat(heard.next()).isEqualTo(new Updated(id, true, null));
        box.setRead(List.of(id), true); // no change
        box.setTags(List.of(id), List.of("a"));
        assertThat(heard.next()).isEqualTo(new Updated(id, null, List.of("a")));
        box.renameTag("A", "b");
        assertThat(heard.next()).isEqualTo(new Updated(id, null, List.of("b")));
        box.deleteTag("b");
        assertThat(heard.next()).isEqualTo(new Updated(id, null, List.of()));
        box.delete(List.of(id));
        assertThat(heard.next()).isEqualTo(new Deleted(id));
        box.deleteAll();
        assertThat(heard.next()).isEqualTo(new Truncated());
    }

    @Test
    void reportsCountsAfterChanges() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Events heard = listen("");
        for (int i = 0; i < 20; i++) {
            Post.subject("x").into(spool);
        }
        await().atMost(BOUND).until(() -> heard.events.contains(new Counts(20, 20)));
        inbox.namespace("").setRead(Query.ALL, true);
        await().atMost(BOUND).until(() -> heard.events.contains(new Counts(20, 0)));
        // at most four counts per second, not one per message
        assertThat(heard.events.stream().filter(Counts.class::isInstance).count())
                .isLessThan(15);
    }

    @Test
    void reportsManyChangesAsOneEvent() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        for (int i = 0; i < 300; i++) {
            Post.subject("x").into(spool);
        }
        Events heard = listen("");
        inbox.namespace("").setRead(Query.ALL, true);
        assertThat(heard.next()).isEqualTo(new BulkChange(300));
        inbox.namespace("").delete(Query.ALL);
        assertThat(heard.next()).isEqualTo(new BulkChange(300));
    }

    @Test
    void reportsPrunedMessages() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL.withMessages(5), NamespaceSelector.NONE);
        Events heard = listen("");
        for (int i = 0; i < 25; i++) {
            Post.subject("x").into(spool);
        }
        await().atMost(BOUND)
                .until(() -> heard.events.stream()
                                .filter(Pruned.class::isInstance)
                                .mapToLong(event -> ((Pruned) event).messages())
                                .sum()
                        == 20);
    }

    @Test
    void reportsOnlyTheSubscribedNamespace() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"));
        Events heard = listen("mine.example");
        Ulid theirs = Post.subject("theirs").into(spool);
        inbox.namespace("").delete(List.of(theirs));
        Ulid mine = Post.of("Subject: mine", "", "").to("x@mine.example").into(spool);
        assertThat(heard.next())
                .isInstanceOfSatisfying(
                        Arrived.class,
                        arrived -> assertThat(arrived.message().id()).isEqualTo(mine));
        inbox.namespace("").delete(List.of(mine));
        inbox.namespace("mine.example").setRead(List.of(mine), true);
        assertThat(heard.next()).isEqualTo(new Updated(mine, true, null));
    }

    @Test
    void doesNotReportMessagesThatWereThereBefore() throws Exception {
        for (int i = 0; i < 100; i++) {
            Post.subject("old").into(spool);
        }
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Events heard = listen("");
        Ulid id = Post.subject("new").into(spool);
        assertThat(heard.next())
                .isInstanceOfSatisfying(
                        Arrived.class,
                        arrived -> assertThat(arrived.message().id()).isEqualTo(id));
    }

    @Test
    void dropsOnlyASlowListener() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        var tasks = new ArrayList<Runnable>();
        var slow = new Events();
        inbox.namespace("").subscribe(tasks::add, slow);
        Events quick = listen("");
        for (int i = 0; i < 1500; i++) {
            Post.subject("x").into(spool);
        }
        await().atMost(BOUND)
                .until(() ->
                        quick.events.stream().filter(Arrived.class::isInstance).count() == 1500);
        List.copyOf(tasks).forEach(Runnable::run);
        assertThat(slow.dropped).isTrue();
        assertThat(slow.events).isEmpty();
        assertThat(quick.dropped).isFalse();
        assertThat(inbox.statistics().droppedListeners()).isEqualTo(1);
        assertThat(inbox.statistics().listening()).isEqualTo(1);
    }
}
