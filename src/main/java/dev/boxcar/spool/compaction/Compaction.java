// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.blob.BlobWriters;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.QueuedTask;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.FreeSpaceMonitor;
import dev.boxcar.spool.format.RecordLoader;
import dev.boxcar.spool.format.SegmentInventory;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.index.IndexedRecord;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the space of records that are no longer needed. It copies the needed records of sealed segments that contain
 * few of them into a new segment, forces that, and then deletes the old segments. It also deletes the blobs of messages
 * that are done. It keeps the {@link SegmentInventory} up to date.
 *
 * <p>Promise: while it rests, at least the percentage that {@link SpoolOptions#neededPercent} states is needed of every
 * sealed segment except the last. Every needed record has a forced copy at all times, even at power loss. The last
 * sealed segment is not compacted, so that the last sequence number is never lost.
 *
 * <p>A segment that is losing needed records is not copied before it comes to rest, except while free space is low
 * ({@link EmptyingSegments}). The compaction has a thread of its own; commits and event loops never wait for it. It
 * limits the rate of copying, except while free space is low. Readers that have a deleted segment or blob open can read
 * on. Failure: after a shortage of space it tries again later; a segment that is unreadable or damaged is left as it
 * is; a failed force ends the spool.
 */
public final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    private static final long REST_NANOS = 20_000_000L;
    private static final long RETRY_NANOS = 10_000_000_000L;

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final BlobWriters blobs;
    private final CommitQueue queue;
    private final FreeSpaceMonitor space;
    private final SpoolCounters counters;
    private final SegmentInventory inventory;
    private final long segmentBytes;
    private final int neededPercent;
    private final Thread thread;
    /** Sealed segments and their sizes. Guarded by itself. */
    private final TreeMap<SegmentName, Long> sealed = new TreeMap<>();

    private final Set<SegmentName> unreadable = new HashSet<>();
    private final EmptyingSegments emptying = new EmptyingSegments();
    /** Whether a sparse segment was left alone because it was losing needed records. */
    private boolean mustLookAgain;

    private final ConcurrentLinkedQueue<SegmentName> created = new ConcurrentLinkedQueue<>();
    /** A finished copy whose source segments are not deleted yet. */
    private @Nullable SegmentCopy finishedCopy;

    private volatile long highestSequence;
    private volatile boolean woken = true;
    private volatile boolean closing;

    public Compaction(
            SpoolDirectory directory,
            Disk disk,
            SpoolOptions options,
            SpoolIndex index,
            BlobWriters blobs,
            CommitQueue queue,
            FreeSpaceMonitor space,
            SpoolCounters counters,
            SegmentInventory inventory) {
        this.directory = directory;
        this.disk = disk;
        this.index = index;
        this.blobs = blobs;
        this.queue = queue;
        this.space = space;
        this.counters = counters;
        this.inventory = inventory;
        this.segmentBytes = options.segmentBytes();
        this.neededPercent = options.neededPercent();
        this.thread = new Thread(this::run, "boxcar-spool-compaction");
        this.thread.setDaemon(true); // the next start repeats what is interrupted
    }

    public void start() {
        thread.start();
    }

    /**
     * Notes that a segment was created and its name was forced. No record in it gets a sequence number above
     * {@code highest}. Called on the writer's thread.
     */
    public void segmentCreated(SegmentName name, long highest) {
        highestSequence = highest;
        created.add(name);
        wake();
    }

    /** Notes that a segment is complete. Any thread. */
    public void segmentSealed(SegmentName name, long bytes) {
        synchronized (sealed) {
            sealed.put(name, bytes);
        }
        wake();
    }

    /**
     * Writes down which segments exist. Called on the compaction thread, or on any thread after both the compaction
     * thread and the writer's thread have ended.
     */
    public void updateInventory() throws ForceFailedException {
        for (SegmentName name = created.poll(); name != null; name = created.poll()) {
            inventory.add(List.of(name));
        }
        inventory.raiseHighestSequence(highestSequence);
        inventory.trySave();
    }

    /** Makes the thread check whether there is something to do. Any thread; cheap. */
    public void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    /** Stops the thread and waits for its end. */
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            if (!woken) {
                LockSupport.park(this);
                continue;
            }
            woken = false;
            try {
                updateInventory();
                deleteBlobs();
                while (!closing && compact()) {
                    LOG.debug("event=compacted");
                }
                rest(REST_NANOS); // so that all records that become unneeded in the meantime are handled together
                woken |= mustLookAgain;
            } catch (IOException e) {
                handleFailure(e);
            } catch (RuntimeException | Error bug) {
                LOG.error("event=compaction-bug", bug);
                return;
            }
        }
    }

    private void handleFailure(IOException e) {
        if (e instanceof ForceFailedException) {
            queue.put(new QueuedTask(() -> {
                throw new UncheckedIOException(e);
            }));
            closing = true;
            return;
        }
        LOG.warn("event=compaction-put-off cause=\"{}\"", e.getMessage());
        woken = true;
        rest(RETRY_NANOS);
    }

    private void rest(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long remaining = nanos; remaining > 0 && !closing; remaining = until - System.nanoTime()) {
            LockSupport.parkNanos(this, remaining);
        }
    }

    /** Deletes the blobs of messages that are done. */
    private void deleteBlobs() throws IOException {
        try (var loader = new RecordLoader(directory)) {
            for (IndexedRecord dead = index.pollDeadBlob(); dead != null; dead = index.pollDeadBlob()) {
                try {
                    Path file = loader.load(dead.id(), dead.location()).blobFile();
                    if (file != null) {
                        blobs.delete(file);
                    }
                } catch (IOException e) {
                    LOG.warn(
                            "event=blob-left id={} cause=\"{}\" advice=\"the next start deletes it\"",
                            dead.id(),
                            e.getMessage());
                }
            }
        }
    }

    /** Compacts some segments into one. Returns false if there was nothing to do. */
    private boolean compact() throws IOException {
        if (finishedCopy != null) {
            deleteSources(finishedCopy); // an earlier attempt failed
            return true;
        }
        List<SegmentName> sources = unneededSegments();
        if (sources.isEmpty()) {
            sources = sparseSegments();
        }
        if (sources.isEmpty()) {
            return false;
        }
        var copy = new SegmentCopy(directory, disk, index, sources, new CopyRateLimiter(space, () -> closing));
        try {
            if (!copy.run()) {
                return false; // the spool closes
            }
        } catch (UnreadableSegmentException e) {
            LOG.warn(
                    "event=not-compacted segment={} cause=\"{}\" advice=\"boxcar spool verify\"",
                    e.segment(),
                    e.getMessage());
            unreadable.add(e.segment());
            return true;
        }
        finishedCopy = copy;
        deleteSources(copy);
        return true;
    }

    /**
     * Deletes the segments that were copied. Nothing else is compacted until this has succeeded, because the index
     * counts the bytes in the segments, and no longer counts these ones.
     */
    private void deleteSources(SegmentCopy copy) throws IOException {
        deleteBlobs(); // of messages done since they were copied: their records are still at the old location
        updateInventory(); // a segment is entered before it is removed
        List<SegmentName> output = copy.output() == null ? List.of() : List.of(copy.output());
        inventory.replace(copy.sources(), output);
        if (!inventory.trySave()) {
            throw new IOException("cannot write the inventory, which has segments that are no longer needed");
        }
        long bytes = 0;
        for (SegmentName source : copy.sources()) {
            disk.delete(source.in(directory.segments()));
            synchronized (sealed) {
                Long size = sealed.remove(source);
                bytes += size == null ? 0 : size;
            }
        }
        ForceFailedException.forceDirectory(disk, directory.segments());
        copy.sourcesDeleted();
        finishedCopy = null;
        synchronized (sealed) {
            output.forEach(name -> sealed.put(name, copy.outputBytes()));
        }
        counters.countCompaction(bytes - copy.outputBytes());
        LOG.info("event=compacted segments={} octets={} kept={}", copy.sources().size(), bytes, copy.outputBytes());
    }

    /** The segments without a needed record. */
    private List<SegmentName> unneededSegments() {
        return candidates((name, needed, size) -> needed == 0);
    }

    /** Segments with few needed bytes, as many as fit together into one new segment. */
    private List<SegmentName> sparseSegments() {
        mustLookAgain = false;
        long now = System.nanoTime();
        return candidates((name, needed, size) -> {
            boolean isSparse = needed * 100 < size * neededPercent;
            boolean mayWait = isSparse && !space.isLow() && emptying.isEmptying(name, needed, now);
            mustLookAgain |= mayWait;
            return isSparse && !mayWait;
        });
    }

    private List<SegmentName> candidates(UsageTest test) {
        var candidates = new ArrayList<SegmentName>();
        synchronized (sealed) {
            long neededBytes = 0;
            emptying.retain(sealed.keySet());
            SegmentName last = sealed.isEmpty() ? SegmentName.NONE : sealed.lastKey();
            for (var entry : sealed.headMap(last).entrySet()) {
                long needed = index.neededBytes(entry.getKey());
                if (test.accepts(entry.getKey(), needed, entry.getValue())
                        && !unreadable.contains(entry.getKey())
                        && (candidates.isEmpty() || neededBytes + needed <= segmentBytes)) {
                    candidates.add(entry.getKey());
                    neededBytes += needed;
                }
            }
        }
        return candidates;
    }

    /** Decides by the needed bytes and the size of a segment. */
    @FunctionalInterface
    private interface UsageTest {
        boolean accepts(SegmentName name, long neededBytes, long sizeBytes);
    }
}
