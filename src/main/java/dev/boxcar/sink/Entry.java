// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in the index. What changes is guarded by the index's lock; the digest may be read without. */
final class Entry {
    private static final Row[] NOWHERE = {};

    final Ulid id;
    final long sequence;
    final long createdMillis;
    /** Bytes of the message. */
    final long size;
    /** Bytes of the message and its envelope. */
    final long stored;

    /** What to make the digest of, where it is at hand; null once it is made, or where the spool is to be asked. */
    @Nullable
    Fresh fresh;

    /** Null where nobody has looked into the message yet, or where there was no room to keep it. */
    volatile @Nullable Digest digest;

    /** Whether a digest was made once, so that tags that the message brought are known. */
    volatile boolean looked;

    /** Its neighbours in the order of commits, and whether nobody was told of it yet: for {@link Arrivals}. */
    @Nullable
    Entry older;

    @Nullable
    Entry younger;

    boolean pending;

    /** One for each namespace that it is in, and behind them as many holes as it has left. */
    private @Nullable Row[] rows = NOWHERE;

    private int namespaces;

    Entry(Ulid id, long sequence, long createdMillis, long size, long stored) {
        this.id = id;
        this.sequence = sequence;
        this.createdMillis = createdMillis;
        this.size = size;
        this.stored = stored;
    }

    /** Envelope and bytes of a message that has just been committed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Fresh(Envelope envelope, byte[] bytes) {}

    /** Puts it into its namespaces; called once. */
    void enter(List<Row> all) {
        rows = all.toArray(NOWHERE);
        namespaces = rows.length;
        for (int i = 0; i < namespaces; i++) {
            all.get(i).place = i;
        }
    }

    /** Costs the same however many namespaces there are. */
    void remove(Row row) {
        Row last = rows[--namespaces];
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
    List<Row> rows() {
        var all = new ArrayList<Row>(namespaces);
        for (Row row : rows) {
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
    Row in(String namespace) {
        for (Row row : rows) {
            if (row != null && row.rows.name.equals(namespace)) {
                return row;
            }
        }
        return null;
    }
}
