// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.InboxStatistics;
import dev.boxcar.sink.message.Tags;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which messages there are, in which namespaces, read or not, tagged or not. All of it is guarded by one lock, that
 * nobody holds for long: never while reading or writing a file, and never for more than {@value #ROWS_A_TURN} messages.
 */
public final class MessageIndex {
    /**
     * What a note in the spool is called: this for the default namespace, this and a slash before the name of another.
     */
    static final String STATE = "inbox";

    private static final int ROWS_A_TURN = 1000;
    private static final int MOST_NAMESPACES = 10_000;
    private static final long MOST_FRESH_BYTES = 16L * 1024 * 1024;
    private static final String READ = "Read";
    private static final String TAGS = "Tags";
    private static final String DELETED = "Deleted";
    private static final String PRUNED = "pruned";

    private final Object lock = new Object();
    private final ConcurrentHashMap<Ulid, IndexEntry> entries = new ConcurrentHashMap<>();
    private final HashMap<String, NamespaceEntries> boxes = new HashMap<>();
    private final CommitOrder arrivals = new CommitOrder();
    /** The last one that was handed out to be looked into, or null. */
    private @Nullable IndexEntry inHand;

    /** Those whose digest is kept, in the order in which they were made. */
    private final ArrayDeque<IndexEntry> held = new ArrayDeque<>();

    private final StateJournal journal;
    private final Retention retention;
    private final Consumer<String> onPruned;
    private final long mostHeldBytes;
    private long heldBytes;
    private long freshBytes;
    private long storedBytes;
    private long received;
    private long receivedBytes;
    private long cursor;
    private long deleted;
    private long pruned;
    private long unselected;

    public MessageIndex(StateJournal journal, Retention retention, Consumer<String> onPruned, long mostHeldBytes) {
        this.journal = journal;
        this.retention = retention;
        this.onPruned = onPruned;
        this.mostHeldBytes = mostHeldBytes;
        boxes.put("", new NamespaceEntries(""));
    }

    /** Whether there is room to keep so many bytes of a message for the first look at it. */
    public boolean keepsFresh(long bytes) {
        synchronized (lock) {
            return freshBytes + bytes <= MOST_FRESH_BYTES;
        }
    }

    /** Adds a message, with what was noted of it before the last end of the process. */
    public void add(IndexEntry entry, Collection<String> namespaces, Map<String, Envelope> states) {
        synchronized (lock) {
            cursor = Math.max(cursor, entry.sequence);
            var rows = new ArrayList<NamespaceEntry>();
            put(entry, "", states, rows);
            for (String name : namespaces) {
                put(entry, name, states, rows);
            }
            if (rows.isEmpty()) {
                return; // it is in namespaces that are not selected just now: they may be again at the next start
            }
            entry.enter(rows);
            entries.put(entry.id, entry);
            arrivals.add(entry);
            storedBytes += entry.stored;
            if (entry.fresh != null) {
                freshBytes += entry.size;
            }
            if (retention.messages() > 0) {
                var over = new ArrayList<NamespaceEntry>();
                rows.forEach(row -> prune(row.rows, over));
                note(over, PRUNED);
            }
            while (retention.bytes() > 0 && storedBytes > retention.bytes() && pruneOldest()) {
                // until it fits
            }
        }
        journal.handOver();
    }

    private void put(IndexEntry entry, String name, Map<String, Envelope> states, List<NamespaceEntry> into) {
        Envelope state = states.get(stateKey(name));
        if (state != null && state.first(DELETED) != null) {
            return;
        }
        NamespaceEntries rows = boxes.get(name);
        if (rows == null) {
            if (boxes.size() > MOST_NAMESPACES) {
                unselected++;
                return;
            }
            rows = new NamespaceEntries(name);
            boxes.put(name, rows);
        }
        var row = new NamespaceEntry(entry, rows);
        if (state != null) {
            row.read = "true".equals(state.first(READ));
            String tags = state.first(TAGS);
            if (tags != null) {
                row.tags = Tags.of(List.of(tags.split(",", -1)));
                row.tagged = true;
            }
        }
        into.add(row);
        rows.add(row);
    }

    private static String stateKey(String namespace) {
        return namespace.isEmpty() ? STATE : STATE + "/" + namespace;
    }

    /** Prunes a namespace that has more messages than it may; the last one to come stays. */
    private void prune(NamespaceEntries rows, List<NamespaceEntry> over) {
        while (rows.live() > retention.messages()) {
            NamespaceEntry oldest = rows.oldest();
            if (oldest == null) {
                return;
            }
            prune(oldest);
            over.add(oldest);
        }
    }

    private boolean pruneOldest() {
        IndexEntry oldest = arrivals.oldest();
        if (oldest == null || oldest.sequence == cursor) {
            return false; // the newest message stays, however large
        }
        prune(oldest);
        return true;
    }

    /** Prunes a message from all of its namespaces; in how many it was. */
    private int prune(IndexEntry entry) {
        List<NamespaceEntry> all = entry.rows();
        all.forEach(this::prune);
        note(all, PRUNED);
        return all.size();
    }

    private void prune(NamespaceEntry row) {
        pruned++;
        onPruned.accept(row.rows.name);
        take(row);
    }

    /**
     * Prunes what was received before this time; the time of the oldest message that is left, or
     * {@link Long#MAX_VALUE}.
     */
    public long pruneBefore(long millis) {
        long oldest = Long.MAX_VALUE;
        synchronized (lock) {
            int turn = ROWS_A_TURN;
            for (NamespaceEntries rows : List.copyOf(boxes.values())) {
                NamespaceEntry row = rows.oldest();
                while (row != null && row.entry.createdMillis < millis && turn > 0) {
                    turn -= prune(row.entry);
                    row = rows.oldest();
                }
                if (row != null) {
                    oldest = Math.min(oldest, row.entry.createdMillis);
                }
            }
        }
        journal.handOver();
        return oldest;
    }

    /** The spool has dropped a message by itself. */
    public void dropped(Ulid id) {
        synchronized (lock) {
            IndexEntry entry = entries.get(id);
            if (entry == null) {
                return;
            }
            entry.rows().forEach(this::prune);
        }
    }

    /** Notes that rows were taken: of a message that is in no namespace any more, that it is gone, and nothing else. */
    private void note(List<NamespaceEntry> taken, String reason) {
        var gone = new HashSet<IndexEntry>();
        for (NamespaceEntry row : taken) {
            IndexEntry entry = row.entry;
            if (!entry.isGone()) {
                journal.state(entry.id, stateKey(row.rows.name), Map.of(DELETED, "true"));
            } else if (gone.add(entry)) {
                journal.done(entry.id, reason);
            }
        }
    }

    private void take(NamespaceEntry row) {
        NamespaceEntries rows = row.rows;
        IndexEntry entry = row.entry;
        rows.remove(row);
        entry.remove(row);
        if (rows.live() == 0 && !rows.name.isEmpty()) {
            boxes.remove(rows.name);
        }
        if (entry.isGone()) {
            entries.remove(entry.id);
            arrivals.remove(entry);
            storedBytes -= entry.stored;
            letGo(entry);
            forget(entry);
        }
    }

    private void letGo(IndexEntry entry) {
        if (entry.fresh != null) {
            freshBytes -= entry.size;
            entry.fresh = null;
        }
    }

    private void forget(IndexEntry entry) {
        MessageFields digest = entry.digest;
        if (digest != null) {
            heldBytes -= digest.heapBytes();
            entry.digest = null;
        }
    }

    /** Keeps what was found in a message. */
    void looked(IndexEntry entry, MessageFields digest, List<String> tags) {
        synchronized (lock) {
            letGo(entry);
            if (entry.isGone()) {
                return;
            }
            if (!entry.looked) {
                entry.looked = true;
                for (NamespaceEntry row : entry.rows()) {
                    if (!row.tagged && !tags.isEmpty()) {
                        row.rows.tag(row, tags);
                    }
                }
            }
            if (entry.digest == null) {
                entry.digest = digest;
                heldBytes += digest.heapBytes();
                held.add(entry);
                sweepHeld();
            }
            while (heldBytes > mostHeldBytes) {
                IndexEntry oldest = held.poll();
                if (oldest == null) {
                    break;
                }
                forget(oldest);
            }
        }
    }

    /** Forgets those that are gone, once they are more than those that are not. */
    private void sweepHeld() {
        if (held.size() > 2 * entries.size() + ROWS_A_TURN) {
            held.removeIf(IndexEntry::isGone);
        }
    }

    IndexEntry.@Nullable Fresh fresh(IndexEntry entry) {
        synchronized (lock) {
            return entry.fresh;
        }
    }

    /** The next message that nobody was told of, or null. */
    @Nullable
    public IndexEntry nextPending() {
        synchronized (lock) {
            inHand = arrivals.takePending();
            return inHand;
        }
    }

    /** What nobody was told of yet, or nothing where that is more than {@code most}. */
    public List<IndexEntry> pending(int most) {
        synchronized (lock) {
            if (arrivals.pendingCount() > most) {
                return List.of();
            }
            List<IndexEntry> pending = arrivals.pending();
            if (inHand != null) {
                pending.add(inHand); // somebody looks into it just now, and is not done
            }
            return pending;
        }
    }

    public int pendingCount() {
        synchronized (lock) {
            return arrivals.pendingCount();
        }
    }

    /** The message in this namespace, or null. */
    @Nullable
    public NamespaceEntry find(Ulid id, String namespace) {
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

    /** A namespace as it stands. */
    @SuppressWarnings("ArrayRecordComponent")
    public record View(NamespaceEntries.Snapshot rows, int total, int unread, Map<String, Integer> tags, long cursor) {}

    public View view(String namespace) {
        synchronized (lock) {
            NamespaceEntries rows = boxes.get(namespace);
            if (rows == null) {
                return new View(new NamespaceEntries.Snapshot(new NamespaceEntry[0], 0), 0, 0, new TreeMap<>(), cursor);
            }
            return new View(rows.snapshot(), rows.live(), rows.unread(), rows.tags(), cursor);
        }
    }

    public List<String> namespaces() {
        synchronized (lock) {
            return boxes.keySet().stream()
                    .filter(name -> !name.isEmpty())
                    .sorted()
                    .toList();
        }
    }

    /** Marks messages; those that changed. */
    public List<NamespaceEntry> read(List<NamespaceEntry> rows, boolean read) {
        return inTurns(rows, row -> {
            if (row.read == read) {
                return false;
            }
            row.rows.read(row, read);
            note(row);
            return true;
        });
    }

    /** Sets the tags of messages; those that changed. */
    public List<NamespaceEntry> tag(List<NamespaceEntry> rows, Function<List<String>, List<String>> change) {
        return inTurns(rows, row -> {
            List<String> changed = change.apply(row.tags);
            if (changed.equals(row.tags)) {
                return false;
            }
            row.rows.tag(row, changed);
            row.tagged = true;
            note(row);
            return true;
        });
    }

    private void note(NamespaceEntry row) {
        var values = new TreeMap<String, String>();
        values.put(READ, Boolean.toString(row.read));
        if (row.tagged) {
            values.put(TAGS, String.join(",", row.tags));
        }
        journal.state(row.entry.id, stateKey(row.rows.name), values);
    }

    /** Deletes messages from their namespaces; those that were still there. */
    public List<NamespaceEntry> delete(List<NamespaceEntry> rows) {
        return inTurns(rows, row -> {
            deleted++;
            take(row);
            note(List.of(row), "deleted");
            return true;
        });
    }

    /** Something done to a row that is there, under the lock; whether it changed anything. */
    private interface Change {
        boolean to(NamespaceEntry row);
    }

    private List<NamespaceEntry> inTurns(List<NamespaceEntry> rows, Change change) {
        var changed = new ArrayList<NamespaceEntry>();
        for (int from = 0; from < rows.size(); from += ROWS_A_TURN) {
            synchronized (lock) {
                for (NamespaceEntry row : rows.subList(from, Math.min(rows.size(), from + ROWS_A_TURN))) {
                    if (!row.isGone() && change.to(row)) {
                        changed.add(row);
                    }
                }
            }
            journal.handOver();
        }
        return changed;
    }

    /** A message has come that was not here when the inbox was opened. */
    public void received(long bytes) {
        synchronized (lock) {
            received++;
            receivedBytes += bytes;
        }
    }

    public InboxStatistics statistics(int waiting, int listening, long droppedListeners) {
        synchronized (lock) {
            return new InboxStatistics(
                    entries.size(),
                    storedBytes,
                    received,
                    receivedBytes,
                    boxes.size() - 1,
                    deleted,
                    pruned,
                    arrivals.pendingCount(),
                    heldBytes,
                    waiting,
                    listening,
                    droppedListeners,
                    unselected);
        }
    }
}
