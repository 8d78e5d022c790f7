// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.sink.search.Query;
import dev.boxcar.spool.SegmentSpool;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolReader;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an inbox still knows when the process has ended and begun again. */
class RestartTest {
    @TempDir
    private Path directory;

    private Spool spool() throws Exception {
        return SegmentSpool.open(directory, SpoolOptions.defaults().withSync(Sync.NONE), failure -> {});
    }

    @Test
    void messagesReadTagsAndDeletionSurvive() throws Exception {
        Ulid kept;
        Ulid deleted;
        Ulid brought;
        long cursor;
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, Selector.parse("domain"))) {
            kept = Post.subject("kept").to("c@c.example").into(spool);
            deleted = Post.subject("deleted").into(spool);
            brought = Post.of("X-Tags: own", "Subject: tagged", "", "")
                    .to("d@d.example")
                    .into(spool);
            Box box = inbox.box("");
            box.read(List.of(kept), true);
            box.tag(List.of(kept), List.of("two", "one"));
            box.tag(List.of(brought), List.of());
            inbox.box("c.example").delete(List.of(kept));
            inbox.box("b.example").delete(List.of(deleted));
            box.delete(List.of(deleted));
            cursor = box.cursor();
        }
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, Selector.parse("domain"))) {
            Box box = inbox.box("");
            assertThat(InboxTest.ids(box.list(0, 0))).containsExactly(brought, kept);
            assertThat(requireNonNull(box.find(kept)).read()).isTrue();
            assertThat(requireNonNull(box.find(kept)).tags()).containsExactly("one", "two");
            assertThat(requireNonNull(box.find(brought)).tags()).isEmpty();
            assertThat(box.unread()).isEqualTo(1);
            assertThat(box.tags()).containsOnlyKeys("one", "two");
            assertThat(requireNonNull(inbox.box("d.example").find(brought)).tags())
                    .containsExactly("own");
            assertThat(requireNonNull(inbox.box("b.example").find(kept)).read()).isFalse();
            assertThat(inbox.box("c.example").find(kept)).isNull();
            assertThat(inbox.namespaces()).containsExactly("b.example", "d.example");
            assertThat(box.search(Query.parse("subject:kept", ZoneOffset.UTC, Instant.EPOCH), 0, 0, 0)
                            .matches())
                    .isEqualTo(1);
            Post.subject("later").into(spool);
            assertThat(box.search(Query.ALL, cursor, 0, 0).matches()).isEqualTo(1);
        }
    }

    @Test
    void whatIsInNamespacesThatAreNotSelectedForATimeIsKept() throws Exception {
        Ulid id;
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, Selector.parse("domain"))) {
            id = Post.subject("in one alone").into(spool);
            inbox.box("").delete(List.of(id));
        }
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, Selector.NONE)) {
            assertThat(inbox.box("").total()).isZero();
        }
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, Selector.parse("domain"))) {
            assertThat(inbox.box("").find(id)).isNull();
            assertThat(inbox.box("b.example").find(id)).isNotNull();
        }
    }

    /** No restart: what is on disk when the call returns is what a kill would leave. */
    @Test
    void whatTheWebAnswersIsWithTheSpool() throws Exception {
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, Selector.NONE)) {
            Box box = inbox.box("");
            for (int i = 0; i < 30; i++) {
                Ulid id = Post.subject("subject " + i).into(spool);
                box.read(List.of(id), true);
                assertThat(noted(id)).contains("Read: true");
                box.tag(List.of(id), List.of("tag" + i));
                assertThat(noted(id)).contains("tag" + i);
                box.delete(List.of(id));
                assertThat(SpoolReader.open(directory).ids()).isEmpty();
            }
            Post.subject("last").into(spool);
            Post.subject("but one").into(spool);
            box.deleteAll();
            assertThat(SpoolReader.open(directory).ids()).isEmpty();
        }
    }

    private String noted(Ulid id) throws Exception {
        return SpoolReader.open(directory).states(id).values().stream()
                .map(text -> UTF_8.decode(text.octets()).toString())
                .collect(Collectors.joining());
    }

    @Test
    void whatTheSpoolDoesNotTakeIsNotAnswered() throws Exception {
        Spool spool = spool();
        try (var inbox = Inbox.open(spool, Retention.ALL, Selector.NONE)) {
            Ulid id = Post.subject("kept").into(spool);
            spool.close();
            assertThatThrownBy(() -> inbox.box("").read(List.of(id), true))
                    .isInstanceOf(NotNoted.class)
                    .hasMessage("the spool did not take it: it is forgotten at the next start");
            assertThatThrownBy(() -> inbox.box("").deleteAll()).isInstanceOf(NotNoted.class);
        }
        assertThat(SpoolReader.open(directory).ids()).hasSize(1);
    }
}
