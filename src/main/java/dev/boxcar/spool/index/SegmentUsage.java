// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import java.util.HashMap;

/** How many bytes of each segment belong to records that are needed. Guarded by the lock of its {@link SpoolIndex}. */
final class SegmentUsage {
    private final HashMap<SegmentName, Long> neededBytes = new HashMap<>();

    void add(RecordLocation record) {
        neededBytes.merge(record.segment(), record.recordBytes(), Long::sum);
    }

    void subtract(RecordLocation record) {
        neededBytes.merge(record.segment(), -record.recordBytes(), Long::sum);
    }

    long neededBytes(SegmentName segment) {
        return neededBytes.getOrDefault(segment, 0L);
    }

    void remove(SegmentName segment) {
        neededBytes.remove(segment);
    }
}
