// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.UlidGenerator;
import dev.boxcar.spool.Urgency;
import dev.boxcar.spool.blob.BlobWriters;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.body.SlabPool;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.Followers;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.QueuedTask;
import dev.boxcar.spool.commit.SpoolCounters;
import dev.boxcar.spool.compaction.Compaction;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.FreeSpaceMonitor;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import dev.boxcar.spool.index.SpoolIndex;
import dev.boxcar.spool.recovery.Recovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool of append-only segments in a directory, written by one {@link SpoolWriter}. {@link Sync} decides what a
 * stored message survives; the format is in {@code docs/spool.md}.
 *
 * <p>Any thread. Reads open files of their own and never wait for the writer.
 */
public final class SegmentSpool implements Spool {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSpool.class);

    private final SpoolDirectory directory;
    private final SpoolOptions options;
    private final SpoolIndex index;
    private final CommitQueue queue = new CommitQueue();
    private final Followers followers = new Followers();
    private final SpoolCounters counters = new SpoolCounters();
    private final UlidGenerator ids = new UlidGenerator(System::currentTimeMillis);
    private final SlabPool slabs;
    private final FreeSpaceMonitor space;
    private final SpoolWriter writer;
    private final BlobWriters blobs;
    private final Compaction compaction;

    private SegmentSpool(
            SpoolDirectory directory,
            SpoolOptions options,
            Disk disk,
            SpoolIndex index,
            Recovery.Result recovered,
            Consumer<IOException> onFatal) {
        this.directory = directory;
        this.options = options;
        this.index = index;
        this.slabs = new SlabPool(options.slabBytes());
        this.space = new FreeSpaceMonitor(disk, directory.segments(), options.reserveBytes(), System.nanoTime());
        this.blobs = new BlobWriters(directory, disk, options, slabs, queue, space, counters);
        this.compaction =
                new Compaction(directory, disk, options, index, blobs, queue, space, counters, recovered.inventory());
        recovered.sealed().forEach(compaction::segmentSealed);
        var log = new SegmentLog(directory.segments(), disk, options, recovered, counters, compaction);
        this.writer =
                new SpoolWriter(queue, log, options.sync(), index, followers, space, counters, compaction, onFatal);
    }

    /**
     * Opens the spool in {@code path}, creates it if it does not exist, and recovers the records that an earlier
     * process left. If the spool fails while it runs, {@code onFatal} runs once, on the writer's thread, after all
     * waiting records got FAULT.
     *
     * @throws SpoolException with one line for the user: in use, not writable, not a directory, another format
     */
    public static SegmentSpool open(Path path, SpoolOptions options, Consumer<IOException> onFatal)
            throws SpoolException {
        return open(path, options, onFatal, Disk.LOCAL);
    }

    /** Opens the spool with another {@link Disk}, such as one that fails in a test. */
    public static SegmentSpool open(Path path, SpoolOptions options, Consumer<IOException> onFatal, Disk disk)
            throws SpoolException {
        SpoolDirectory directory = SpoolDirectory.lock(path, disk);
        try {
            var index = new SpoolIndex();
            Recovery.Result recovered = Recovery.run(directory, disk, index, options);
            var spool = new SegmentSpool(directory, options, disk, index, recovered, onFatal);
            spool.writer.start();
            spool.compaction.start();
            return spool;
        } catch (IOException e) {
            release(directory);
            String prefix = e instanceof SpoolException ? "" : "cannot be recovered: ";
            throw new SpoolException("the spool " + path + ": " + prefix + e.getMessage(), e);
        }
    }

    @Override
    public long maxMessageBytes() {
        return RecordHeader.MAX_BODY;
    }

    @Override
    public Admission admits(long bytes) {
        if (!writer.isOpen()) {
            return Admission.FAULT;
        }
        long inSegments = bytes > options.blobBytes() ? 0 : bytes;
        boolean fits = !space.isLow() && space.hasRoomFor(bytes);
        if (space.requestCheck(!fits, System.nanoTime())) {
            queue.put(new QueuedTask(() -> {})); // wakes the writer, which then checks
        }
        boolean room = fits
                && queue.messages() < options.queueMessages()
                && queue.bytes() + inSegments <= options.queueBytes()
                && slabs.admits();
        return room ? Admission.ADMITTED : Admission.NO_ROOM;
    }

    @Override
    public Ulid newId() {
        return ids.next();
    }

    @Override
    public IncomingBody newBody(Ulid id) {
        return new SlabBody(slabs, Math.min(options.blobBytes(), slabs.capacityBytes() / 4), () -> blobs.begin(id));
    }

    @Override
    public void append(Ulid id, Envelope envelope, IncomingBody incoming, Executor executor, CommitCallback callback) {
        var body = (SlabBody) incoming;
        if (body.isDiscarded()
                || envelope.length() > RecordHeader.MAX_TEXT
                || body.length() > RecordHeader.MAX_BODY
                || queue.messages() >= 2L * options.queueMessages()
                || queue.bytes() > 2 * options.queueBytes()) {
            counters.countRefused(1);
            body.release();
            executor.execute(() -> callback.complete(CommitOutcome.NO_ROOM));
            return;
        }
        if (body.endsInFile()) {
            body.finishFile(id, envelope, executor, callback);
        } else {
            put(PendingRecord.message(id, envelope, body, executor, callback));
        }
    }

    @Override
    public void putState(
            Ulid id,
            String namespace,
            KeyValueText state,
            Urgency urgency,
            Executor executor,
            CommitCallback callback) {
        put(PendingRecord.state(id, namespace, state, executor, callback).withUrgency(urgency));
    }

    @Override
    public void markDone(Ulid id, String reason, Urgency urgency, Executor executor, CommitCallback callback) {
        put(PendingRecord.done(id, reason, executor, callback).withUrgency(urgency));
    }

    private void put(PendingRecord record) {
        if (!queue.put(record)) {
            counters.countRefused(1);
            record.release();
            record.reject(CommitOutcome.FAULT);
        }
    }

    @Override
    public void follow(long fromSequence, Follower follower) {
        queue.put(new QueuedTask(() -> {
            try {
                new Replay(directory, index).run(fromSequence, follower);
            } catch (IOException e) {
                LOG.warn("event=follow-incomplete from={} cause=\"{}\"", fromSequence, e.getMessage());
            }
            Followers.caughtUp(follower);
            followers.add(follower);
        }));
    }

    @Override
    public @Nullable SpoolRecord find(Ulid id) throws IOException {
        StoredRecord found = StoredRecord.find(directory, id, index::find);
        return found == null ? null : found.checked();
    }

    @Override
    public List<Ulid> ids() {
        return index.ids();
    }

    @Override
    public Map<String, KeyValueText> states(Ulid id) {
        return index.states(id);
    }

    @Override
    public SpoolStatistics statistics() {
        return counters.snapshot(index.size(), queue.messages(), slabs.usedBytes());
    }

    @Override
    public void close() throws SpoolException {
        IOException failure = null;
        compaction.close();
        try {
            blobs.close();
        } catch (IOException e) {
            failure = e;
            queue.put(new QueuedTask(() -> {
                throw new UncheckedIOException(e); // otherwise a durable mark would vouch for unforced blobs
            }));
        }
        try {
            writer.close();
            compaction.updateInventory();
        } catch (ForceFailedException e) {
            failure = e;
        } finally {
            release(directory);
        }
        if (failure != null) {
            throw new SpoolException("the spool failed: " + failure.getMessage(), failure);
        }
    }

    private static void release(SpoolDirectory directory) {
        try {
            directory.close();
        } catch (IOException e) {
            LOG.debug("event=unlock-failed cause=\"{}\"", e.getMessage());
        }
    }
}
