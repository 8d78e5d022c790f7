// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.concurrent.atomic.LongAdder;

/** What a spool counts. The thread that commits adds, any thread reads. */
final class Counters {
    final LongAdder messages = new LongAdder();
    final LongAdder records = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder forces = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder dropped = new LongAdder();

    void stored(Pending record) {
        records.increment();
        bytes.add(record.bytes());
        if (record.type().isMessage()) {
            messages.increment();
        }
    }

    private final LongAdder compactions = new LongAdder();
    private final LongAdder reclaimed = new LongAdder();

    /** A compaction gave back so many bytes. */
    void compacted(long bytes) {
        compactions.increment();
        reclaimed.add(bytes);
    }

    SpoolStatistics snapshot(long held, long queued, long slabBytes) {
        return new SpoolStatistics(
                messages.sum(),
                records.sum(),
                bytes.sum(),
                batches.sum(),
                forces.sum(),
                refused.sum(),
                dropped.sum(),
                held,
                queued,
                slabBytes,
                compactions.sum(),
                reclaimed.sum());
    }
}
