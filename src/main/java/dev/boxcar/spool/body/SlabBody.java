// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.body;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one message on their way into a spool, in slabs of its {@link SlabPool}; where the spool has files for
 * that, in a {@link BodyFile} once they are many, or slabs run short.
 *
 * <p>Belongs to one thread at a time: to the loop that fills it, then, once appended, to the spool, which releases it.
 * Who writes only while {@link #isWritable} allows it finds room however short memory is. Who writes regardless, or to a
 * spool in memory, may find none: then {@link #write} says false and every slab is back at once.
 */
public final class SlabBody implements IncomingBody {
    private static final byte[][] NO_SLABS = {};

    /** What one body may have in flight to its file before its session is no longer read. */
    private static final int MOST_IN_FLIGHT = 8;

    private static final int RESUME_IN_FLIGHT = 2;

    private final SlabPool pool;
    private final long mostInMemory;
    private final @Nullable Supplier<? extends BodyFile> blobs;
    private final Runnable spillRequest = this::spillWanted;
    private final Runnable resumeRequest = this::resumeWanted;
    private byte[][] slabs = NO_SLABS;
    private int count;
    private int usedOfLast;
    private long length;
    private boolean givenUp;
    private boolean ended;
    private boolean known;
    /** The slabs belong to whoever keeps the message. */
    private boolean kept;

    private @Nullable BodyFile blob;
    private @Nullable Executor loop;
    private Runnable whenRoom = () -> {};

    /** An empty body that stays in memory. */
    public SlabBody(SlabPool pool) {
        this(pool, Long.MAX_VALUE, null);
    }

    /** An empty body that goes to a blob when it has more than {@code mostInMemory} bytes, or memory is short. */
    public SlabBody(SlabPool pool, long mostInMemory, @Nullable Supplier<? extends BodyFile> blobs) {
        this.pool = pool;
        this.mostInMemory = mostInMemory;
        this.blobs = blobs;
    }

    /** Names the thread that fills it, and what that is to do when {@link #isWritable} has become true again. */
    @Override
    public void whenWritable(Executor thread, Runnable resume) {
        loop = thread;
        whenRoom = resume;
    }

    /**
     * Copies the bytes {@code from} (inclusive) to {@code to} (exclusive); false when there was no room, now or
     * earlier.
     */
    @Override
    public boolean write(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !givenUp) {
            if ((count == 0 || usedOfLast == slabs[count - 1].length) && !grow()) {
                giveUp();
                break;
            }
            byte[] slab = slabs[count - 1];
            int step = Math.min(to - at, slab.length - usedOfLast);
            System.arraycopy(bytes, at, slab, usedOfLast, step);
            usedOfLast += step;
            length += step;
            at += step;
        }
        return !givenUp;
    }

    private boolean grow() {
        if (blobs != null && length > 0 && (blob != null || length >= mostInMemory || pool.isShort())) {
            spill();
        }
        byte[] slab = length == 0 ? pool.takeSmall() : pool.takeLarge();
        if (slab == null) {
            return false;
        }
        if (count == slabs.length) {
            slabs = Arrays.copyOf(slabs, count == 0 ? 1 : count * 2);
        }
        slabs[count++] = slab;
        usedOfLast = 0;
        if (!known && loop != null && blobs != null && pool.isFilling()) {
            known = true;
            pool.holding(spillRequest);
        }
        return true;
    }

    /** Hands everything in memory over to the blob. */
    private void spill() {
        BodyFile target = blob();
        for (int i = 0; i < count; i++) {
            target.put(slabs[i], lengthOf(i));
        }
        slabs = NO_SLABS;
        count = 0;
        usedOfLast = 0;
    }

    private BodyFile blob() {
        BodyFile target = blob;
        if (target == null && blobs != null) {
            target = blobs.get();
            blob = target;
        }
        if (target == null) {
            throw new IllegalStateException("this spool has no files for bodies");
        }
        return target;
    }

    /**
     * Whether more may be written now. After a no, the task given to {@link #whenWritable} runs on its thread when it is
     * worth asking again. Most bodies are never told no.
     */
    @Override
    public boolean isWritable() {
        Executor thread = loop;
        if (blobs == null || ended || givenUp || thread == null) {
            return true;
        }
        boolean isShort = pool.isShort();
        if (blob == null && !isShort) {
            return true;
        }
        if (blob != null && blob.hasMoreThan(isShort ? 0 : MOST_IN_FLIGHT)) {
            blob.whenAtMost(isShort ? 0 : RESUME_IN_FLIGHT, resumeRequest);
            return false;
        }
        return !pool.isTight() || !pool.await(resumeRequest);
    }

    /** On any thread: memory is short, and this body holds some. */
    private void spillWanted() {
        onLoop(() -> {
            if (!ended && !givenUp && count > 0) {
                spill();
            }
        });
    }

    /** On any thread: there may be room again. */
    private void resumeWanted() {
        onLoop(() -> {
            if (!ended) {
                whenRoom.run();
            }
        });
    }

    private void onLoop(Runnable task) {
        Executor thread = loop;
        try {
            if (thread != null) {
                thread.execute(task);
            }
        } catch (RuntimeException rejected) {
            // its loop is gone, and with it whoever filled this body
            assert rejected != null;
        }
    }

    /** Whether room ran out: the bytes are gone. */
    @Override
    public boolean isDiscarded() {
        return givenUp;
    }

    /** How many bytes were written. */
    @Override
    public long length() {
        return length;
    }

    /** The bytes from the beginning; to be read before {@link #release}. Not of a body that went to a blob. */
    public InputStream open() {
        return open(0, length);
    }

    /** A stretch of the bytes, which the caller knows to be there. */
    public InputStream open(long from, long stretch) {
        var parts = new ArrayList<InputStream>();
        long at = 0;
        for (int i = 0; i < count && at < from + stretch; i++) {
            int begin = (int) Math.max(0, Math.min(from - at, lengthOf(i)));
            int end = (int) Math.min(lengthOf(i), from + stretch - at);
            if (begin < end) {
                parts.add(new ByteArrayInputStream(slabs[i], begin, end - begin));
            }
            at += lengthOf(i);
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    /** Nothing more comes. True where the bytes are, or belong, in a blob: then {@link #finishBlob} ends it. */
    public boolean endsInBlob() {
        end();
        return !givenUp && (blob != null || (blobs != null && length > mostInMemory));
    }

    /** Hands the rest to the blob, to be made safe and recorded. */
    public void finishBlob(Ulid id, Envelope envelope, Executor executor, CommitCallback done) {
        spill();
        blob().finish(id, envelope, executor, done);
        length = 0;
    }

    private void end() {
        ended = true;
        if (known || blob != null || pool.isTight()) {
            pool.released(spillRequest, resumeRequest);
        }
    }

    private void giveUp() {
        release();
        givenUp = true;
    }

    /** The slabs stay, beyond {@link #release}, until {@link #forget}; the pool lends others meanwhile. */
    public void keep() {
        pool.keep(slabs, count);
        kept = true;
        end();
    }

    /** Gives the slabs back that were kept. */
    public void forget() {
        pool.giveKept(slabs, count);
    }

    /** Gives the slabs back, and removes what is in a blob; a second call does nothing. */
    @Override
    public void release() {
        if (kept) {
            return;
        }
        end();
        if (count > 0) {
            pool.give(slabs, count);
        }
        if (blob != null) {
            blob.abandon();
            blob = null;
        }
        slabs = NO_SLABS;
        count = 0;
        usedOfLast = 0;
        length = 0;
    }

    public int slabs() {
        return count;
    }

    public byte[] slab(int i) {
        return slabs[i];
    }

    public int lengthOf(int i) {
        return i == count - 1 ? usedOfLast : slabs[i].length;
    }

    public void updateInto(CRC32C crc) {
        for (int i = 0; i < count; i++) {
            crc.update(slabs[i], 0, lengthOf(i));
        }
    }

    /** Copies all bytes into {@code target} from {@code from} on. */
    public void copyInto(byte[] target, int from) {
        int at = from;
        for (int i = 0; i < count; i++) {
            System.arraycopy(slabs[i], 0, target, at, lengthOf(i));
            at += lengthOf(i);
        }
    }
}
