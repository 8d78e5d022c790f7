// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import dev.boxcar.spool.Mail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The real disk, with failures that a test switches on. */
public final class FaultyDisk implements Disk {
    public static final String FULL = "No space left on device";

    /** Free space: how many more bytes can be written. */
    public volatile long roomBytes = Long.MAX_VALUE;

    public volatile long freeBytes = Long.MAX_VALUE;
    public volatile boolean writeFails;

    /** An error that the next write throws like a bug, or null. */
    public volatile @Nullable Error bug;

    /** The message of the exception with which creating files fails, or null. */
    public volatile @Nullable String createFails;

    /** Directories that cannot be opened to be forced, as if there were too many open files. */
    public volatile Predicate<Path> unopenable = path -> false;

    public final AtomicInteger failedOpens = new AtomicInteger();

    /** Files that cannot be written because the disk is full. */
    public volatile Predicate<Path> unwritable = path -> false;

    /** Names of the files that were forced. */
    public final List<String> forcedNames = new CopyOnWriteArrayList<>();

    private final Semaphore writes = new Semaphore(1_000_000);
    public volatile boolean forceFails;
    public final AtomicInteger forces = new AtomicInteger();

    /** Whether deleting segments fails. */
    public volatile boolean deleteFails;

    public final AtomicInteger failedDeletes = new AtomicInteger();

    private volatile boolean held;
    private volatile String heldName = "";
    private final Semaphore allowed = new Semaphore(0);
    private volatile CountDownLatch arrived = new CountDownLatch(1);

    /** From now on each force waits until {@link #releaseForces}. */
    public void holdForces() {
        arrived = new CountDownLatch(1);
        held = true;
    }

    /** Like {@link #holdForces}, but only for files whose name ends as given. */
    public void holdForcesOf(String ending) {
        heldName = ending;
        holdForces();
    }

    /** From now on each write waits until {@link #releaseWrites}. */
    public void holdWrites() {
        writes.drainPermits();
    }

    public void releaseWrites() {
        writes.release(1_000_000);
    }

    public void awaitForce() throws InterruptedException {
        if (!arrived.await(Mail.SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("no force came");
        }
    }

    public void releaseForces() {
        held = false;
        allowed.release();
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        String failure = createFails;
        if (failure != null) {
            throw new IOException(failure);
        }
        checkRoom(path);
        return faulty(path, Disk.LOCAL.create(path));
    }

    private void checkRoom(Path path) throws IOException {
        if (unwritable.test(path)) {
            throw new IOException(FULL);
        }
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        checkRoom(path);
        return faulty(path, Disk.LOCAL.open(path));
    }

    /** Files other than segments and blobs never fail. */
    private DiskFile faulty(Path path, DiskFile file) {
        return path.toString().endsWith(".seg") || path.toString().endsWith(".eml")
                ? new Faulty(path.toString(), file)
                : file;
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        Disk.LOCAL.createDirectories(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Disk.LOCAL.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (deleteFails && path.toString().endsWith(".seg")) {
            failedDeletes.incrementAndGet();
            throw new IOException(FULL);
        }
        Disk.LOCAL.delete(path);
    }

    @Override
    public void forceDirectory(Path path) throws IOException {
        if (unopenable.test(path)) {
            failedOpens.incrementAndGet();
            throw new ForceNotStartedException(new IOException("Too many open files"));
        }
        Disk.LOCAL.forceDirectory(path);
    }

    @Override
    public long freeBytes(Path directory) {
        return freeBytes;
    }

    private final class Faulty implements DiskFile {
        private final String name;
        private final DiskFile file;

        Faulty(String name, DiskFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            try {
                if (!writes.tryAcquire(Mail.SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("the test did not release the write");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (writeFails) {
                throw new IOException("Input/output error");
            }
            Error thrown = bug;
            if (thrown != null) {
                throw thrown;
            }
            if (bytes.remaining() > roomBytes) {
                // Like a real disk, it writes a part.
                bytes.limit(bytes.position() + (int) roomBytes);
                file.write(bytes, position);
                throw new IOException(FULL);
            }
            file.write(bytes, position);
        }

        @Override
        public void force() throws IOException {
            forces.incrementAndGet();
            if (forceFails) {
                throw new IOException("Input/output error");
            }
            if (held && name.endsWith(heldName)) {
                arrived.countDown();
                try {
                    if (!allowed.tryAcquire(Mail.SECONDS, TimeUnit.SECONDS)) {
                        throw new IOException("the test did not release the force");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            file.force();
            forcedNames.add(name);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
