// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message in the index, whatever namespaces it is in. The index's lock guards the fields that change;
 * {@link #fields} and {@link #scanned} may be read without the lock.
 */
public final class IndexEntry {
    private static final NamespaceEntry[] NO_ENTRIES = {};

    private final Ulid id;
    private final long sequence;
    private final long receivedMillis;
    private final long bodyBytes;
    private final long storedBytes;

    /** The message itself, while it is in memory for the extraction of its fields; null if it is not in memory. */
    @Nullable
    FreshMessage fresh;

    /** The extracted fields, if they are in memory; null if they are not. */
    volatile @Nullable MessageFields fields;

    /** Whether the fields were ever extracted, which means that the tags set by the message itself are known. */
    volatile boolean scanned;

    /** The neighbours in commit order, and whether the message is still to be announced: for {@link CommitOrder}. */
    @Nullable
    IndexEntry older;

    @Nullable
    IndexEntry newer;

    boolean pending;

    /** One per namespace of the message; entries of namespaces it has left are null and at the end. */
    private @Nullable NamespaceEntry[] entries = NO_ENTRIES;

    private int namespaces;

    /**
     * A message that is in no namespace yet.
     *
     * @param sequence its place in the commit sequence
     * @param bodyBytes the size of the message
     * @param envelopeBytes the size of its envelope in the spool
     */
    public IndexEntry(
            Ulid id,
            long sequence,
            long receivedMillis,
            long bodyBytes,
            long envelopeBytes,
            @Nullable FreshMessage fresh) {
        this.id = id;
        this.sequence = sequence;
        this.receivedMillis = receivedMillis;
        this.bodyBytes = bodyBytes;
        this.storedBytes = bodyBytes + envelopeBytes;
        this.fresh = fresh;
    }

    public Ulid id() {
        return id;
    }

    /** The place in the commit sequence. */
    public long sequence() {
        return sequence;
    }

    long receivedMillis() {
        return receivedMillis;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** The size of the message and its envelope. */
    long storedBytes() {
        return storedBytes;
    }

    /** Whether the fields were ever extracted, which means that the tags set by the message itself are known. */
    public boolean isScanned() {
        return scanned;
    }

    /** Sets the namespaces; called once. */
    void addTo(List<NamespaceEntry> all) {
        entries = all.toArray(NO_ENTRIES);
        namespaces = entries.length;
        for (int i = 0; i < namespaces; i++) {
            all.get(i).position = i;
        }
    }

    /** Removes the message from a namespace. Takes constant time, whatever the number of namespaces. */
    void remove(NamespaceEntry entry) {
        NamespaceEntry last = entries[--namespaces];
        entries[entry.position] = last;
        entries[namespaces] = null;
        if (last != null) {
            last.position = entry.position;
        }
        if (namespaces == 0) {
            entries = NO_ENTRIES;
        }
    }

    /** The message in each of its namespaces. */
    List<NamespaceEntry> entries() {
        var all = new ArrayList<NamespaceEntry>(namespaces);
        for (NamespaceEntry entry : entries) {
            if (entry != null) {
                all.add(entry);
            }
        }
        return all;
    }

    /** Whether no namespace has the message any more. */
    boolean isRemoved() {
        return namespaces == 0;
    }

    /** The message in this namespace, or null. */
    @Nullable
    NamespaceEntry in(String namespace) {
        for (NamespaceEntry entry : entries) {
            if (entry != null && entry.namespace().equals(namespace)) {
                return entry;
            }
        }
        return null;
    }
}
