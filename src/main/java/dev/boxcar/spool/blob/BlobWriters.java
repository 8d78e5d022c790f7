// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.BodyFile;
import dev.boxcar.spool.body.SlabPool;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.QueuedTask;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.Disk.DiskFile;
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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads that write large bodies to files of their own, so that the writer of segments never waits for them.
 *
 * <p>Each blob belongs to one of the threads. Their queues hold slabs, and so are bounded by the {@link SlabPool}.
 * Failure: a shortage of space or file descriptors is NO_ROOM for that message only. Any other failure, every failed
 * force and a bug end the spool.
 */
public final class BlobWriters {
    private final SpoolDirectory directory;
    private final Disk disk;
    private final Sync.Kind sync;
    private final SlabPool pool;
    private final CommitQueue queue;
    private final FreeSpaceMonitor space;
    private final SpoolCounters counters;
    private final BlobWriterThread[] threads;
    private final AtomicInteger nextThread = new AtomicInteger();
    private final Set<BlobFile> unfinished = ConcurrentHashMap.newKeySet();
    /** Files to be forced when the spool closes, under {@code sync = none}. */
    private final Set<Path> unforced = ConcurrentHashMap.newKeySet();

    private final HashSet<Path> preparedDirectories = new HashSet<>();

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
        this.threads = new BlobWriterThread[options.blobWriters()];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new BlobWriterThread("boxcar-blob-writer-" + (i + 1));
        }
    }

    /** Begins a blob with this name. Any thread. */
    public BodyFile begin(Ulid name) {
        int thread = Math.floorMod(nextThread.getAndIncrement(), threads.length);
        var blob = new BlobFile(this, threads[thread], pool, name);
        unfinished.add(blob);
        return blob;
    }

    /** Whether a blob is forced before its message is stored. */
    boolean forcesBlobs() {
        return sync != Sync.Kind.NONE;
    }

    /** Creates the file, in a directory whose name is durable. */
    DiskFile create(Ulid name) throws IOException {
        Path file = path(name);
        prepareDirectory(directory.blobs());
        prepareDirectory(parent(file));
        return disk.create(file);
    }

    /** Creates a directory and forces its name, once per run, before a blob in it is forced. */
    private synchronized void prepareDirectory(Path wanted) throws IOException {
        if (preparedDirectories.contains(wanted)) {
            return;
        }
        disk.createDirectories(wanted);
        if (forcesBlobs()) {
            ForceFailedException.forceDirectory(disk, parent(wanted));
        }
        preparedDirectories.add(wanted);
    }

    private static Path parent(Path file) {
        return file.resolveSibling("");
    }

    /** Makes the name of a complete file as durable as its content, which was forced if that is promised. */
    void written(Ulid name) throws IOException {
        if (forcesBlobs()) {
            ForceFailedException.forceDirectory(disk, parent(path(name)));
        } else {
            unforced.add(path(name).normalize());
        }
    }

    private Path path(Ulid name) {
        return directory.path().resolve(BlobReference.fileOf(name));
    }

    /** Queues the record of a blob that is as durable as promised. */
    void queueRecord(Ulid id, Envelope envelope, BlobReference reference, Executor executor, CommitCallback callback) {
        Path file = directory.path().resolve(reference.file());
        var record = PendingRecord.blob(id, envelope, reference, file, executor, callback);
        if (!queue.put(record)) {
            countRefused();
            record.reject(CommitOutcome.FAULT);
        }
    }

    /** The outcome of a message whose blob failed. If the failure is final, it ends the spool. */
    CommitOutcome outcomeOf(IOException e) {
        if (!(e instanceof ForceFailedException) && ResourceShortage.caused(e, space.currentFreeBytes())) {
            queue.put(new QueuedTask(() -> space.exhausted(System.nanoTime())));
            return CommitOutcome.NO_ROOM;
        }
        queue.put(new QueuedTask(() -> {
            throw new UncheckedIOException(e);
        }));
        return CommitOutcome.FAULT;
    }

    /** Checks the free space. If it has become low, wakes the writer of segments, which watches it from then on. */
    void checkSpace() {
        if (space.tick(System.nanoTime())) {
            queue.put(new QueuedTask(() -> {}));
        }
    }

    void countRefused() {
        counters.countRefused(1);
    }

    void delete(Ulid name) throws IOException {
        disk.delete(path(name));
    }

    /** Deletes the file of a message that is done. Any thread. */
    public void delete(Path file) throws IOException {
        disk.delete(file);
        unforced.remove(file.normalize());
    }

    /** Number of files that are not forced until the spool closes. */
    int unforced() {
        return unforced.size();
    }

    void forget(BlobFile blob) {
        unfinished.remove(blob);
    }

    /**
     * Finishes blobs that were appended, deletes the others, and forces the files that are not forced yet. Waits for
     * the threads.
     */
    public void close() throws IOException {
        for (BlobWriterThread thread : threads) {
            thread.close();
        }
        boolean interrupted = false;
        for (BlobWriterThread thread : threads) {
            interrupted |= thread.awaitEnd();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Set.copyOf(unfinished).forEach(BlobFile::discard);
        forceAll();
    }

    private void forceAll() throws IOException {
        var directories = new HashSet<Path>();
        for (Path path : unforced) {
            if (Files.exists(path)) {
                try (DiskFile file = disk.open(path)) {
                    file.force();
                }
                directories.add(parent(path));
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
