// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.concurrent.atomic.LongAdder;

/** What a spool counts. The thread that commits adds, any thread reads. */
final class Counters {
    final LongAdder messages = new LongAdder();
    final LongAdder records = new LongAdder();
    final LongAdder octets = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder forces = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder dropped = new LongAdder();

    void stored(Pending record) {
        records.increment();
        octets.add(record.octets());
        if (record.type().isMessage()) {
            messages.increment();
        }
    }

    SpoolStatistics snapshot(long held, long queued, long slabOctets) {
        return new SpoolStatistics(
                messages.sum(),
                records.sum(),
                octets.sum(),
                batches.sum(),
                forces.sum(),
                refused.sum(),
                dropped.sum(),
                held,
                queued,
                slabOctets);
    }
}
