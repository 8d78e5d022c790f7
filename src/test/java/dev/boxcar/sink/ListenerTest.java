// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.InboxEvent.Arrived;
import dev.boxcar.sink.notify.InboxEvent.Counts;
import dev.boxcar.sink.notify.InboxEvent.Deleted;
import dev.boxcar.sink.notify.InboxEvent.Many;
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

/** What listeners hear. */
class ListenerTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);

    @SuppressWarnings("NullAway.Init") // each test opens its own
    private Inbox inbox;

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    private static class Heard implements Subscription.Listener {
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

        /** The next event that is no count. */
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
    void whatHasComeIsToldBeforeTheInboxIsClosed() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Namespace box = inbox.namespace("");
        var mayGoOn = new CountDownLatch(1);
        var heard = new Heard() {
            @Override
            public void event(InboxEvent event) {
                super.event(event);
                if (event instanceof Arrived && mayGoOn.getCount() > 0) {
                    await().atMost(BOUND).until(() -> mayGoOn.getCount() == 0);
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
        mayGoOn.countDown();
        closing.join(BOUND.toMillis());
        assertThat(heard.events.stream().filter(Arrived.class::isInstance)).hasSize(100);
    }

    private Heard listen(String namespace) {
        var heard = new Heard();
        assertThat(inbox.namespace(namespace).subscribe(Runnable::run, heard)).isNotNull();
        return heard;
    }

    @Test
    void eachThingThatHappensIsToldInOrder() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Namespace box = inbox.namespace("");
        Heard heard = listen("");
        assertThat(heard.events.poll()).isEqualTo(new Counts(0, 0));
        Ulid id = Post.subject("x").into(spool);
        assertThat(heard.next())
                .isInstanceOfSatisfying(
                        Arrived.class,
                        arrived -> assertThat(arrived.message().id()).isEqualTo(id));
        box.setRead(List.of(id), true);
        assertThat(heard.next()).isEqualTo(new Updated(id, true, null));
        box.setRead(List.of(id), true); // it is, already
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
    void countsFollow() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Heard heard = listen("");
        for (int i = 0; i < 20; i++) {
            Post.subject("x").into(spool);
        }
        await().atMost(BOUND).until(() -> heard.events.contains(new Counts(20, 20)));
        inbox.namespace("").setRead(Query.ALL, true);
        await().atMost(BOUND).until(() -> heard.events.contains(new Counts(20, 0)));
        // 20 messages in a moment, and not 20 counts
        assertThat(heard.events.stream().filter(Counts.class::isInstance).count())
                .isLessThan(15);
    }

    @Test
    void manyAtOnceAreOneEvent() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        for (int i = 0; i < 300; i++) {
            Post.subject("x").into(spool);
        }
        Heard heard = listen("");
        inbox.namespace("").setRead(Query.ALL, true);
        assertThat(heard.next()).isEqualTo(new Many(300));
        inbox.namespace("").delete(Query.ALL);
        assertThat(heard.next()).isEqualTo(new Many(300));
    }

    @Test
    void pruningIsToldAndCounted() throws Exception {
        inbox = Inbox.open(spool, new Retention(5, Duration.ZERO, 0), NamespaceSelector.NONE);
        Heard heard = listen("");
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
    void aListenerHearsOfItsNamespaceAlone() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"));
        Heard heard = listen("mine.example");
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
    void whatWasThereBeforeIsNoNews() throws Exception {
        for (int i = 0; i < 100; i++) {
            Post.subject("old").into(spool);
        }
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        Heard heard = listen("");
        Ulid id = Post.subject("new").into(spool);
        assertThat(heard.next())
                .isInstanceOfSatisfying(
                        Arrived.class,
                        arrived -> assertThat(arrived.message().id()).isEqualTo(id));
    }

    @Test
    void aSlowListenerIsDroppedAndNobodyElse() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        var tasks = new ArrayList<Runnable>();
        var slow = new Heard();
        inbox.namespace("").subscribe(tasks::add, slow);
        Heard quick = listen("");
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
