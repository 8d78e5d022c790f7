// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which messages exist, in which namespaces, whether they are read, and their tags. Any thread.
 *
 * <p>One lock guards all of it. No thread holds it for long: never while it reads or writes a file, and for at most
 * {@value #MESSAGES_PER_TURN} messages at a time. Changes are recorded in the {@link StateJournal} under the lock and
 * given to the spool after it is released.
 */
public final class MessageIndex {
    private static final int MESSAGES_PER_TURN = 1000;
    private static final String PRUNED = "pruned";
    private static final String DELETED = "deleted";

    private final Object lock = new Object();
    private final ConcurrentHashMap<Ulid, IndexEntry> entries = new ConcurrentHashMap<>();
    private final NamespaceTable namespaces = new NamespaceTable();
    private final CommitOrder commitOrder = new CommitOrder();
    private final FieldsCache cache;
    private final StateJournal journal;
    private final Retention retention;
    private final Consumer<String> onPruned;

    /** The entry that {@link #nextPending} returned last, or null. */
    private @Nullable IndexEntry inProgress;

    private long storedBytes;
    private long received;
    private long receivedBytes;
    private long cursor;
    private long deleted;
    private long pruned;
    private long unselected;

    /**
     * An empty index.
     *
     * @param onPruned is called under the lock with the namespace that lost a message, so it must return at once
     * @param maxFieldsBytes approximate maximum heap for extracted fields
     */
    public MessageIndex(StateJournal journal, Retention retention, Consumer<String> onPruned, long maxFieldsBytes) {
        this.journal = journal;
        this.retention = retention;
        this.onPruned = onPruned;
        this.cache = new FieldsCache(maxFieldsBytes);
    }

    /** Whether there is room to keep this many bytes of a message until its fields are extracted. */
    public boolean hasRoomForFresh(long bytes) {
        synchronized (lock) {
            return cache.hasRoomForFresh(bytes);
        }
    }

    /**
     * Adds a message to the default namespace and to {@code names}.
     *
     * @param states what the spool has recorded about the message before a restart
     */
    public void add(IndexEntry entry, Collection<String> names, Map<String, KeyValueText> states) {
        synchronized (lock) {
            cursor = Math.max(cursor, entry.sequence());
            var added = new ArrayList<NamespaceEntry>();
            addTo("", entry, states, added);
            for (String name : names) {
                addTo(name, entry, states, added);
            }
            if (added.isEmpty()) {
                return; // none of its namespaces is selected now; they may be selected at the next start
            }
            entry.addTo(added);
            entries.put(entry.id(), entry);
            commitOrder.add(entry);
            storedBytes += entry.storedBytes();
            cache.added(entry);
            if (retention.messages() > 0) {
                pruneByCount(added);
            }
            while (retention.bytes() > 0 && storedBytes > retention.bytes() && pruneOldest()) {
                // until the messages fit into the limit
            }
        }
        journal.submit();
    }

    private void addTo(String name, IndexEntry message, Map<String, KeyValueText> states, List<NamespaceEntry> added) {
        NamespaceState state = NamespaceState.of(states, name);
        if (state == null) {
            return;
        }
        NamespaceEntries namespace = namespaces.findOrAdd(name);
        if (namespace == null) {
            unselected++;
            return;
        }
        var entry = new NamespaceEntry(message, name, state);
        namespace.add(entry);
        added.add(entry);
    }

    /** Prunes the namespaces of these entries; the newest message of each stays. */
    private void pruneByCount(List<NamespaceEntry> added) {
        var removed = new ArrayList<NamespaceEntry>();
        for (NamespaceEntry entry : added) {
            NamespaceEntries namespace = namespaces.of(entry);
            while (namespace.size() > retention.messages()) {
                NamespaceEntry oldest = namespace.oldest();
                if (oldest == null) {
                    break;
                }
                prune(oldest);
                removed.add(oldest);
            }
        }
        recordRemoval(removed, PRUNED);
    }

    private boolean pruneOldest() {
        IndexEntry oldest = commitOrder.oldest();
        if (oldest == null || oldest.sequence() == cursor) {
            return false; // the newest message stays, whatever its size
        }
        prune(oldest);
        return true;
    }

    /** Prunes a message from all of its namespaces. Returns the number of namespaces. */
    private int prune(IndexEntry message) {
        List<NamespaceEntry> all = message.entries();
        all.forEach(this::prune);
        recordRemoval(all, PRUNED);
        return all.size();
    }

    private void prune(NamespaceEntry entry) {
        pruned++;
        onPruned.accept(entry.namespace());
        remove(entry);
    }

    /**
     * Prunes messages received before this time. If there are many, one call prunes only some of them. Returns the time
     * of the oldest remaining message, or {@link Long#MAX_VALUE} if no message remains.
     */
    public long pruneReceivedBefore(long millis) {
        long oldest = Long.MAX_VALUE;
        synchronized (lock) {
            int left = MESSAGES_PER_TURN;
            for (NamespaceEntries namespace : namespaces.all()) {
                NamespaceEntry entry = namespace.oldest();
                while (entry != null && entry.message().receivedMillis() < millis && left > 0) {
                    left -= prune(entry.message());
                    entry = namespace.oldest();
                }
                if (entry != null) {
                    oldest = Math.min(oldest, entry.message().receivedMillis());
                }
            }
        }
        journal.submit();
        return oldest;
    }

    /** Removes a message that the spool itself has dropped. */
    public void droppedBySpool(Ulid id) {
        synchronized (lock) {
            IndexEntry entry = entries.get(id);
            if (entry != null) {
                entry.entries().forEach(this::prune);
            }
        }
    }

    /** Records which namespaces each message has left; or, if it is in no namespace any more, that it is done. */
    private void recordRemoval(List<NamespaceEntry> removed, String reason) {
        var done = new HashSet<IndexEntry>();
        for (NamespaceEntry entry : removed) {
            IndexEntry message = entry.message();
            if (!message.isRemoved()) {
                journal.recordState(message.id(), NamespaceState.key(entry.namespace()), NamespaceState.DELETED);
            } else if (done.add(message)) {
                journal.recordDone(message.id(), reason);
            }
        }
    }

    private void remove(NamespaceEntry entry) {
        IndexEntry message = entry.message();
        namespaces.remove(entry);
        message.remove(entry);
        if (message.isRemoved()) {
            entries.remove(message.id());
            commitOrder.remove(message);
            storedBytes -= message.storedBytes();
            cache.removed(message);
        }
    }

    /** Keeps the fields that were extracted from a message, and gives it the tags found in it. */
    void scanned(IndexEntry entry, MessageFields fields, List<String> tags) {
        synchronized (lock) {
            cache.dropFresh(entry);
            if (entry.isRemoved()) {
                return;
            }
            if (!entry.scanned) {
                entry.scanned = true;
                for (NamespaceEntry each : entry.entries()) {
                    if (!each.areTagsSet() && !tags.isEmpty()) {
                        namespaces.of(each).setTags(each, tags, each.areTagsSet());
                    }
                }
            }
            cache.keep(entry, fields, entries.size());
        }
    }

    @Nullable
    FreshMessage fresh(IndexEntry entry) {
        synchronized (lock) {
            return entry.fresh;
        }
    }

    /** Returns the oldest message that was not announced yet, or null. From now on it counts as announced. */
    public @Nullable IndexEntry nextPending() {
        synchronized (lock) {
            inProgress = commitOrder.takePending();
            return inProgress;
        }
    }

    /** The messages whose fields may not be extracted yet; an empty list if there are more than {@code max}. */
    public List<IndexEntry> pending(int max) {
        synchronized (lock) {
            if (commitOrder.pendingCount() > max) {
                return List.of();
            }
            List<IndexEntry> pending = commitOrder.pending();
            if (inProgress != null) {
                pending.add(inProgress); // its fields may be only half extracted
            }
            return pending;
        }
    }

    /** The number of messages that were not announced yet. */
    public int pendingCount() {
        synchronized (lock) {
            return commitOrder.pendingCount();
        }
    }

    /** The message in this namespace, or null. */
    public @Nullable NamespaceEntry find(Ulid id, String namespace) {
        IndexEntry entry = entries.get(id);
        if (entry == null) {
            return null;
        }
        synchronized (lock) {
            return entry.in(namespace);
        }
    }

    boolean isIn(IndexEntry entry, String namespace) {
        synchronized (lock) {
            return entry.in(namespace) != null;
        }
    }

    /** The messages of a namespace at this moment. */
    public NamespaceSnapshot snapshot(String namespace) {
        synchronized (lock) {
            NamespaceEntries found = namespaces.find(namespace);
            return found == null ? NamespaceSnapshot.empty(cursor) : found.snapshot(cursor);
        }
    }

    /** The number of messages per tag in a namespace, ordered by tag without regard to case. */
    public SortedMap<String, Integer> tagCounts(String namespace) {
        synchronized (lock) {
            NamespaceEntries found = namespaces.find(namespace);
            return found == null ? new TreeMap<>() : found.tagCounts();
        }
    }

    /** The place in the commit sequence of the newest message. */
    public long cursor() {
        synchronized (lock) {
            return cursor;
        }
    }

    /** The namespaces that have messages, in order, without the default one. */
    public List<String> namespaces() {
        synchronized (lock) {
            return namespaces.names();
        }
    }

    /** Marks messages as read or unread. Returns those that changed. */
    public List<NamespaceEntry> setRead(List<NamespaceEntry> selected, boolean read) {
        return changeInTurns(selected, entry -> {
            if (entry.isRead() == read) {
                return false;
            }
            namespaces.of(entry).setRead(entry, read);
            recordState(entry);
            return true;
        });
    }

    /** Changes the tags of messages. Returns those that changed. */
    public List<NamespaceEntry> setTags(List<NamespaceEntry> selected, Function<List<String>, List<String>> change) {
        boolean byUser = true;
        return changeInTurns(selected, entry -> {
            List<String> tags = change.apply(entry.tags());
            if (tags.equals(entry.tags())) {
                return false;
            }
            namespaces.of(entry).setTags(entry, tags, byUser);
            recordState(entry);
            return true;
        });
    }

    private void recordState(NamespaceEntry entry) {
        journal.recordState(
                entry.message().id(),
                NamespaceState.key(entry.namespace()),
                entry.state().values());
    }

    /** Deletes messages from their namespaces. Returns those that were still there. */
    public List<NamespaceEntry> delete(List<NamespaceEntry> selected) {
        return changeInTurns(selected, entry -> {
            deleted++;
            remove(entry);
            recordRemoval(List.of(entry), DELETED);
            return true;
        });
    }

    /** A change to an entry that is still in its namespace, made under the lock. */
    private interface Change {
        /** Returns whether it changed anything. */
        boolean apply(NamespaceEntry entry);
    }

    private List<NamespaceEntry> changeInTurns(List<NamespaceEntry> selected, Change change) {
        var changed = new ArrayList<NamespaceEntry>();
        for (int from = 0; from < selected.size(); from += MESSAGES_PER_TURN) {
            synchronized (lock) {
                for (NamespaceEntry entry :
                        selected.subList(from, Math.min(selected.size(), from + MESSAGES_PER_TURN))) {
                    if (!entry.isRemoved() && change.apply(entry)) {
                        changed.add(entry);
                    }
                }
            }
            journal.submit();
        }
        return changed;
    }

    /** Counts a message that was received since the inbox was opened. */
    public void countReceived(long bytes) {
        synchronized (lock) {
            received++;
            receivedBytes += bytes;
        }
    }

    /** The counters. */
    public IndexStatistics statistics() {
        synchronized (lock) {
            return new IndexStatistics(
                    entries.size(),
                    storedBytes,
                    received,
                    receivedBytes,
                    namespaces.size(),
                    deleted,
                    pruned,
                    commitOrder.pendingCount(),
                    cache.fieldsBytes(),
                    unselected);
        }
    }
}
