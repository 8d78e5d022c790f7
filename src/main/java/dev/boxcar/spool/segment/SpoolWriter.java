// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Sync;
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
 * The one thread that writes. It takes everything that waits, writes it, forces it as {@link Sync} promises, tells
 * followers, completes all; what arrives meanwhile is its next batch. No timer: when idle, the first record is written
 * as soon as it is woken ({@link CommitQueue}).
 *
 * <p>Never interrupted: a {@code FileChannel} closes on interrupt. Not a daemon: it ends when {@link #close} has
 * drained it.
 *
 * <p>Failure: where the disk is full before anything of a group is acknowledged, the group is taken back, its messages
 * get NO_ROOM, and the service goes on. Any other failure of a write, and every failure of a force, is final and never
 * tried again (after a failed fsync the kernel may have dropped the pages): all waiters get FAULT, nothing more is
 * taken, {@code onFatal} runs once.
 */
final class SpoolWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolWriter.class);
    private static final long MARK_AFTER_NANOS = 20_000_000L;

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

    /** Whether records are still taken. */
    boolean isOpen() {
        return !closing && failure == null;
    }

    /** Drains, forces, ends the thread. Waits for it, even if the caller is interrupted. */
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
                    tick(false);
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
            fail(Objects.requireNonNull(e.getCause())); // another thread's
        } catch (RuntimeException | Error bug) {
            LOG.error("event=spool-writer-bug", bug);
            fail(new IOException("the spool writer met a bug: " + bug, bug));
        }
    }

    /** Nothing waits: does what is due, then sleeps until something comes or falls due. */
    private void rest() throws IOException {
        long nanos = Long.MAX_VALUE;
        if (sync.kind() == Sync.Kind.INTERVAL && log.isUnforced()) {
            nanos = Math.max(1, unforcedSinceNanos + sync.within().toNanos() - System.nanoTime());
        }
        if (space.isLow()) {
            nanos = Math.min(nanos, FreeSpaceMonitor.INTERVAL_NANOS);
        }
        boolean unmarked = log.isUnmarked();
        if (unmarked) {
            nanos = Math.min(nanos, MARK_AFTER_NANOS);
        }
        long before = System.nanoTime();
        queue.await(nanos);
        tick(unmarked && System.nanoTime() - before >= MARK_AFTER_NANOS);
    }

    private void tick(boolean idle) throws IOException {
        long now = System.nanoTime();
        space.tick(now);
        if (sync.kind() == Sync.Kind.INTERVAL
                && log.isUnforced()
                && now - unforcedSinceNanos >= sync.within().toNanos()) {
            log.force();
        }
        if (idle) {
            mark();
        }
    }

    private void mark() throws IOException {
        try {
            log.mark();
        } catch (IOException e) {
            retreat(e);
        }
    }

    /** Everything taken is written, in groups that each lie in one segment. */
    private void commit() throws IOException {
        long bytes = 0;
        for (QueuedItem item : batch) {
            if (item instanceof PendingRecord record) {
                boolean alone = group.isEmpty() && log.isFresh();
                if (!alone && !log.hasRoomFor(bytes + record.bytes())) {
                    store();
                    bytes = 0;
                    log.seal();
                }
                group.add(record);
                bytes += record.bytes();
            } else if (item instanceof QueuedTask turn) {
                store();
                bytes = 0;
                turn.task.run();
            }
        }
        store();
        batch.clear();
    }

    private void store() throws IOException {
        if (!group.isEmpty() && !stored(group)) {
            // Messages can wait; what frees room must not, and is small.
            var others = new ArrayList<PendingRecord>();
            var messages = new ArrayList<PendingRecord>();
            group.forEach(record -> (record.type().isMessage() ? messages : others).add(record));
            finish(messages, CommitOutcome.NO_ROOM);
            for (PendingRecord record : others) {
                var alone = List.of(record);
                if (!stored(alone)) {
                    finish(alone, CommitOutcome.NO_ROOM);
                }
            }
        }
        group.clear();
    }

    /** Whether there was room; then all of them are as safe as promised, followed and completed. */
    private boolean stored(List<PendingRecord> records) throws IOException {
        boolean wasUnforced = log.isUnforced();
        log.begin();
        try {
            for (PendingRecord record : records) {
                log.append(record);
            }
            log.flush();
        } catch (IOException e) {
            retreat(e);
            return false;
        }
        if (sync.kind() == Sync.Kind.GROUP) {
            log.force();
        } else if (!wasUnforced) {
            unforcedSinceNanos = System.nanoTime();
        }
        counters.batches.increment();
        boolean lessNeeded = false;
        for (PendingRecord record : records) {
            enter(record);
            followers.tell(record);
            counters.stored(record);
            lessNeeded |= !record.type().isMessage();
        }
        if (lessNeeded) {
            compaction.wake();
        }
        finish(records, CommitOutcome.STORED);
        return true;
    }

    private void retreat(IOException e) throws IOException {
        if (e instanceof ForceFailedException || !ResourceShortage.caused(e, space.freeBytes())) {
            throw e;
        }
        space.exhausted(System.nanoTime());
        log.cutBack();
    }

    private void enter(PendingRecord record) {
        var place = new RecordLocation(
                log.name(),
                record.offset,
                record.type(),
                record.sequence,
                record.text().length(),
                record.payloadLength());
        switch (record.type()) {
            case MESSAGE, BLOB -> index.message(record.id(), place);
            case STATE -> index.state(record.id(), place, record.text());
            case DONE -> index.done(record.id(), place);
            case MARK, SEAL -> throw new IllegalStateException("never queued: " + record.type());
        }
    }

    private void finish(List<PendingRecord> records, CommitOutcome outcome) {
        if (outcome != CommitOutcome.STORED) {
            counters.refused.add(records.size());
        }
        for (PendingRecord record : records) {
            record.outcome = outcome;
            record.finished = true;
            record.release();
            queue.leave(record);
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
        var waiters = new ArrayList<PendingRecord>();
        for (QueuedItem item : batch) {
            if (item instanceof PendingRecord record && !record.finished) {
                waiters.add(record);
            }
        }
        batch.clear();
        finish(waiters, CommitOutcome.FAULT);
        try {
            log.abandon();
        } catch (IOException ignored) {
            LOG.debug("event=close-failed cause=\"{}\"", ignored.getMessage());
        }
        onFatal.accept(e);
    }
}
