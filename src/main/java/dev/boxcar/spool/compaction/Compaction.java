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
 * Gives back the room of what is no longer needed: sealed segments of which little is needed are copied forward,
 * forced, and removed; blobs of messages that are done are removed. It also keeps the {@link SegmentInventory} of segments.
 *
 * <p>Promise: once it rests, every sealed segment but the last is needed to at least the share that
 * {@link SpoolOptions} states, and at no instant, power loss included, is a needed record without a forced copy. The
 * last sealed segment stays as it is, so that the commit sequence is never forgotten.
 *
 * <p>A thread of its own, which commits and loops never wait for; it copies no more than so many bytes a second while
 * there is room. A reader that has a segment or a blob open goes on reading it when it is removed: the open file is its
 * lease. Failure: a lack of room lets it try again later; a segment that cannot be read, or holds rot, is left as it
 * is; a force that fails ends the spool.
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
    private final long segmentBytes;
    private final int neededPercent;
    private final Thread thread;
    private final TreeMap<SegmentName, Long> sealed = new TreeMap<>();
    private final Set<SegmentName> left = new HashSet<>();
    private final SegmentInventory inventory;
    private final ConcurrentLinkedQueue<SegmentName> made = new ConcurrentLinkedQueue<>();
    private @Nullable SegmentCopy copied;
    private volatile long reach;
    private volatile boolean wanted = true;
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
        this.inventory = inventory;
        this.directory = directory;
        this.disk = disk;
        this.index = index;
        this.blobs = blobs;
        this.queue = queue;
        this.space = space;
        this.counters = counters;
        this.segmentBytes = options.segmentBytes();
        this.neededPercent = options.neededPercent();
        this.thread = new Thread(this::run, "boxcar-spool-compaction");
        this.thread.setDaemon(true); // what it leaves half done, a later life does again
    }

    public void start() {
        thread.start();
    }

    /**
     * There is a new segment, its name is forced, and no record in it gets a sequence above {@code highest}. The
     * writer's thread.
     */
    public void made(SegmentName name, long highest) {
        reach = highest;
        made.add(name);
        wake();
    }

    /** Writes down which segments there are. When this thread and the writer's have ended, any; until then this one. */
    public void takeStock() throws ForceFailedException {
        for (SegmentName name = made.poll(); name != null; name = made.poll()) {
            inventory.add(List.of(name));
        }
        inventory.reach(reach);
        inventory.saveWhereItFits();
    }

    /** A segment of so many bytes is complete. Any thread. */
    public void sealed(SegmentName name, long bytes) {
        synchronized (sealed) {
            sealed.put(name, bytes);
        }
        wake();
    }

    /** Something may be needed no longer. Any thread; cheap. */
    public void wake() {
        if (!wanted) {
            wanted = true;
            LockSupport.unpark(thread);
        }
    }

    /** Lets go of what it is at, and waits for that. */
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
            if (!wanted) {
                LockSupport.park(this);
                continue;
            }
            wanted = false;
            try {
                takeStock();
                removeBlobs();
                while (!closing && compact()) {
                    LOG.debug("event=compacted");
                }
                rest(REST_NANOS); // what is done meanwhile is looked at together
            } catch (IOException e) {
                failed(e);
            } catch (RuntimeException | Error bug) {
                LOG.error("event=compaction-bug", bug);
                return;
            }
        }
    }

    private void failed(IOException e) {
        if (e instanceof ForceFailedException) {
            queue.put(new QueuedTask(() -> {
                throw new UncheckedIOException(e);
            }));
            closing = true;
            return;
        }
        LOG.warn("event=compaction-put-off cause=\"{}\"", e.getMessage());
        wanted = true;
        rest(RETRY_NANOS);
    }

    private void rest(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closing; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Removes the files of large messages that are done. */
    private void removeBlobs() throws IOException {
        try (var source = new RecordLoader(directory)) {
            for (SpoolIndex.Known dead = index.deadBlob(); dead != null; dead = index.deadBlob()) {
                try {
                    Path file = source.load(dead.id(), dead.place()).blobFile();
                    if (file != null) {
                        blobs.remove(file);
                    }
                } catch (IOException e) {
                    LOG.warn(
                            "event=blob-left id={} cause=\"{}\" advice=\"the next start removes it\"",
                            dead.id(),
                            e.getMessage());
                }
            }
        }
    }

    /** One round; false when nothing was to be done. */
    private boolean compact() throws IOException {
        if (copied != null) {
            remove(copied); // it failed before
            return true;
        }
        List<SegmentName> victims = victims(true);
        if (victims.isEmpty()) {
            victims = victims(false);
        }
        if (victims.isEmpty()) {
            return false;
        }
        var copy = new SegmentCopy(directory, disk, index, victims, new CopyRateLimiter(space, () -> closing));
        try {
            if (!copy.run()) {
                return false; // the spool closes
            }
        } catch (SegmentCopy.Unreadable e) {
            LOG.warn(
                    "event=not-compacted segment={} cause=\"{}\" advice=\"boxcar spool verify\"",
                    e.segment,
                    e.getMessage());
            left.add(e.segment);
            return true;
        }
        copied = copy;
        remove(copy);
        return true;
    }

    /**
     * Removes what was copied. Until that has come true nothing else is compacted: the index counts what segments hold,
     * and a segment that should be gone is not counted.
     */
    private void remove(SegmentCopy copy) throws IOException {
        removeBlobs(); // of those who died while they were copied: their records lie where they lay
        takeStock(); // of those that come to be removed, too
        inventory.remove(copy.victims(), copy.output() == null ? List.of() : List.of(copy.output()));
        if (!inventory.saveWhereItFits()) {
            throw new IOException("the inventory cannot be written, and names segments that are no longer needed");
        }
        long bytes = 0;
        for (SegmentName victim : copy.victims()) {
            disk.delete(victim.in(directory.segments()));
            synchronized (sealed) {
                Long size = sealed.remove(victim);
                bytes += size == null ? 0 : size;
            }
        }
        ForceFailedException.unlessForced(disk, directory.segments());
        copy.victimsGone();
        copied = null;
        if (copy.output() != null) {
            synchronized (sealed) {
                sealed.put(copy.output(), copy.bytes());
            }
        }
        counters.compacted(bytes - copy.bytes());
        LOG.info("event=compacted segments={} octets={} kept={}", copy.victims().size(), bytes, copy.bytes());
    }

    /** The segments to be copied forward into one; or those of which nothing is needed at all. Never the last. */
    private List<SegmentName> victims(boolean unneeded) {
        var victims = new ArrayList<SegmentName>();
        synchronized (sealed) {
            long together = 0;
            for (var one : sealed.headMap(sealed.isEmpty() ? new SegmentName(0, 0) : sealed.lastKey())
                    .entrySet()) {
                long needed = index.neededBytes(one.getKey());
                boolean little = unneeded ? needed == 0 : needed * 100 < one.getValue() * neededPercent;
                if (little
                        && !left.contains(one.getKey())
                        && (victims.isEmpty() || together + needed <= segmentBytes)) {
                    victims.add(one.getKey());
                    together += needed;
                }
            }
        }
        return victims;
    }
}
