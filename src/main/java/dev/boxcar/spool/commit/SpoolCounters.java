// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.spool.SpoolStatistics;
import java.util.concurrent.atomic.LongAdder;

/** What a spool counts. The thread that commits adds, any thread reads. */
public final class SpoolCounters {
    final LongAdder messages = new LongAdder();
    final LongAdder records = new LongAdder();
    final LongAdder bytes = new LongAdder();
    public final LongAdder batches = new LongAdder();
    public final LongAdder forces = new LongAdder();
    public final LongAdder refused = new LongAdder();
    public final LongAdder dropped = new LongAdder();

    public void stored(PendingRecord record) {
        records.increment();
        bytes.add(record.bytes());
        if (record.type().isMessage()) {
            messages.increment();
        }
    }

    private final LongAdder compactions = new LongAdder();
    private final LongAdder reclaimed = new LongAdder();

    /** A compaction gave back so many bytes. */
    public void compacted(long bytes) {
        compactions.increment();
        reclaimed.add(bytes);
    }

    public SpoolStatistics snapshot(long held, long queued, long slabBytes) {
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
