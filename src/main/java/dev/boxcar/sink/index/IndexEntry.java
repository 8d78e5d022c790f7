// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in the index. What changes is guarded by the index's lock; the digest may be read without. */
public final class IndexEntry {
    private static final NamespaceEntry[] NOWHERE = {};

    public final Ulid id;
    public final long sequence;
    final long createdMillis;
    /** Bytes of the message. */
    final long size;
    /** Bytes of the message and its envelope. */
    final long stored;

    /** What to make the digest of, where it is at hand; null once it is made, or where the spool is to be asked. */
    @Nullable
    public Fresh fresh;

    /** Null where nobody has looked into the message yet, or where there was no room to keep it. */
    volatile @Nullable MessageFields digest;

    /** Whether a digest was made once, so that tags that the message brought are known. */
    public volatile boolean looked;

    /** Its neighbours in the order of commits, and whether nobody was told of it yet: for {@link CommitOrder}. */
    @Nullable
    IndexEntry older;

    @Nullable
    IndexEntry younger;

    boolean pending;

    /** One for each namespace that it is in, and behind them as many holes as it has left. */
    private @Nullable NamespaceEntry[] rows = NOWHERE;

    private int namespaces;

    public IndexEntry(Ulid id, long sequence, long createdMillis, long size, long stored) {
        this.id = id;
        this.sequence = sequence;
        this.createdMillis = createdMillis;
        this.size = size;
        this.stored = stored;
    }

    /** Envelope and bytes of a message that has just been committed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Fresh(Envelope envelope, byte[] bytes) {}

    /** Puts it into its namespaces; called once. */
    void enter(List<NamespaceEntry> all) {
        rows = all.toArray(NOWHERE);
        namespaces = rows.length;
        for (int i = 0; i < namespaces; i++) {
            all.get(i).place = i;
        }
    }

    /** Costs the same however many namespaces there are. */
    void remove(NamespaceEntry row) {
        NamespaceEntry last = rows[--namespaces];
        rows[row.place] = last;
        rows[namespaces] = null;
        if (last != null) {
            last.place = row.place;
        }
        if (namespaces == 0) {
            rows = NOWHERE;
        }
    }

    /** Its places in the namespaces that it is in. */
    List<NamespaceEntry> rows() {
        var all = new ArrayList<NamespaceEntry>(namespaces);
        for (NamespaceEntry row : rows) {
            if (row != null) {
                all.add(row);
            }
        }
        return all;
    }

    boolean isGone() {
        return namespaces == 0;
    }

    /** Its place in a namespace, or null. */
    @Nullable
    NamespaceEntry in(String namespace) {
        for (NamespaceEntry row : rows) {
            if (row != null && row.rows.name.equals(namespace)) {
                return row;
            }
        }
        return null;
    }
}
