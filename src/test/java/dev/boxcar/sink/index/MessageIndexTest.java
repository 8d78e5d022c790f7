// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.memory.MemorySpool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the index holds, and what it has noted. */
class MessageIndexTest {
    private final MemorySpool spool = new MemorySpool(1024 * 1024);
    private final StateJournal journal = new StateJournal(spool);
    private long sequence;

    @AfterEach
    void close() {
        spool.close();
    }

    private MessageIndex index(Retention retention) {
        return new MessageIndex(journal, retention, namespace -> {}, 1024 * 1024);
    }

    private IndexEntry arrives(MessageIndex index, List<String> namespaces) {
        var entry = new IndexEntry(spool.newId(), ++sequence, sequence, 100, 100);
        index.add(entry, namespaces, Map.of());
        return entry;
    }

    @Test
    void whatIsPrunedBeforeAnybodyLookedIntoItIsNotHeld() {
        MessageIndex index = index(new Retention(5, Duration.ZERO, 0));
        for (int i = 0; i < 5000; i++) {
            arrives(index, List.of());
            assertThat(index.pendingCount()).isLessThanOrEqualTo(5);
        }
        assertThat(requireNonNull(index.nextPending()).sequence).isEqualTo(4996);
    }

    @Test
    void aMessageThatGoesFromAllItsNamespacesIsNotedOnce() {
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "name" + i).toList();
        for (var retention : List.of(new Retention(1, Duration.ZERO, 0), new Retention(0, Duration.ZERO, 150))) {
            MessageIndex index = index(retention);
            long noted = journal.noted();
            IndexEntry first = arrives(index, names);
            IndexEntry second = arrives(index, names);
            assertThat(first.isGone()).isTrue();
            assertThat(second.rows()).hasSize(101);
            assertThat(journal.noted() - noted).isEqualTo(1);
        }
    }

    @Test
    void byAgeAMessageGoesFromAllItsNamespacesAtOnce() {
        MessageIndex index = index(Retention.ALL);
        arrives(index, List.of("a", "b"));
        IndexEntry stays = arrives(index, List.of("b", "c"));
        assertThat(index.pruneBefore(stays.createdMillis)).isEqualTo(stays.createdMillis);
        assertThat(journal.noted()).isEqualTo(1);
        assertThat(index.namespaces()).containsExactly("b", "c");
    }

    @Test
    void aMessageLeavesItsNamespacesInAnyOrder() {
        MessageIndex index = index(Retention.ALL);
        IndexEntry entry = arrives(index, List.of("a", "b", "c"));
        for (String name : List.of("a", "", "c")) {
            index.delete(List.of(entry.rows().stream()
                    .filter(row -> row.rows.name.equals(name))
                    .findFirst()
                    .orElseThrow()));
            assertThat(index.find(entry.id, name)).as(name).isNull();
        }
        assertThat(index.namespaces()).containsExactly("b");
        assertThat(entry.isGone()).isFalse();
        index.delete(entry.rows());
        assertThat(entry.isGone()).isTrue();
        assertThat(journal.noted()).isEqualTo(4);
    }
}
