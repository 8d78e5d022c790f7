// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.report.DeliveryReport;
import dev.boxcar.relay.report.ReportWriter;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * Puts reports into the queue: one by one, or collected into one per sender. Worker threads write them. Confined to the
 * scheduler's loop.
 */
final class ReportStore {
    /** The reports that one collected report is made of come due at the same time, and are looked at within this. */
    private static final Duration COLLECTED_WITHIN = Duration.ofSeconds(1);
    /** A collected report is about at most so many recipients, or a few more. */
    private static final int MAX_RECIPIENTS = 1_000;

    /** Is told whether reports were stored. */
    interface Result {
        void stored();

        /** They were not, because of a local fault. */
        void failed(String reason);
    }

    private interface Writing {
        ReportWriter.Written write(Instant now) throws IOException;
    }

    /** Reports to one sender, and those who wait for them. */
    private static final class Collection {
        final List<DeliveryReport> reports = new ArrayList<>();
        final List<Result> results = new ArrayList<>();
        int recipients;
    }

    private final EventLoop loop;
    private final RelayQueue queue;
    private final ReportWriter writer;
    private final ScheduleOptions options;
    private final Map<String, Collection> collections = new LinkedHashMap<>();

    ReportStore(EventLoop loop, RelayQueue queue, ScheduleOptions options) {
        this.loop = loop;
        this.queue = queue;
        this.options = options;
        this.writer = new ReportWriter(options.hostname());
    }

    /** Stores each of these reports, one after the other. */
    void store(Iterator<DeliveryReport> reports, Result result) {
        if (!reports.hasNext()) {
            result.stored();
            return;
        }
        DeliveryReport report = reports.next();
        store(now -> writer.write(report, now), new Result() {
            @Override
            public void stored() {
                store(reports, result);
            }

            @Override
            public void failed(String reason) {
                result.failed(reason);
            }
        });
    }

    /** Stores these reports together with others to the same sender, soon. */
    void collect(String sender, List<DeliveryReport> reports, Result result) {
        Collection collection = collections.computeIfAbsent(sender, unknown -> {
            loop.schedule(COLLECTED_WITHIN, () -> storeCollected(sender));
            return new Collection();
        });
        collection.reports.addAll(reports);
        collection.results.add(result);
        collection.recipients +=
                reports.stream().mapToInt(one -> one.recipients().size()).sum();
        if (collection.recipients >= MAX_RECIPIENTS) {
            storeCollected(sender);
        }
    }

    private void storeCollected(String sender) {
        Collection collection = collections.remove(sender);
        if (collection == null) {
            return; // it was full before its time
        }
        store(now -> writer.writeCollected(collection.reports, now), new Result() {
            @Override
            public void stored() {
                collection.results.forEach(Result::stored);
            }

            @Override
            public void failed(String reason) {
                collection.results.forEach(one -> one.failed(reason));
            }
        });
    }

    private void store(Writing writing, Result result) {
        try {
            loop.workers().execute(() -> write(writing, result));
        } catch (RejectedExecutionException e) {
            result.failed("too many reports are being written");
        }
    }

    private void write(Writing writing, Result result) {
        try {
            ReportWriter.Written written =
                    writing.write(Instant.ofEpochMilli(options.clockMillis().getAsLong()));
            Envelope envelope = options.reports().apply(written.envelope());
            loop.execute(() -> queue.append(envelope, written.content(), loop, outcome -> {
                if (outcome == CommitOutcome.STORED) {
                    result.stored();
                } else {
                    result.failed("the report cannot be stored");
                }
            }));
        } catch (IOException | RuntimeException e) {
            loop.execute(() -> result.failed("the report cannot be written: " + e));
        }
    }
}
