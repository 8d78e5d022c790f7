// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every byte of every segment, some segments at a time, and enters into an index what is sound: the index does
 * not mind the order.
 *
 * <p>How far it is, is logged once a second from the first second on. The caller's thread waits; the threads that read
 * are gone when it returns. On failure (a segment cannot be read, a newer format) all of them have ended, too.
 */
final class SegmentSurvey {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSurvey.class);
    private static final int MOST_READERS = 4;
    private static final int MIB = 1024 * 1024;

    private final SpoolDirectory directory;
    private final SpoolIndex index;
    private final AtomicLong bytesRead = new AtomicLong();

    /**
     * What was found in one segment.
     *
     * @param records those that are needed by an index; MARK and SEAL are not counted
     * @param highest the highest sequence
     * @param durable the highest durable mark
     * @param isEmpty whether no record is in it
     * @param isSealed whether it ends with a seal
     * @param bytes its length
     */
    record Seen(
            SegmentName name,
            List<Bad> bad,
            long records,
            long highest,
            long durable,
            boolean isEmpty,
            boolean isSealed,
            long bytes) {}

    SegmentSurvey(SpoolDirectory directory, SpoolIndex index) {
        this.directory = directory;
        this.index = index;
    }

    /** Reads these segments; the results are in the same order. */
    List<Seen> of(List<SegmentName> names) throws IOException {
        int readers = Math.max(
                1,
                Math.min(
                        MOST_READERS,
                        Math.min(names.size(), Runtime.getRuntime().availableProcessors())));
        var threads = Executors.newFixedThreadPool(readers, task -> {
            var thread = new Thread(task, "boxcar-spool-recovery");
            thread.setDaemon(true);
            return thread;
        });
        var tasks = new ArrayList<Future<Seen>>();
        for (SegmentName name : names) {
            tasks.add(threads.submit(() -> read(name)));
        }
        threads.shutdown();
        try {
            return results(tasks);
        } finally {
            tasks.forEach(task -> task.cancel(false)); // not interrupted: a FileChannel closes on interrupt
            awaitEnd(threads);
        }
    }

    private List<Seen> results(List<Future<Seen>> tasks) throws IOException {
        long next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        boolean interrupted = false;
        var seen = new ArrayList<Seen>();
        while (seen.size() < tasks.size()) {
            try {
                seen.add(tasks.get(seen.size()).get(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                LOG.info(
                        "event=spool-recovering segments={} of={} mib={}",
                        seen.size(),
                        tasks.size(),
                        bytesRead.get() / MIB);
                next += TimeUnit.SECONDS.toNanos(1);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw thrown(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return seen;
    }

    private static IOException thrown(ExecutionException e) {
        if (e.getCause() instanceof SpoolException refused) {
            return new SpoolException(String.valueOf(refused.getMessage()), refused);
        }
        if (e.getCause() instanceof IOException failed) {
            return new IOException(failed.getMessage(), failed);
        }
        throw new IllegalStateException("recovery met a bug", e.getCause());
    }

    private static void awaitEnd(ExecutorService threads) {
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Seen read(SegmentName name) throws IOException {
        var bad = new ArrayList<Bad>();
        long records = 0;
        long highest = 0;
        long durable = 0;
        boolean isEmpty = true;
        boolean isSealed = false;
        long read = 0;
        try (var scan = new SegmentScanner(directory.segments(), name, Depth.PAYLOADS)) {
            for (var piece = scan.next(); piece != null; piece = scan.next()) {
                if (piece instanceof Found found) {
                    RecordHeader header = found.header();
                    records += enter(name, found, scan) ? 1 : 0;
                    highest = Math.max(highest, header.sequence());
                    durable = Math.max(durable, header.durable());
                    isEmpty = false;
                    isSealed = header.type() == RecordType.SEAL;
                    bytesRead.addAndGet(found.end() - read);
                    read = found.end();
                } else if (piece instanceof Bad stretch) {
                    bad.add(stretch);
                    isSealed = false;
                }
            }
            return new Seen(name, bad, records, highest, durable, isEmpty, isSealed, scan.size());
        }
    }

    /** Whether the index has to do with it. */
    private boolean enter(SegmentName name, Found found, SegmentScanner scan) throws IOException {
        RecordHeader header = found.header();
        var place = RecordLocation.of(name, found.offset(), header);
        switch (header.type()) {
            case MESSAGE, BLOB -> index.message(header.id(), place);
            case STATE -> {
                byte[] text = scan.read(place.textOffset(), place.textLength());
                index.state(header.id(), place, StoredRecord.envelope(place, text));
            }
            case DONE -> index.done(header.id(), place);
            case MARK, SEAL -> {
                return false;
            }
        }
        return true;
    }
}
