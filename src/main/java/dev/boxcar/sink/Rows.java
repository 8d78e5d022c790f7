// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

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
final class Rows {
    private static final int FIRST_ROWS = 16;

    final String name;
    private @Nullable Row[] rows = new Row[FIRST_ROWS];
    private int end;
    private int oldest;
    private int live;
    private int unread;
    private final TreeMap<String, Integer> tags = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Rows(String name) {
        this.name = name;
    }

    /**
     * What stood there at a moment; rows that go meanwhile are null, or say so.
     *
     * @param rows in commit order, with holes
     * @param end behind the last one
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Snapshot(@Nullable Row[] rows, int end) {
        /** The row at this place, or null where there is none any more. */
        @Nullable
        Row at(int slot) {
            Row row = rows[slot];
            return row == null || row.isGone() ? null : row;
        }

        /**
         * A place before which nothing came later than {@code sequence}; found by halving, as far as there are no
         * holes.
         */
        int firstBehind(long sequence) {
            int low = 0;
            int high = end;
            while (low < high) {
                int middle = (low + high) >>> 1;
                int at = middle;
                Row row = rows[at];
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

    void add(Row row) {
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

    void remove(Row row) {
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
        var fewer = new Row[Math.max(FIRST_ROWS, live * 2)];
        int to = 0;
        for (int from = oldest; from < end; from++) {
            Row row = rows[from];
            if (row != null) {
                row.slot = to;
                fewer[to++] = row;
            }
        }
        rows = fewer;
        end = to;
        oldest = 0;
    }

    void read(Row row, boolean read) {
        if (row.read != read) {
            row.read = read;
            unread += read ? -1 : 1;
        }
    }

    void tag(Row row, List<String> changed) {
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
    Row oldest() {
        while (oldest < end) {
            Row row = rows[oldest];
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
