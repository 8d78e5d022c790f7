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
 * A body that is being written to a file of its own, slab by slab.
 *
 * <p>Promise: except under {@code sync = none}, its record is queued only when the file, its length and its name are
 * forced. A blob that is not finished leaves no file. After a failure further slabs are dropped, and {@link #finish}
 * reports the outcome.
 *
 * <p>Threads: the thread that fills the body calls the methods of {@link BodyFile}; everything else is confined to the
 * blob writer.
 */
final class BlobFile implements BodyFile {
    private static final Logger LOG = LoggerFactory.getLogger(BlobFile.class);

    /** Bounds the unforced bytes in the kernel's memory, so that other forces do not have to wait long for them. */
    private static final long FORCE_EVERY_BYTES = 8L * 1024 * 1024;

    private final BlobWriters writers;
    private final BlobWriterThread thread;
    private final SlabPool pool;
    private final Ulid name;
    private final AtomicInteger slabsQueued = new AtomicInteger();
    private @Nullable Runnable resume;
    /** The number of queued slabs at which {@link #resume} runs. */
    private volatile int resumeAt = -1;

    private volatile boolean slabRejected;

    private final CRC32C crc = new CRC32C();
    private @Nullable DiskFile file;
    /** Whether the file exists and no record refers to it yet. */
    private boolean created;

    private long written;
    private long forced;
    private CommitOutcome outcome = CommitOutcome.STORED;

    BlobFile(BlobWriters writers, BlobWriterThread thread, SlabPool pool, Ulid name) {
        this.writers = writers;
        this.thread = thread;
        this.pool = pool;
        this.name = name;
    }

    // on the thread that fills the body

    @Override
    public void put(byte[] slab, int length) {
        slabsQueued.incrementAndGet();
        if (!thread.put(() -> write(slab, length))) {
            slabRejected = true;
            pool.give(slab);
            slabsQueued.decrementAndGet();
        }
    }

    @Override
    public boolean hasMoreThan(int slabs) {
        return slabsQueued.get() > slabs;
    }

    @Override
    public void whenAtMost(int slabs, Runnable task) {
        synchronized (this) {
            resume = task;
            resumeAt = slabs;
        }
        if (slabsQueued.get() <= slabs) {
            runResume();
        }
    }

    @Override
    public void finish(Ulid id, Envelope envelope, Executor executor, CommitCallback callback) {
        if (!thread.put(() -> end(id, envelope, executor, callback))) {
            executor.execute(() -> callback.complete(CommitOutcome.FAULT));
        }
    }

    @Override
    public void abandon() {
        thread.put(this::discard);
    }

    // on the blob writer

    private void write(byte[] slab, int length) {
        try {
            if (outcome == CommitOutcome.STORED) {
                DiskFile target = open();
                target.write(ByteBuffer.wrap(slab, 0, length), written);
                crc.update(slab, 0, length);
                written += length;
                if (writers.forcesBlobs() && written - forced >= FORCE_EVERY_BYTES) {
                    force(target);
                }
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error bug) {
            fail(asFailedForce(bug));
        } finally {
            pool.give(slab);
            if (slabsQueued.decrementAndGet() <= resumeAt) {
                runResume();
            }
            writers.checkSpace();
        }
    }

    private void runResume() {
        Runnable task;
        synchronized (this) {
            task = resume;
            resume = null;
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
            created = true;
        }
        return open;
    }

    private void force(DiskFile target) throws ForceFailedException {
        ForceFailedException.force(target);
        forced = written;
    }

    private void end(Ulid id, Envelope envelope, Executor executor, CommitCallback callback) {
        try {
            if (slabRejected) {
                outcome = CommitOutcome.FAULT;
            } else if (outcome == CommitOutcome.STORED) {
                DiskFile target = open();
                if (writers.forcesBlobs()) {
                    force(target);
                }
                close();
                writers.written(name);
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error bug) {
            fail(asFailedForce(bug));
        }
        writers.forget(this);
        if (outcome == CommitOutcome.STORED) {
            created = false; // from here on the file belongs to its record
            writers.queueRecord(id, envelope, BlobReference.of(name, written, crc.getValue()), executor, callback);
        } else {
            discard();
            writers.countRefused();
            CommitOutcome reported = outcome;
            executor.execute(() -> callback.complete(reported));
        }
    }

    /** A bug ends the spool, like a failed force, so that no client waits for a reply that never comes. */
    private static IOException asFailedForce(Throwable bug) {
        LOG.error("event=blob-writer-bug", bug);
        return new ForceFailedException(new IOException("a bug in a blob writer: " + bug, bug));
    }

    private void fail(IOException e) {
        outcome = writers.outcomeOf(e);
        LOG.warn("event=blob-failed blob={} outcome={} cause=\"{}\"", name, outcome, e.getMessage());
        discard();
    }

    /** Deletes the file, if there is one. */
    void discard() {
        writers.forget(this);
        if (outcome == CommitOutcome.STORED) {
            outcome = CommitOutcome.FAULT;
        }
        if (!created) {
            return;
        }
        created = false;
        try {
            close();
            writers.delete(name);
        } catch (IOException e) {
            LOG.warn("event=blob-left blob={} cause=\"{}\" advice=\"the next start deletes it\"", name, e.getMessage());
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
