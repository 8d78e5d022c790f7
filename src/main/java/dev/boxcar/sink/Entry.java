// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A message in the index. What changes is guarded by the index's lock; the digest may be read without. */
final class Entry {
    private static final Row[] NOWHERE = {};

    final Ulid id;
    final long sequence;
    final long createdMillis;
    /** Octets of the message. */
    final long size;
    /** Octets of the message and its envelope. */
    final long stored;

    /** What to make the digest of, where it is at hand; null once it is made, or where the spool is to be asked. */
    @Nullable
    Fresh fresh;

    /** Null where nobody has looked into the message yet, or where there was no room to keep it. */
    volatile @Nullable Digest digest;

    /** Whether a digest was made once, so that tags that the message brought are known. */
    volatile boolean looked;

    /** One for each namespace that it is in. */
    Row[] rows = NOWHERE;

    Entry(Ulid id, long sequence, long createdMillis, long size, long stored) {
        this.id = id;
        this.sequence = sequence;
        this.createdMillis = createdMillis;
        this.size = size;
        this.stored = stored;
    }

    /** Envelope and octets of a message that has just been committed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Fresh(Envelope envelope, byte[] octets) {}

    void add(Row row) {
        rows = Arrays.copyOf(rows, rows.length + 1);
        rows[rows.length - 1] = row;
    }

    void remove(Row row) {
        if (rows.length == 1 && rows[0] == row) {
            rows = NOWHERE;
            return;
        }
        Row[] left = Arrays.stream(rows).filter(other -> other != row).toArray(Row[]::new);
        rows = left.length == 0 ? NOWHERE : left;
    }

    boolean isGone() {
        return rows.length == 0;
    }

    /** Its place in a namespace, or null. */
    @Nullable
    Row in(String namespace) {
        for (Row row : rows) {
            if (row.rows.name.equals(namespace)) {
                return row;
            }
        }
        return null;
    }
}
