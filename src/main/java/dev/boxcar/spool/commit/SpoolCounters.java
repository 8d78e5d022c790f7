// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.spool.SpoolStatistics;
import java.util.concurrent.atomic.LongAdder;

/** The counters of a spool. Any thread. */
public final class SpoolCounters {
    private final LongAdder messages = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder forces = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder compactions = new LongAdder();
    private final LongAdder reclaimedBytes = new LongAdder();

    public void countStored(PendingRecord record) {
        records.increment();
        bytes.add(record.bytes());
        if (record.type().isMessage()) {
            messages.increment();
        }
    }

    public void countBatch() {
        batches.increment();
    }

    public void countForce() {
        forces.increment();
    }

    public void countRefused(int count) {
        refused.add(count);
    }

    public void countDropped() {
        dropped.increment();
    }

    public void countCompaction(long reclaimed) {
        compactions.increment();
        reclaimedBytes.add(reclaimed);
    }

    /** The counters now, with the current sizes that the caller knows. */
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
                reclaimedBytes.sum());
    }
}
