// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one namespace in commit order. Guarded by the index's lock; a {@link Snapshot} may be read without.
 *
 * <p>Removing leaves a hole, and holes are closed when they are more than half: so every place a reader holds stays
 * true, and all is quick.
 */
public final class NamespaceEntries {
    private static final int FIRST_ROWS = 16;

    final String name;
    private @Nullable NamespaceEntry[] rows = new NamespaceEntry[FIRST_ROWS];
    private int end;
    private int oldest;
    private int live;
    private int unread;
    private final TreeMap<String, Integer> tags = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    NamespaceEntries(String name) {
        this.name = name;
    }

    /**
     * What stood there at a moment; rows that go meanwhile are null, or say so.
     *
     * @param rows in commit order, with holes
     * @param end behind the last one
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Snapshot(@Nullable NamespaceEntry[] rows, int end) {
        /** The row at this place, or null where there is none any more. */
        @Nullable
        public NamespaceEntry at(int slot) {
            NamespaceEntry row = rows[slot];
            return row == null || row.isGone() ? null : row;
        }

        /**
         * A place before which nothing came later than {@code sequence}; found by halving, as far as there are no
         * holes.
         */
        public int firstBehind(long sequence) {
            int low = 0;
            int high = end;
            while (low < high) {
                int middle = (low + high) >>> 1;
                int at = middle;
                NamespaceEntry row = rows[at];
                while (row == null && ++at < high) {
                    row = rows[at];
                }
                if (row == null || row.entry.sequence > sequence) {
                    high = middle;
                } else {
                    low = at + 1;
                }
            }
            return low;
        }
    }

    Snapshot snapshot() {
        return new Snapshot(rows, end);
    }

    void add(NamespaceEntry row) {
        if (end == rows.length) {
            rows = Arrays.copyOf(rows, end * 2);
        }
        row.slot = end;
        rows[end++] = row;
        live++;
        if (!row.read) {
            unread++;
        }
        count(row.tags, 1);
    }

    void remove(NamespaceEntry row) {
        rows[row.slot] = null;
        row.slot = -1;
        live--;
        if (!row.read) {
            unread--;
        }
        count(row.tags, -1);
        if (rows.length > FIRST_ROWS && live < end / 2) {
            close();
        }
    }

    private void close() {
        var fewer = new NamespaceEntry[Math.max(FIRST_ROWS, live * 2)];
        int to = 0;
        for (int from = oldest; from < end; from++) {
            NamespaceEntry row = rows[from];
            if (row != null) {
                row.slot = to;
                fewer[to++] = row;
            }
        }
        rows = fewer;
        end = to;
        oldest = 0;
    }

    void read(NamespaceEntry row, boolean read) {
        if (row.read != read) {
            row.read = read;
            unread += read ? -1 : 1;
        }
    }

    void tag(NamespaceEntry row, List<String> changed) {
        count(row.tags, -1);
        row.tags = changed;
        count(changed, 1);
    }

    private void count(List<String> of, int more) {
        for (String tag : of) {
            tags.merge(tag, more, (before, change) -> before + change == 0 ? null : before + change);
        }
    }

    /** The oldest message, or null where there is none. */
    @Nullable
    NamespaceEntry oldest() {
        while (oldest < end) {
            NamespaceEntry row = rows[oldest];
            if (row != null) {
                return row;
            }
            oldest++;
        }
        return null;
    }

    int live() {
        return live;
    }

    int unread() {
        return unread;
    }

    /** How many messages have each tag. */
    Map<String, Integer> tags() {
        var copy = new TreeMap<String, Integer>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(tags);
        return copy;
    }
}
