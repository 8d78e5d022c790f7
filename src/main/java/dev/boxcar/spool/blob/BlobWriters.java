// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabPool;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.QueuedTask;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.FreeSpaceMonitor;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.BlobReference;
import dev.boxcar.spool.format.SpoolDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few threads that write large bodies to files of their own, so that the writer of segments never waits for them.
 *
 * <p>Each blob belongs to one of them; they start with the first blob. Their queues hold slabs, and so are bounded by
 * the {@link SlabPool}. Never interrupted: a {@code FileChannel} closes on interrupt. Failure: a lack of room or of
 * file descriptors is NO_ROOM for that message alone; any other failure, every failure of a force, and a bug end the
 * spool.
 */
public final class BlobWriters {
    private static final Logger LOG = LoggerFactory.getLogger(BlobWriters.class);

    private final SpoolDirectory directory;
    private final Disk disk;
    private final Sync.Kind sync;
    private final SlabPool pool;
    private final CommitQueue queue;
    private final FreeSpaceMonitor space;
    private final SpoolCounters counters;
    private final Lane[] lanes;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<BlobFile> unfinished = ConcurrentHashMap.newKeySet();
    private final Set<Path> unforced = ConcurrentHashMap.newKeySet();
    private final HashSet<Path> furnished = new HashSet<>();

    public BlobWriters(
            SpoolDirectory directory,
            Disk disk,
            SpoolOptions options,
            SlabPool pool,
            CommitQueue queue,
            FreeSpaceMonitor space,
            SpoolCounters counters) {
        this.directory = directory;
        this.disk = disk;
        this.sync = options.sync().kind();
        this.pool = pool;
        this.queue = queue;
        this.space = space;
        this.counters = counters;
        this.lanes = new Lane[options.blobWriters()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane("boxcar-blob-writer-" + (i + 1));
        }
    }

    /** A thread and what it is to do, in order. */
    static final class Lane {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final Thread thread;
        private boolean closed;
        private boolean started;
        private boolean ended; // the thread's own

        Lane(String name) {
            thread = new Thread(this::run, name);
        }

        /** Puts a task in, never waiting; false when the lane is closed. */
        synchronized boolean put(Runnable task) {
            if (!closed) {
                tasks.add(task);
                start();
            }
            return !closed;
        }

        private void start() {
            if (!started) {
                started = true;
                thread.start();
            }
        }

        /** Lets nothing more in; what is in is still done. */
        synchronized void close() {
            if (!closed) {
                closed = true;
                tasks.add(() -> ended = true);
                start();
            }
        }

        private void run() {
            while (!ended) {
                Runnable task = take();
                try {
                    task.run();
                } catch (RuntimeException | Error bug) {
                    LOG.error("event=blob-writer-bug", bug);
                }
            }
        }

        private Runnable take() {
            while (true) {
                try {
                    return tasks.take();
                } catch (InterruptedException e) {
                    LOG.debug("event=interrupted thread={}", thread.getName());
                }
            }
        }
    }

    /** Begins a blob of this name. Any thread. */
    public BlobFile begin(Ulid name) {
        var blob = new BlobFile(this, lanes[Math.floorMod(next.getAndIncrement(), lanes.length)], pool, name);
        unfinished.add(blob);
        return blob;
    }

    boolean forcesAtOnce() {
        return sync != Sync.Kind.NONE;
    }

    /** Makes the file, in a directory whose name is safe. */
    DiskFile create(Ulid name) throws IOException {
        Path file = path(name);
        furnish(directory.blobs());
        furnish(file.resolveSibling(""));
        return disk.create(file);
    }

    /** Sees to it, once a life, that a directory is there and that its own name is forced before a blob in it is. */
    private synchronized void furnish(Path wanted) throws IOException {
        if (furnished.contains(wanted)) {
            return;
        }
        disk.createDirectories(wanted);
        if (forcesAtOnce()) {
            ForceFailedException.unlessForced(disk, wanted.resolveSibling(""));
        }
        furnished.add(wanted);
    }

    /** The file is whole, and forced where that is promised: now its name is made as safe. */
    void written(Ulid name) throws IOException {
        if (forcesAtOnce()) {
            ForceFailedException.unlessForced(disk, path(name).resolveSibling(""));
        } else {
            unforced.add(path(name).normalize());
        }
    }

    private Path path(Ulid name) {
        return directory.path().resolve(BlobReference.fileOf(name));
    }

    /** Queues the record of a blob that is as safe as promised. */
    void record(Ulid id, Envelope envelope, BlobReference reference, Executor executor, CommitCallback done) {
        var record = new PendingRecord(id, envelope, reference, directory.path(), executor, done);
        if (!queue.put(record)) {
            refused();
            executor.execute(() -> done.complete(CommitOutcome.FAULT));
        }
    }

    /** What a failure means for the message; where it is final, the spool ends. */
    CommitOutcome failed(IOException e) {
        if (!(e instanceof ForceFailedException) && ResourceShortage.caused(e, space.freeBytes())) {
            queue.put(new QueuedTask(() -> space.exhausted(System.nanoTime())));
            return CommitOutcome.NO_ROOM;
        }
        queue.put(new QueuedTask(() -> {
            throw new UncheckedIOException(e);
        }));
        return CommitOutcome.FAULT;
    }

    /** Looks whether room is left; where it is short, the writer's thread looks from then on. */
    void watchSpace() {
        if (space.tick(System.nanoTime())) {
            queue.put(new QueuedTask(() -> {}));
        }
    }

    void refused() {
        counters.refused.increment();
    }

    void delete(Ulid name) throws IOException {
        disk.delete(path(name));
    }

    /** Removes the file of a message that is done. Any thread. */
    public void remove(Path file) throws IOException {
        disk.delete(file);
        unforced.remove(file.normalize());
    }

    /** How many files are forced at the end alone. */
    int unforced() {
        return unforced.size();
    }

    void forget(BlobFile blob) {
        unfinished.remove(blob);
    }

    /** Finishes what was appended, removes what was not, and forces what is not forced yet. Waits for the threads. */
    public void close() throws IOException {
        for (Lane lane : lanes) {
            lane.close();
        }
        boolean interrupted = false;
        for (Lane lane : lanes) {
            while (lane.thread.isAlive()) {
                try {
                    lane.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Set.copyOf(unfinished).forEach(BlobFile::drop);
        forceAll();
    }

    private void forceAll() throws IOException {
        var directories = new HashSet<Path>();
        for (Path path : unforced) {
            if (Files.exists(path)) {
                try (DiskFile file = disk.open(path)) {
                    file.force();
                }
                directories.add(path.resolveSibling(""));
            }
        }
        unforced.clear();
        if (!directories.isEmpty()) {
            directories.add(directory.blobs());
            directories.add(directory.path());
            for (Path one : directories) {
                disk.forceDirectory(one);
            }
        }
    }
}
