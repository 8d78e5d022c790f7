// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.search.Query;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Namespaces: several inboxes in one. */
class NamespaceTest {
    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);

    @SuppressWarnings("NullAway.Init") // each test opens its own
    private Inbox inbox;

    private void open(String selector, Retention retention) throws Exception {
        inbox = Inbox.open(spool, retention, NamespaceSelector.parse(selector));
    }

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none|''",
                "user|alice",
                "domain|b.example,c.example",
                "plus-tag|one,two",
                "port|2525",
                "header:x-test-ID|run 42",
                "header:X-Missing|''"
            })
    void aMessageIsInEveryNamespaceItSelectsAndInTheDefaultOne(String selector, String names) throws Exception {
        open(selector, Retention.ALL);
        Ulid id = Post.of("Subject: x", "X-Test-Id: run", " 42", "", "X-Test-Id: not this")
                .to("a+one@B.example", "b+TWO@c.example", "c@b.example")
                .with("User", "alice")
                .with("Listener", "[::1]:2525")
                .into(spool);
        List<String> expected = names.isEmpty() ? List.of() : List.of(names.split(","));
        assertThat(inbox.namespaces()).isEqualTo(expected);
        for (String name : expected) {
            assertThat(InboxTest.ids(inbox.namespace(name).list(0, 0))).containsExactly(id);
        }
        assertThat(inbox.namespace("").total()).isEqualTo(1);
        assertThat(inbox.namespace("other").total()).isZero();
        assertThat(inbox.namespace("other").find(id)).isNull();
        assertThat(inbox.namespace("other").view(id)).isNull();
        assertThat(inbox.namespace("other").record(id)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"user", "port", "plus-tag", "header:X-Test-Id"})
    void aMessageThatSelectsNoNamespaceIsOnlyInTheDefaultOne(String selector) throws Exception {
        open(selector, Retention.ALL);
        Post.subject("x").into(spool);
        assertThat(inbox.namespaces()).isEmpty();
        assertThat(inbox.namespace("").total()).isEqualTo(1);
    }

    @Test
    void readMarksTagsAndDeletionArePerNamespace() throws Exception {
        open("domain", Retention.ALL);
        Ulid id = Post.subject("x").to("c@c.example").into(spool);
        Namespace b = inbox.namespace("b.example");
        Namespace c = inbox.namespace("c.example");
        b.setRead(List.of(id), true);
        b.setTags(List.of(id), List.of("seen"));
        assertThat(b.unread()).isZero();
        assertThat(c.unread()).isEqualTo(1);
        assertThat(requireNonNull(c.find(id)).tags()).isEmpty();
        assertThat(requireNonNull(b.find(id)).tags()).containsExactly("seen");

        assertThat(b.deleteAll()).isEqualTo(1);
        assertThat(b.find(id)).isNull();
        assertThat(c.find(id)).isNotNull();
        assertThat(inbox.namespace("").find(id)).isNotNull();
        assertThat(spool.find(id)).isNotNull();
        c.delete(List.of(id));
        assertThat(inbox.namespace("").delete(Query.ALL)).isEqualTo(1);
        assertThat(spool.find(id)).isNull();
        assertThat(inbox.namespaces()).isEmpty();
    }

    @Test
    void searchesOneNamespace() throws Exception {
        open("domain", Retention.ALL);
        Ulid mine = Post.of("Subject: same", "", "").to("x@mine.example").into(spool);
        Post.of("Subject: same", "", "").to("x@theirs.example").into(spool);
        Query same = Query.parse("subject:same", ZoneOffset.UTC, Instant.EPOCH);
        assertThat(InboxTest.ids(inbox.namespace("mine.example").search(same, 0, 0, 0)))
                .containsExactly(mine);
        assertThat(inbox.namespace("").search(same, 0, 0, 0).matches()).isEqualTo(2);
    }

    @Test
    void retentionIsPerNamespace() throws Exception {
        open("domain", new Retention(2, Duration.ZERO, 0));
        Ulid rare = Post.of("Subject: rare", "", "").to("x@rare.example").into(spool);
        for (int i = 0; i < 5; i++) {
            Post.of("Subject: often", "", "").to("x@often.example").into(spool);
        }
        assertThat(inbox.namespace("rare.example").find(rare)).isNotNull();
        assertThat(inbox.namespace("often.example").total()).isEqualTo(2);
        assertThat(inbox.namespace("").total()).isEqualTo(2);
        assertThat(inbox.namespace("").find(rare)).isNull();
        assertThat(spool.ids()).hasSize(3);
    }

    @Test
    void theNumberOfNamespacesIsLimited() throws Exception {
        open("domain", Retention.ALL);
        var post = Post.of("Subject: x", "", "");
        for (int i = 0; i < 10_050; i++) {
            post.to("x@d" + i + ".example");
        }
        post.into(spool);
        assertThat(inbox.namespaces()).hasSize(10_000);
        assertThat(inbox.statistics().unselected()).isEqualTo(50);
        assertThat(inbox.namespace("").total()).isEqualTo(1);
    }
}
