// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Urgency;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.Completions;
import dev.boxcar.spool.commit.Followers;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.QueuedItem;
import dev.boxcar.spool.commit.QueuedTask;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.compaction.Compaction;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.FreeSpaceMonitor;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes segments. It takes everything that is queued, writes it, forces it as {@link Sync}
 * promises, shows it to followers and completes all of it. Everything queued in the meantime forms the next batch.
 * There is no timer: when the writer is idle, it writes the first record as soon as it is woken ({@link CommitQueue}).
 *
 * <p>The thread is never interrupted, because a {@code FileChannel} closes on interrupt. It is not a daemon: it ends
 * when {@link #close} has drained the queue.
 *
 * <p>Failure: if the disk is full before any record of a group is acknowledged, the group is rolled back, its messages
 * get NO_ROOM, and the writer continues. Any other failed write, and every failed force, is final and never tried again
 * (after a failed fsync the kernel may have dropped the pages). Then all waiting records get FAULT, no more are taken,
 * and {@code onFatal} runs once.
 */
final class SpoolWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolWriter.class);
    private static final long MARK_AFTER_NANOS = 20_000_000L;
    /** Maximum time between writing and forcing a record that is {@link Urgency#LAZY}. */
    private static final long LAZY_NANOS = 1_000_000_000L;

    private final CommitQueue queue;
    private final SegmentLog log;
    private final Sync sync;
    private final SpoolIndex index;
    private final Followers followers;
    private final FreeSpaceMonitor space;
    private final SpoolCounters counters;
    private final Compaction compaction;
    private final Consumer<IOException> onFatal;
    private final Thread thread;
    private final ArrayList<QueuedItem> batch = new ArrayList<>();
    /** Records of the batch that are written into one segment, completely or not at all. */
    private final ArrayList<PendingRecord> group = new ArrayList<>();

    private long unforcedSinceNanos;
    private volatile boolean closing;
    private volatile @Nullable IOException failure;

    SpoolWriter(
            CommitQueue queue,
            SegmentLog log,
            Sync sync,
            SpoolIndex index,
            Followers followers,
            FreeSpaceMonitor space,
            SpoolCounters counters,
            Compaction compaction,
            Consumer<IOException> onFatal) {
        this.queue = queue;
        this.log = log;
        this.sync = sync;
        this.index = index;
        this.followers = followers;
        this.space = space;
        this.counters = counters;
        this.compaction = compaction;
        this.onFatal = onFatal;
        this.thread = new Thread(this::run, "boxcar-spool-writer");
    }

    void start() {
        thread.start();
    }

    /** Whether records are accepted. */
    boolean isOpen() {
        return !closing && failure == null;
    }

    /** Commits what is queued, forces it and ends the thread. Waits for that, even if the caller is interrupted. */
    void close() throws SpoolException {
        closing = true;
        CommitQueue.wake(thread);
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        IOException reason = failure;
        if (reason != null) {
            throw new SpoolException("the spool failed: " + reason.getMessage(), reason);
        }
    }

    private void run() {
        try {
            while (!closing || queue.messages() > 0) {
                if (queue.takeAll(batch)) {
                    commit();
                    checkSpaceAndForce();
                } else {
                    rest();
                }
            }
            queue.close(batch);
            commit();
            end();
        } catch (IOException e) {
            fail(e);
        } catch (UncheckedIOException e) {
            fail(Objects.requireNonNull(e.getCause())); // a failure on another thread
        } catch (RuntimeException | Error bug) {
            LOG.error("event=spool-writer-bug", bug);
            fail(new IOException("a bug in the spool writer: " + bug, bug));
        }
    }

    /** Sleeps until a record is queued or other work is due, then does the work that is due. */
    private void rest() throws IOException {
        long nanos = Long.MAX_VALUE;
        if (sync.kind() != Sync.Kind.NONE && log.isUnforced()) {
            nanos = Math.max(1, unforcedSinceNanos + forceWithinNanos() - System.nanoTime());
        }
        if (space.isLow()) {
            nanos = Math.min(nanos, FreeSpaceMonitor.INTERVAL_NANOS);
        }
        boolean unmarked = log.isUnmarked();
        if (unmarked) {
            nanos = Math.min(nanos, MARK_AFTER_NANOS);
        }
        long startNanos = System.nanoTime();
        queue.await(nanos);
        checkSpaceAndForce();
        if (unmarked && System.nanoTime() - startNanos >= MARK_AFTER_NANOS) {
            mark();
        }
    }

    private void checkSpaceAndForce() throws IOException {
        long now = System.nanoTime();
        space.tick(now);
        if (sync.kind() != Sync.Kind.NONE && log.isUnforced() && now - unforcedSinceNanos >= forceWithinNanos()) {
            log.force();
        }
    }

    /** How long a record may stay unforced. */
    private long forceWithinNanos() {
        return sync.kind() == Sync.Kind.INTERVAL ? sync.within().toNanos() : LAZY_NANOS;
    }

    private void mark() throws IOException {
        try {
            log.mark();
        } catch (IOException e) {
            rollBack(e);
        }
    }

    /** Writes the batch in groups that each lie in one segment. */
    private void commit() throws IOException {
        long bytes = 0;
        for (QueuedItem item : batch) {
            if (item instanceof PendingRecord record) {
                boolean alone = group.isEmpty() && log.isEmpty();
                if (!alone && !log.hasRoomFor(bytes + record.bytes())) {
                    storeGroup();
                    bytes = 0;
                    log.seal();
                }
                group.add(record);
                bytes += record.bytes();
            } else if (item instanceof QueuedTask task) {
                storeGroup();
                bytes = 0;
                task.run();
            }
        }
        storeGroup();
        batch.clear();
    }

    private void storeGroup() throws IOException {
        if (!group.isEmpty() && !store(group)) {
            // The disk is full. Messages can wait; the other records are small, and help to free space.
            var others = new ArrayList<PendingRecord>();
            var messages = new ArrayList<PendingRecord>();
            group.forEach(record -> (record.type().isMessage() ? messages : others).add(record));
            finish(messages, CommitOutcome.NO_ROOM);
            for (PendingRecord record : others) {
                var alone = List.of(record);
                if (!store(alone)) {
                    finish(alone, CommitOutcome.NO_ROOM);
                }
            }
        }
        group.clear();
    }

    /** Writes the records as durably as promised and completes them. Returns false if there was no room for them. */
    private boolean store(List<PendingRecord> records) throws IOException {
        boolean wasUnforced = log.isUnforced();
        log.begin();
        try {
            for (PendingRecord record : records) {
                log.append(record);
            }
            log.flush();
        } catch (IOException e) {
            rollBack(e);
            return false;
        }
        if (sync.kind() == Sync.Kind.GROUP && hasPrompt(records)) {
            log.force();
        } else if (!wasUnforced) {
            unforcedSinceNanos = System.nanoTime();
        }
        counters.countBatch();
        boolean lessNeeded = false;
        for (PendingRecord record : records) {
            addToIndex(record);
            followers.show(record);
            counters.countStored(record);
            lessNeeded |= !record.type().isMessage();
        }
        if (lessNeeded) {
            compaction.wake();
        }
        finish(records, CommitOutcome.STORED);
        return true;
    }

    private static boolean hasPrompt(List<PendingRecord> records) {
        for (PendingRecord record : records) {
            if (record.urgency() == Urgency.PROMPT) {
                return true;
            }
        }
        return false;
    }

    /** Rolls the log back if the disk is full; otherwise throws the failure. */
    private void rollBack(IOException e) throws IOException {
        if (e instanceof ForceFailedException || !ResourceShortage.caused(e, space.currentFreeBytes())) {
            throw e;
        }
        space.exhausted(System.nanoTime());
        log.rollBack();
    }

    private void addToIndex(PendingRecord record) {
        RecordLocation location = log.locationOf(record);
        switch (record.type()) {
            case MESSAGE, BLOB -> index.addMessage(record.id(), location);
            case STATE -> index.addState(record.id(), location, record.text());
            case DONE -> index.addDone(record.id(), location);
            case MARK, SEAL -> throw new IllegalStateException("never queued: " + record.type());
        }
    }

    private void finish(List<PendingRecord> records, CommitOutcome outcome) {
        if (outcome != CommitOutcome.STORED) {
            counters.countRefused(records.size());
        }
        for (PendingRecord record : records) {
            record.finish(outcome);
            record.release();
            queue.remove(record);
        }
        Completions.complete(records);
    }

    private void end() throws IOException {
        if (log.isUnforced()) {
            log.force();
        }
        log.seal();
    }

    private void fail(IOException e) {
        failure = e;
        LOG.warn("event=spool-failed cause=\"{}\"", e.getMessage(), e);
        queue.close(batch);
        var waiting = new ArrayList<PendingRecord>();
        for (QueuedItem item : batch) {
            if (item instanceof PendingRecord record && !record.isFinished()) {
                waiting.add(record);
            }
        }
        batch.clear();
        finish(waiting, CommitOutcome.FAULT);
        try {
            log.abandon();
        } catch (IOException ignored) {
            LOG.debug("event=close-failed cause=\"{}\"", ignored.getMessage());
        }
        onFatal.accept(e);
    }
}
