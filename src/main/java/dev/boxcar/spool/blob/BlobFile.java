// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.BodyFile;
import dev.boxcar.spool.body.SlabPool;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.format.BlobReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One body on its way into a file of its own, slab by slab.
 *
 * <p>Promise: under {@code group} and under an interval its record is queued only when the file, its length and its
 * name are forced; a blob that is not finished leaves no file. On failure what still comes is dropped, and
 * {@link #finish} reports it.
 *
 * <p>Two threads: the one that fills the body calls {@link #put}, {@link #finish}, {@link #abandon} and
 * {@link #hasMoreThan}; all else is its blob writer's.
 */
public final class BlobFile implements BodyFile {
    private static final Logger LOG = LoggerFactory.getLogger(BlobFile.class);

    /**
     * So much of a file may lie unforced in the system's memory: what is forced beside it has no more than this to wait
     * for.
     */
    private static final long FORCE_EVERY_BYTES = 8L * 1024 * 1024;

    private final BlobWriters writers;
    private final BlobWriters.Lane lane;
    private final SlabPool pool;
    private final Ulid name;
    private final AtomicInteger slabsOut = new AtomicInteger();
    private @Nullable Runnable waiting;
    private volatile int resumeAt = -1;
    private volatile boolean refused;

    private final CRC32C crc = new CRC32C();
    private @Nullable DiskFile file;
    private boolean made;
    private long written;
    private long forced;
    private CommitOutcome outcome = CommitOutcome.STORED;

    BlobFile(BlobWriters writers, BlobWriters.Lane lane, SlabPool pool, Ulid name) {
        this.writers = writers;
        this.lane = lane;
        this.pool = pool;
        this.name = name;
    }

    // the thread that fills it

    /** Hands a slab over, of which {@code length} bytes are used. */
    @Override
    public void put(byte[] slab, int length) {
        slabsOut.incrementAndGet();
        if (!lane.put(() -> write(slab, length))) {
            refused = true;
            pool.give(slab);
            slabsOut.decrementAndGet();
        }
    }

    /** Whether more than {@code slabs} of it wait to be written. */
    @Override
    public boolean hasMoreThan(int slabs) {
        return slabsOut.get() > slabs;
    }

    /**
     * Runs {@code task}, once, on the blob writer's thread or at once, when no more than {@code slabs} wait to be
     * written.
     */
    @Override
    public void whenAtMost(int slabs, Runnable task) {
        synchronized (this) {
            waiting = task;
            resumeAt = slabs;
        }
        if (slabsOut.get() <= slabs) {
            tellWaiting();
        }
    }

    /** Everything is handed over: to be made safe, and recorded. */
    @Override
    public void finish(Ulid id, Envelope envelope, Executor executor, CommitCallback done) {
        if (!lane.put(() -> end(id, envelope, executor, done))) {
            executor.execute(() -> done.complete(CommitOutcome.FAULT));
        }
    }

    /** Nobody wants it any more. */
    @Override
    public void abandon() {
        lane.put(this::drop);
    }

    // the blob writer

    private void write(byte[] slab, int length) {
        try {
            if (outcome == CommitOutcome.STORED) {
                DiskFile target = open();
                target.write(ByteBuffer.wrap(slab, 0, length), written);
                crc.update(slab, 0, length);
                written += length;
                if (writers.forcesAtOnce() && written - forced >= FORCE_EVERY_BYTES) {
                    force(target);
                }
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error bug) {
            failed(bug(bug));
        } finally {
            pool.give(slab);
            if (slabsOut.decrementAndGet() <= resumeAt) {
                tellWaiting();
            }
            writers.watchSpace();
        }
    }

    private void tellWaiting() {
        Runnable task;
        synchronized (this) {
            task = waiting;
            waiting = null;
            resumeAt = -1;
        }
        if (task != null) {
            task.run();
        }
    }

    private DiskFile open() throws IOException {
        DiskFile open = file;
        if (open == null) {
            open = writers.create(name);
            file = open;
            made = true;
        }
        return open;
    }

    private void force(DiskFile target) throws ForceFailedException {
        try {
            target.force();
            forced = written;
        } catch (IOException e) {
            throw new ForceFailedException(e);
        }
    }

    private void end(Ulid id, Envelope envelope, Executor executor, CommitCallback done) {
        try {
            if (refused) {
                outcome = CommitOutcome.FAULT;
            } else if (outcome == CommitOutcome.STORED) {
                DiskFile target = open();
                if (writers.forcesAtOnce()) {
                    force(target);
                }
                close();
                writers.written(name);
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error bug) {
            failed(bug(bug));
        }
        writers.forget(this);
        if (outcome == CommitOutcome.STORED) {
            made = false; // from here on it is its record's
            writers.record(id, envelope, BlobReference.of(name, written, crc.getValue()), executor, done);
        } else {
            drop();
            writers.refused();
            CommitOutcome reported = outcome;
            executor.execute(() -> done.complete(reported));
        }
    }

    /** Final, as one of the writer is: nobody waits for an answer that never comes. */
    private static IOException bug(Throwable bug) {
        LOG.error("event=blob-writer-bug", bug);
        return new ForceFailedException(new IOException("a blob writer met a bug: " + bug, bug));
    }

    private void failed(IOException e) {
        outcome = writers.failed(e);
        LOG.warn("event=blob-failed blob={} outcome={} cause=\"{}\"", name, outcome, e.getMessage());
        drop();
    }

    /** Removes what there is of it. */
    void drop() {
        writers.forget(this);
        if (outcome == CommitOutcome.STORED) {
            outcome = CommitOutcome.FAULT;
        }
        if (!made) {
            return;
        }
        made = false;
        try {
            close();
            writers.delete(name);
        } catch (IOException e) {
            LOG.warn("event=blob-left blob={} cause=\"{}\" advice=\"the next start removes it\"", name, e.getMessage());
        }
    }

    private void close() throws IOException {
        DiskFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
