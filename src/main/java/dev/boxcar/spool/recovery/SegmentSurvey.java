// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
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
 * Reads every byte of every segment, several segments at a time, and adds the undamaged records to an index, which
 * takes them in any order.
 *
 * <p>Progress is logged once a second. The calling thread waits; the reading threads have ended when it returns, even
 * on failure (a segment cannot be read, or has a newer format).
 */
final class SegmentSurvey {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSurvey.class);
    private static final int MAX_READERS = 4;
    private static final int MIB = 1024 * 1024;

    private final SpoolDirectory directory;
    private final SpoolIndex index;
    private final AtomicLong bytesRead = new AtomicLong();

    SegmentSurvey(SpoolDirectory directory, SpoolIndex index) {
        this.directory = directory;
        this.index = index;
    }

    /** Reads these segments. The results are in the same order. */
    List<SegmentFindings> read(List<SegmentName> names) throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        int readers = Math.max(1, Math.min(MAX_READERS, Math.min(names.size(), processors)));
        var threads = Executors.newFixedThreadPool(readers, task -> {
            var thread = new Thread(task, "boxcar-spool-recovery");
            thread.setDaemon(true);
            return thread;
        });
        var tasks = new ArrayList<Future<SegmentFindings>>();
        for (SegmentName name : names) {
            tasks.add(threads.submit(() -> read(name)));
        }
        threads.shutdown();
        try {
            return results(tasks);
        } finally {
            tasks.forEach(task -> task.cancel(false)); // without interrupt: a FileChannel closes on interrupt
            awaitEnd(threads);
        }
    }

    private List<SegmentFindings> results(List<Future<SegmentFindings>> tasks) throws IOException {
        long nextReport = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        boolean interrupted = false;
        var results = new ArrayList<SegmentFindings>();
        while (results.size() < tasks.size()) {
            try {
                long wait = Math.max(0, nextReport - System.nanoTime());
                results.add(tasks.get(results.size()).get(wait, TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                LOG.info(
                        "event=spool-recovering segments={} of={} mib={}",
                        results.size(),
                        tasks.size(),
                        bytesRead.get() / MIB);
                nextReport += TimeUnit.SECONDS.toNanos(1);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw causeOf(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return results;
    }

    private static IOException causeOf(ExecutionException e) {
        if (e.getCause() instanceof SpoolException rejected) {
            return new SpoolException(String.valueOf(rejected.getMessage()), rejected);
        }
        if (e.getCause() instanceof IOException failed) {
            return new IOException(failed.getMessage(), failed);
        }
        throw new IllegalStateException("a bug in recovery", e.getCause());
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

    private SegmentFindings read(SegmentName name) throws IOException {
        var findings = new SegmentFindings(name);
        long read = 0;
        try (var scanner = new SegmentScanner(directory.segments(), name, Depth.PAYLOADS)) {
            for (var piece = scanner.next(); piece != null; piece = scanner.next()) {
                if (piece instanceof Found found) {
                    findings.add(found);
                    if (addToIndex(name, found, scanner)) {
                        findings.countIndexed();
                    }
                    bytesRead.addAndGet(found.end() - read);
                    read = found.end();
                } else if (piece instanceof Bad bad) {
                    findings.add(bad);
                }
            }
            findings.setBytes(scanner.size());
            return findings;
        }
    }

    /** Returns false for records that the index does not need. */
    private boolean addToIndex(SegmentName name, Found found, SegmentScanner scanner) throws IOException {
        RecordHeader header = found.header();
        var location = RecordLocation.of(name, found.offset(), header);
        switch (header.type()) {
            case MESSAGE, BLOB -> index.addMessage(header.id(), location);
            case STATE -> {
                byte[] text = scanner.read(location.textOffset(), location.textLength());
                index.addState(header.id(), location, StoredRecord.textOf(location, text));
            }
            case DONE -> index.addDone(header.id(), location);
            case MARK, SEAL -> {
                return false;
            }
        }
        return true;
    }
}
