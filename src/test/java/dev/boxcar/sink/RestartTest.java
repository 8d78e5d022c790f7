// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.search.Query;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What survives a restart, and what is stored when a change is confirmed. */
class RestartTest {
    @TempDir
    private Path directory;

    private Spool spool() throws Exception {
        return SegmentSpool.open(directory, SpoolOptions.DEFAULTS.withSync(Sync.NONE), failure -> {});
    }

    @Test
    void messagesReadMarksTagsAndDeletionSurvive() throws Exception {
        Ulid kept;
        Ulid deleted;
        Ulid brought;
        long cursor;
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"))) {
            kept = Post.subject("kept").to("c@c.example").into(spool);
            deleted = Post.subject("deleted").into(spool);
            brought = Post.of("X-Tags: own", "Subject: tagged", "", "")
                    .to("d@d.example")
                    .into(spool);
            Namespace box = inbox.namespace("");
            box.setRead(List.of(kept), true);
            box.setTags(List.of(kept), List.of("two", "one"));
            box.setTags(List.of(brought), List.of());
            inbox.namespace("c.example").delete(List.of(kept));
            inbox.namespace("b.example").delete(List.of(deleted));
            box.delete(List.of(deleted));
            cursor = box.cursor();
        }
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"))) {
            Namespace box = inbox.namespace("");
            assertThat(InboxTest.ids(box.list(0, 0))).containsExactly(brought, kept);
            assertThat(requireNonNull(box.find(kept)).read()).isTrue();
            assertThat(requireNonNull(box.find(kept)).tags()).containsExactly("one", "two");
            assertThat(requireNonNull(box.find(brought)).tags()).isEmpty();
            assertThat(box.unread()).isEqualTo(1);
            assertThat(box.tags()).containsOnlyKeys("one", "two");
            assertThat(requireNonNull(inbox.namespace("d.example").find(brought))
                            .tags())
                    .containsExactly("own");
            assertThat(requireNonNull(inbox.namespace("b.example").find(kept)).read())
                    .isFalse();
            assertThat(inbox.namespace("c.example").find(kept)).isNull();
            assertThat(inbox.namespaces()).containsExactly("b.example", "d.example");
            assertThat(box.search(Query.parse("subject:kept", ZoneOffset.UTC, Instant.EPOCH), 0, 0, 0)
                            .matches())
                    .isEqualTo(1);
            Post.subject("later").into(spool);
            assertThat(box.search(Query.ALL, cursor, 0, 0).matches()).isEqualTo(1);
        }
    }

    @Test
    void keepsMessagesOfNamespacesNotSelectedForATime() throws Exception {
        Ulid id;
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"))) {
            id = Post.subject("in one alone").into(spool);
            inbox.namespace("").delete(List.of(id));
        }
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            assertThat(inbox.namespace("").total()).isZero();
        }
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"))) {
            assertThat(inbox.namespace("").find(id)).isNull();
            assertThat(inbox.namespace("b.example").find(id)).isNotNull();
        }
    }

    /** No restart is needed: what is on disk when the call returns is what would survive a kill. */
    @Test
    void aChangeIsOnDiskWhenTheCallReturns() throws Exception {
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            Namespace box = inbox.namespace("");
            for (int i = 0; i < 30; i++) {
                Ulid id = Post.subject("subject " + i).into(spool);
                box.setRead(List.of(id), true);
                assertThat(storedState(id)).contains("Read: true");
                box.setTags(List.of(id), List.of("tag" + i));
                assertThat(storedState(id)).contains("tag" + i);
                box.delete(List.of(id));
                assertThat(onDisk()).isEmpty();
            }
            Post.subject("last").into(spool);
            Post.subject("but one").into(spool);
            box.deleteAll();
            assertThat(onDisk()).isEmpty();
        }
    }

    private String storedState(Ulid id) throws Exception {
        try (var reader = SpoolReader.open(directory)) {
            return reader.states(id).values().stream()
                    .map(KeyValueText::toString)
                    .collect(Collectors.joining());
        }
    }

    private List<Ulid> onDisk() throws Exception {
        try (var reader = SpoolReader.open(directory)) {
            return reader.ids();
        }
    }

    @Test
    void aChangeThatTheSpoolRefusesFails() throws Exception {
        Spool spool = spool();
        try (var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            Ulid id = Post.subject("kept").into(spool);
            spool.close();
            assertThatThrownBy(() -> inbox.namespace("").setRead(List.of(id), true))
                    .isInstanceOf(NotStoredException.class)
                    .hasMessage("the spool refused the change; it may be lost at the next start");
            assertThatThrownBy(() -> inbox.namespace("").deleteAll()).isInstanceOf(NotStoredException.class);
        }
        assertThat(onDisk()).hasSize(1);
    }

    /** A spool that completes state changes with the result of {@code outcomes}, and not at all if that is null. */
    private static Spool withOutcomes(Spool spool, Function<CommitCallback, @Nullable CommitOutcome> outcomes) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            if (method.getName().equals("putState") || method.getName().equals("markDone")) {
                var done = (CommitCallback) arguments[arguments.length - 1];
                CommitOutcome outcome = outcomes.apply(done);
                if (outcome != CommitOutcome.STORED) {
                    if (outcome != null) {
                        done.complete(outcome);
                    }
                    return null;
                }
            }
            return method.invoke(spool, arguments);
        };
        return (Spool) Proxy.newProxyInstance(Spool.class.getClassLoader(), new Class<?>[] {Spool.class}, calls);
    }

    @Test
    void aRefusedChangeIsStoredWhenItIsRepeated() throws Exception {
        var outcome = new AtomicReference<>(CommitOutcome.NO_ROOM);
        try (Spool spool = spool();
                var inbox =
                        Inbox.open(withOutcomes(spool, done -> outcome.get()), Retention.ALL, NamespaceSelector.NONE)) {
            Namespace box = inbox.namespace("");
            Ulid read = Post.subject("read").into(spool);
            Ulid unread = Post.subject("unread").into(spool);
            Ulid deleted = Post.subject("deleted").into(spool);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> box.setRead(List.of(read), true)).isInstanceOf(NotStoredException.class);
                assertThatThrownBy(() -> box.delete(List.of(deleted))).isInstanceOf(NotStoredException.class);
            }
            assertThatThrownBy(() -> box.setRead(List.of(unread), true)).isInstanceOf(NotStoredException.class);
            assertThatThrownBy(() -> box.setRead(List.of(unread), false)).isInstanceOf(NotStoredException.class);
            assertThat(onDisk()).containsExactly(read, unread, deleted);
            outcome.set(CommitOutcome.STORED);
            box.delete(List.of(deleted));
            assertThat(onDisk()).containsExactly(read, unread);
            assertThat(storedState(read)).contains("Read: true");
            assertThat(storedState(unread)).contains("Read: false");
        }
    }

    @Test
    void aRepeatedChangeWaitsForTheOutcomeOfTheFirst() throws Exception {
        var held = new LinkedBlockingQueue<CommitCallback>();
        var outcome = new AtomicReference<@Nullable CommitOutcome>();
        try (Spool spool = spool();
                var inbox = Inbox.open(
                        withOutcomes(spool, done -> {
                            if (outcome.get() == null) {
                                held.add(done);
                            }
                            return outcome.get();
                        }),
                        Retention.ALL,
                        NamespaceSelector.NONE)) {
            Namespace box = inbox.namespace("");
            Ulid id = Post.subject("kept").into(spool);
            var first = CompletableFuture.supplyAsync(() -> box.setRead(List.of(id), true));
            CommitCallback done = requireNonNull(held.poll(10, TimeUnit.SECONDS));
            var second = new CompletableFuture<Integer>();
            var asking = new Thread(() -> {
                try {
                    second.complete(box.setRead(List.of(id), true));
                } catch (RuntimeException e) {
                    second.completeExceptionally(e);
                }
            });
            asking.start();
            await().until(() -> second.isDone() || asking.getState() == Thread.State.TIMED_WAITING);
            assertThat(second).isNotDone();
            outcome.set(CommitOutcome.NO_ROOM);
            done.complete(CommitOutcome.NO_ROOM);
            assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(NotStoredException.class);
            assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(NotStoredException.class);
        }
    }

    /** The bytes of the part itself are intact; only the rest of the message shows the damage. */
    @Test
    void aPartOfADamagedMessageIsNotReadToItsEnd() throws Exception {
        try (Spool spool = spool();
                var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE)) {
            String filler = "x".repeat(70).concat("\r\n").repeat(10_000);
            Ulid id = Post.of(
                            "Content-Type: multipart/mixed; boundary=b",
                            "",
                            "--b",
                            "",
                            "sound",
                            "--b",
                            "",
                            filler,
                            "rot",
                            "--b--",
                            "")
                    .into(spool);
            Namespace box = inbox.namespace("");
            var read = new ArrayList<String>();
            assertThat(box.part(id, "1", (part, content) -> read.add(new String(content.readAllBytes(), UTF_8))))
                    .isTrue();
            assertThat(read).containsExactly("sound");
            Path segment;
            try (var files = Files.list(directory.resolve("segment"))) {
                segment = files.findFirst().orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(segment);
            bytes[bytes.length - 20] ^= 1;
            Files.write(segment, bytes);
            assertThatThrownBy(() ->
                            box.part(id, "1", (part, content) -> read.add(new String(content.readAllBytes(), UTF_8))))
                    .isInstanceOf(SpoolException.class)
                    .hasMessageContaining("is damaged on disk");
            assertThat(read).hasSize(1);
        }
    }
}
