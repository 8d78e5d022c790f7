// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.NamespaceSnapshot;
import dev.boxcar.sink.index.SearchCandidate;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists and searches the messages of one namespace. Any thread that may read files. */
final class NamespaceSearch {
    private static final int MAX_SCANNED_FOR_TAGS = 2000;
    private static final int MESSAGES_PER_CLOCK_READ = 64;
    private static final int FROM_THE_BEGINNING = 0;

    private final String name;
    private final MessageIndex index;
    private final FieldsLoader loader;

    NamespaceSearch(String name, MessageIndex index, FieldsLoader loader) {
        this.name = name;
        this.index = index;
        this.loader = loader;
    }

    /** At most {@code limit} messages from the {@code start}th newest on; limit 0: all. */
    MessagePage list(int start, int limit) {
        scanPending();
        NamespaceSnapshot snapshot = index.snapshot(name);
        var messages = new ArrayList<MessageSummary>();
        // without gaps the slot of the first message is known; with gaps the messages before it must be counted
        int toSkip = snapshot.hasGaps() ? start : 0;
        int firstSlot = snapshot.end() - 1 - (snapshot.hasGaps() ? 0 : start);
        for (int slot = firstSlot; slot >= 0 && isBelow(limit, messages); slot--) {
            NamespaceEntry entry = snapshot.at(slot);
            if (entry != null && toSkip-- <= 0) {
                addSummary(entry, messages);
            }
        }
        return page(snapshot, snapshot.total(), snapshot.unread(), start, messages);
    }

    /** Lists in the same way only the messages that match and come after {@code after} in the commit sequence. */
    MessagePage search(Query query, long after, int start, int limit) {
        scanPending();
        NamespaceSnapshot snapshot = index.snapshot(name);
        var collector = new PageCollector(start, limit);
        forEachMatch(snapshot, query, after, collector);
        return page(snapshot, collector.matches, collector.unread, start, collector.messages);
    }

    private MessagePage page(
            NamespaceSnapshot snapshot, long matches, long unread, int start, List<MessageSummary> messages) {
        return new MessagePage(
                snapshot.total(),
                snapshot.unread(),
                matches,
                unread,
                start,
                List.copyOf(messages),
                List.copyOf(index.tagCounts(name).keySet()),
                snapshot.cursor());
    }

    private static boolean isBelow(int limit, List<?> list) {
        return limit == 0 || list.size() < limit;
    }

    private void addSummary(NamespaceEntry entry, List<MessageSummary> messages) {
        MessageSummary summary = loader.summary(entry);
        if (summary != null) {
            messages.add(summary);
        }
    }

    /** Counts all matches, and collects those of one page. */
    private final class PageCollector implements Predicate<NamespaceEntry> {
        private final List<MessageSummary> messages = new ArrayList<>();
        private final int start;
        private final int limit;
        private int matches;
        private int unread;

        PageCollector(int start, int limit) {
            this.start = start;
            this.limit = limit;
        }

        @Override
        public boolean test(NamespaceEntry entry) {
            if (matches++ >= start && isBelow(limit, messages)) {
                addSummary(entry, messages);
            }
            unread += entry.isRead() ? 0 : 1;
            return true;
        }
    }

    /** The newest message that matches, or null. */
    @Nullable
    MessageSummary latest(Query query) {
        var found = new ArrayList<MessageSummary>();
        forEachMatch(index.snapshot(name), query, FROM_THE_BEGINNING, entry -> {
            addSummary(entry, found);
            return found.isEmpty();
        });
        return found.isEmpty() ? null : found.get(0);
    }

    /** All messages that match, newest first. */
    List<NamespaceEntry> all(Query query) {
        var found = new ArrayList<NamespaceEntry>();
        forEachMatch(index.snapshot(name), query, FROM_THE_BEGINNING, found::add);
        return found;
    }

    /** The messages with these ids. Ids of messages that the namespace does not have are ignored. */
    List<NamespaceEntry> all(Collection<Ulid> ids) {
        return ids.stream()
                .flatMap(id -> Stream.ofNullable(index.find(id, name)))
                .toList();
    }

    /** Gives each match to {@code consumer}, newest first, until it returns false. */
    private void forEachMatch(NamespaceSnapshot snapshot, Query query, long after, Predicate<NamespaceEntry> consumer) {
        SearchCandidate candidate = SearchCandidate.forSearch(loader, index);
        for (int slot = snapshot.end() - 1; slot >= 0; slot--) {
            if (slot % MESSAGES_PER_CLOCK_READ == 0) {
                candidate.checkDeadline();
            }
            NamespaceEntry entry = snapshot.at(slot);
            if (entry == null) {
                continue;
            }
            if (entry.message().sequence() <= after) {
                return;
            }
            if (matches(query, candidate.moveTo(entry)) && !consumer.test(entry)) {
                return;
            }
        }
    }

    /** Throws {@link SearchTimeoutException} once the search has taken half a minute. */
    private static boolean matches(Query query, SearchCandidate candidate) {
        try {
            return query.matches(candidate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Scans messages that have just arrived, so that the tags they carry are known. If many arrived at once, the tags
     * are known a little later.
     */
    void scanPending() {
        for (IndexEntry entry : index.pending(MAX_SCANNED_FOR_TAGS)) {
            loader.scan(entry);
        }
    }
}
