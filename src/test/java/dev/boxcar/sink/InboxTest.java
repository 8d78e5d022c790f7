// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.TagFilters;
import dev.boxcar.smtp.CommitOutcome;
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

/** An inbox over a spool in memory: listing and deleting. */
class InboxTest {
    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private Inbox inbox;
    private Namespace box;

    @BeforeEach
    void open() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        box = inbox.namespace("");
    }

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    @Test
    void aMessageIsListedWhenItsCommitIsReported() throws Exception {
        for (int i = 0; i < 100; i++) {
            var found = new CompletableFuture<MessageSummary>();
            var committed = new CompletableFuture<CommitOutcome>();
            var reported = committed.thenAccept(
                    outcome -> found.complete(box.list(0, 1).messages().get(0)));
            Ulid id = Post.subject("number " + i).begin(spool, committed);
            reported.get(10, TimeUnit.SECONDS);
            assertThat(found.get().id()).isEqualTo(id);
            assertThat(found.get().subject()).isEqualTo("number " + i);
        }
        assertThat(box.total()).isEqualTo(100);
    }

    @Test
    void aSummaryHasEverythingThatAListShows() throws Exception {
        Ulid id = Post.of(
                        "From: =?utf-8?q?J=C3=B6rg?= <joerg@a.example>",
                        "To: Bob <bob@b.example>, carol@c.example",
                        "Cc: \"Dan, D.\" <dan@d.example>",
                        "Reply-To: answers@a.example",
                        "Subject: =?utf-8?b?R3LDvMOfZQ==?= from",
                        " far away",
                        "Message-ID: <1@a.example>",
                        "X-Tags: one, two",
                        "",
                        "A   text",
                        "of two lines.")
                .from("bounces@a.example")
                .to("bob@b.example", "dan@d.example", "hidden@h.example", "hidden@h.example")
                .with("User", "alice")
                .with("Listener", "127.0.0.1:1025")
                .into(spool);
        MessageSummary summary = requireNonNull(box.find(id));
        assertThat(summary.from()).isEqualTo(new Address("Jörg", "joerg@a.example"));
        assertThat(summary.to())
                .containsExactly(new Address("Bob", "bob@b.example"), new Address("", "carol@c.example"));
        assertThat(summary.cc()).containsExactly(new Address("Dan, D.", "dan@d.example"));
        assertThat(summary.bcc()).containsExactly(new Address("", "hidden@h.example"));
        assertThat(summary.replyTo()).containsExactly(new Address("", "answers@a.example"));
        assertThat(summary.subject()).isEqualTo("Grüße from far away");
        assertThat(summary.messageId()).isEqualTo("1@a.example");
        assertThat(summary.created()).isEqualTo(Instant.parse("2026-11-22T09:30:00.123Z"));
        assertThat(summary.username()).isEqualTo("alice");
        assertThat(summary.listener()).isEqualTo("127.0.0.1:1025");
        assertThat(summary.tags()).containsExactly("one", "two");
        assertThat(summary.snippet()).isEqualTo("A text of two lines.");
        assertThat(summary.read()).isFalse();
        assertThat(summary.sender()).isEqualTo("bounces@a.example");
        assertThat(summary.recipients())
                .containsExactly("bob@b.example", "dan@d.example", "hidden@h.example", "hidden@h.example");
        assertThat(summary.session()).isEqualTo("01S");
        assertThat(summary.attachments()).isZero();
    }

    @Test
    void listsNewestFirstInPages() throws Exception {
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 25; i++) {
            ids.add(0, Post.subject("number " + i).into(spool));
        }
        assertThat(ids(box.list(0, 10))).isEqualTo(ids.subList(0, 10));
        assertThat(ids(box.list(20, 10))).isEqualTo(ids.subList(20, 25));
        assertThat(ids(box.list(0, 0))).isEqualTo(ids);
        assertThat(box.list(30, 10).messages()).isEmpty();
        assertThat(box.list(3, 2).start()).isEqualTo(3);
        assertThat(requireNonNull(box.latest(Query.ALL)).id()).isEqualTo(ids.get(0));
    }

    @Test
    void deletesFromTheSpoolToo() throws Exception {
        Ulid first = Post.subject("one").into(spool);
        Ulid second = Post.subject("two").into(spool);
        assertThat(box.delete(List.of(first, spool.newId()))).isEqualTo(1);
        assertThat(ids(box.list(0, 0))).containsExactly(second);
        assertThat(spool.find(first)).isNull();
        assertThat(box.deleteAll()).isEqualTo(1);
        assertThat(box.total()).isZero();
        assertThat(spool.ids()).isEmpty();
        assertThat(inbox.statistics().deleted()).isEqualTo(2);
    }

    static List<Ulid> ids(MessagePage page) {
        return page.messages().stream().map(MessageSummary::id).toList();
    }

    @Test
    void scansMessagesWhileOthersKeepArriving() throws Exception {
        await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            Post.subject("one of many").into(spool);
            assertThat(inbox.statistics().pending()).isLessThan(box.total() - 10);
        });
    }

    @Test
    void deletesATagFromMessagesNotScannedYet() throws Exception {
        int messages = 3000;
        for (int i = 0; i < messages; i++) {
            Post.of("X-Tags: one", "Subject: tagged", "", "").into(spool);
        }
        assertThat(box.deleteTag("one")).isEqualTo(messages);
        assertThat(box.tags()).isEmpty();
    }

    @Test
    void filtersTagTheMessagesThatMatch() throws Exception {
        var filters = new TagFilters(List.of(
                new TagFilters.Filter(Query.parse("subject:order", ZoneOffset.UTC, Instant.now()), List.of("Orders")),
                new TagFilters.Filter(Query.parse("has:attachment", ZoneOffset.UTC, Instant.now()), List.of("Files"))));
        try (var memory = new MemorySpool(1 << 20);
                var inbox = Inbox.open(memory, Retention.ALL, NamespaceSelector.NONE, filters)) {
            Ulid order = Post.of("X-Tags: own", "Subject: Your Order", "", "text")
                    .to("b@b.example")
                    .into(memory);
            Ulid other =
                    Post.of("Subject: other", "", "order").to("b@b.example").into(memory);
            Namespace box = inbox.namespace("");
            assertThat(requireNonNull(box.find(order)).tags()).containsExactly("Orders", "own");
            assertThat(requireNonNull(box.find(other)).tags()).isEmpty();
            box.setTags(List.of(order), List.of("mine"));
            assertThat(requireNonNull(box.find(order)).tags()).containsExactly("mine");
            assertThat(box.tags()).containsOnlyKeys("mine");
        }
    }
}
