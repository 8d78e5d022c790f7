// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.format.SegmentName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Notes which segments lose needed records at the moment, as those of a busy relay do: its messages are done soon after
 * they were accepted. Copying such a segment is wasted work, because it will soon be empty. Confined to one thread.
 */
final class EmptyingSegments {
    /** A segment that has lost no record for this time has come to rest. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** After this time, a segment counts as at rest in any case. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Map<SegmentName, Seen> segments = new HashMap<>();

    private record Seen(long neededBytes, long changedNanos, long sinceNanos) {}

    /**
     * Looks at a segment.
     *
     * @param neededBytes how many of its bytes are needed now
     * @return whether it is losing needed records
     */
    boolean isEmptying(SegmentName name, long neededBytes, long nowNanos) {
        Seen seen = segments.get(name);
        if (seen == null || seen.neededBytes() != neededBytes) {
            seen = new Seen(neededBytes, nowNanos, seen == null ? nowNanos : seen.sinceNanos());
            segments.put(name, seen);
        }
        return nowNanos - seen.changedNanos() < REST_NANOS && nowNanos - seen.sinceNanos() < MAX_NANOS;
    }

    /** Forgets all other segments. */
    void retain(Collection<SegmentName> names) {
        segments.keySet().retainAll(names);
    }
}
