// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.memory.MemorySpool;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the index holds, and what it records in its journal. */
class MessageIndexTest {
    private static final int BODY_BYTES = 60;
    private static final int ENVELOPE_BYTES = 40;
    private static final int MAX_FIELDS_BYTES = 1024 * 1024;

    private final MemorySpool spool = new MemorySpool(1024 * 1024);
    private final StateJournal journal = new StateJournal(spool);
    private long sequence;

    @AfterEach
    void close() {
        spool.close();
    }

    private MessageIndex index(Retention retention) {
        return new MessageIndex(journal, retention, namespace -> {}, MAX_FIELDS_BYTES);
    }

    private IndexEntry add(MessageIndex index, List<String> namespaces) {
        var entry = new IndexEntry(spool.newId(), ++sequence, sequence, BODY_BYTES, ENVELOPE_BYTES, null);
        index.add(entry, namespaces, Map.of());
        return entry;
    }

    @Test
    void doesNotKeepPrunedMessagesPending() {
        MessageIndex index = index(Retention.ALL.withMessages(5));
        for (int i = 0; i < 5000; i++) {
            add(index, List.of());
            assertThat(index.pendingCount()).isLessThanOrEqualTo(5);
        }
        assertThat(requireNonNull(index.nextPending()).sequence()).isEqualTo(4996);
    }

    @Test
    void recordsOnceThatAMessageLeavesAllItsNamespaces() {
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "name" + i).toList();
        for (var retention : List.of(Retention.ALL.withMessages(1), Retention.ALL.withBytes(150))) {
            MessageIndex index = index(retention);
            long recorded = journal.recorded();
            IndexEntry first = add(index, names);
            IndexEntry second = add(index, names);
            assertThat(first.isRemoved()).isTrue();
            assertThat(second.entries()).hasSize(101);
            assertThat(journal.recorded() - recorded).isEqualTo(1);
        }
    }

    @Test
    void pruningByAgeRemovesAMessageFromAllItsNamespaces() {
        MessageIndex index = index(Retention.ALL);
        add(index, List.of("a", "b"));
        IndexEntry stays = add(index, List.of("b", "c"));
        assertThat(index.pruneReceivedBefore(stays.receivedMillis())).isEqualTo(stays.receivedMillis());
        assertThat(journal.recorded()).isEqualTo(1);
        assertThat(index.namespaces()).containsExactly("b", "c");
    }

    @Test
    void aMessageCanLeaveItsNamespacesInAnyOrder() {
        MessageIndex index = index(Retention.ALL);
        IndexEntry entry = add(index, List.of("a", "b", "c"));
        for (String name : List.of("a", "", "c")) {
            index.delete(List.of(requireNonNull(entry.in(name))));
            assertThat(index.find(entry.id(), name)).as(name).isNull();
        }
        assertThat(index.namespaces()).containsExactly("b");
        assertThat(entry.isRemoved()).isFalse();
        index.delete(entry.entries());
        assertThat(entry.isRemoved()).isTrue();
        assertThat(journal.recorded()).isEqualTo(4);
    }
}
