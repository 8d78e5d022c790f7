// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Retention: the oldest messages are removed first, and counted. */
class RetentionTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static Post large() {
        return Post.of("Subject: x", "", "x".repeat(10_000)).to("b@b.example");
    }

    @Test
    void keepsAtMostThisManyMessages() throws Exception {
        try (var spool = new MemorySpool(64 * 1024 * 1024);
                var inbox = Inbox.open(spool, Retention.ALL.withMessages(3), NamespaceSelector.NONE)) {
            var ids = new ArrayList<Ulid>();
            for (int i = 0; i < 10; i++) {
                ids.add(0, Post.subject("x").into(spool));
                assertThat(inbox.namespace("").total()).isLessThanOrEqualTo(3);
            }
            assertThat(InboxTest.ids(inbox.namespace("").list(0, 0))).isEqualTo(ids.subList(0, 3));
            assertThat(inbox.statistics().pruned()).isEqualTo(7);
            assertThat(inbox.statistics().deleted()).isZero();
            assertThat(spool.ids()).hasSize(3);
        }
    }

    @Test
    void prunesMessagesThatAreThereAtStart() throws Exception {
        try (var spool = new MemorySpool(64 * 1024 * 1024)) {
            for (int i = 0; i < 10; i++) {
                Post.subject("x").into(spool);
            }
            try (var inbox = Inbox.open(spool, Retention.ALL.withMessages(4), NamespaceSelector.NONE)) {
                assertThat(inbox.namespace("").total()).isEqualTo(4);
                assertThat(spool.ids()).hasSize(4);
            }
        }
    }

    @Test
    void removesMessagesThatAreTooOld() throws Exception {
        try (var spool = new MemorySpool(64 * 1024 * 1024);
                var inbox = Inbox.open(spool, Retention.ALL.withAge(Duration.ofHours(1)), NamespaceSelector.NONE)) {
            Post.subject("old")
                    .received(Instant.now().minus(Duration.ofHours(2)))
                    .into(spool);
            Ulid fresh = Post.subject("new").received(Instant.now()).into(spool);
            await().atMost(BOUND).until(() -> inbox.namespace("").total() == 1);
            assertThat(inbox.namespace("").find(fresh)).isNotNull();
            assertThat(inbox.statistics().pruned()).isEqualTo(1);
        }
    }

    @Test
    void removesManyOldMessagesWithoutPauses() throws Exception {
        try (var spool = new MemorySpool(64 * 1024 * 1024)) {
            Instant old = Instant.now().minus(Duration.ofHours(2));
            var committed = new CompletableFuture<CommitOutcome>();
            for (int i = 0; i < 30_000; i++) {
                committed = new CompletableFuture<>();
                Post.subject("old").received(old).begin(spool, committed);
                if (i % 100 == 99) {
                    assertThat(committed.get(20, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
                }
            }
            try (var inbox = Inbox.open(spool, Retention.ALL.withAge(Duration.ofHours(1)), NamespaceSelector.NONE)) {
                await().atMost(Duration.ofSeconds(15))
                        .until(() -> inbox.namespace("").total() == 0);
            }
        }
    }

    @Test
    void keepsAtMostThisManyBytesButAlwaysTheNewestMessage() throws Exception {
        try (var spool = new MemorySpool(64 * 1024 * 1024);
                var inbox = Inbox.open(spool, Retention.ALL.withBytes(35_000), NamespaceSelector.NONE)) {
            for (int i = 0; i < 10; i++) {
                large().into(spool);
            }
            assertThat(inbox.namespace("").total()).isEqualTo(3);
            assertThat(inbox.statistics().bytes()).isLessThanOrEqualTo(35_000);
            assertThat(inbox.statistics().pruned()).isEqualTo(7);
            Ulid huge = Post.of("Subject: x", "", "x".repeat(100_000)).into(spool);
            assertThat(InboxTest.ids(inbox.namespace("").list(0, 0))).containsExactly(huge);
        }
    }

    @Test
    void countsMessagesDroppedByASpoolInMemoryAsPruned() throws Exception {
        try (var spool = new MemorySpool(50_000);
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            for (int i = 0; i < 10; i++) {
                large().into(spool);
            }
            assertThat(inbox.namespace("").total())
                    .isEqualTo(spool.ids().size())
                    .isLessThan(5);
            assertThat(inbox.statistics().pruned()).isEqualTo(10 - spool.ids().size());
            assertThat(inbox.statistics().bytes()).isLessThan(50_000);
        }
    }

    @Test
    void boundsTheHeapOfMessageFieldsAndReadsDroppedOnesAgain() throws Exception {
        try (var spool = new MemorySpool(64 * 1024 * 1024);
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE, 20_000)) {
            for (int i = 0; i < 200; i++) {
                Post.subject("number " + i).into(spool);
            }
            MessagePage page = inbox.namespace("").list(0, 0);
            assertThat(page.messages()).hasSize(200);
            assertThat(page.messages().get(199).subject()).isEqualTo("number 0");
            await().atMost(BOUND).until(() -> inbox.statistics().pending() == 0);
            assertThat(inbox.statistics().heldBytes()).isLessThanOrEqualTo(20_000);
            assertThat(inbox.namespace("").deleteAll()).isEqualTo(200);
            assertThat(inbox.statistics().heldBytes()).isZero();
            assertThat(inbox.statistics().bytes()).isZero();
        }
    }
}
