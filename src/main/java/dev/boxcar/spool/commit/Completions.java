// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports the outcomes of committed records: one task per executor, in commit order. */
public final class Completions {
    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private Completions() {}

    /** Completes all {@code records} with the outcome that each carries. */
    public static void complete(List<PendingRecord> records) {
        if (records.size() == 1) {
            PendingRecord only = records.get(0);
            handOver(only.executor(), () -> complete(only), 1);
            return;
        }
        var batches = new ArrayList<Batch>(4);
        for (int i = 0; i < records.size(); i++) {
            PendingRecord record = records.get(i);
            batchOf(batches, record.executor(), records.size() - i).add(record);
        }
        for (Batch batch : batches) {
            handOver(batch.executor, batch, batch.records.size());
        }
    }

    private static void handOver(Executor executor, Runnable completion, int records) {
        try {
            executor.execute(completion);
        } catch (RuntimeException rejected) {
            // The event loop has ended, and the sessions that waited have ended with it.
            LOG.debug("event=completion-rejected records={} cause={}", records, rejected.toString());
        }
    }

    private static void complete(PendingRecord record) {
        try {
            record.complete();
        } catch (RuntimeException bug) {
            LOG.error("event=completion-failed id={}", record.id(), bug);
        }
    }

    /** Searches the list: there are only as many executors as event loops, so this is cheaper than a map. */
    private static Batch batchOf(List<Batch> batches, Executor executor, int maxRecords) {
        for (int i = 0; i < batches.size(); i++) {
            if (batches.get(i).executor == executor) {
                return batches.get(i);
            }
        }
        var batch = new Batch(executor, maxRecords);
        batches.add(batch);
        return batch;
    }

    private static final class Batch implements Runnable {
        final Executor executor;
        final ArrayList<PendingRecord> records;

        Batch(Executor executor, int maxRecords) {
            this.executor = executor;
            this.records = new ArrayList<>(maxRecords);
        }

        void add(PendingRecord record) {
            records.add(record);
        }

        @Override
        public void run() {
            records.forEach(Completions::complete);
        }
    }
}
