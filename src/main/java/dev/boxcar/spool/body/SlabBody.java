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
 * The bytes of a message that is being received, in slabs of a {@link SlabPool}. If the spool has files for bodies, a
 * body moves (spills) to a {@link BodyFile} when it is large or when slabs run short.
 *
 * <p>Confined to one thread at a time: first to the loop that fills it, then, once appended, to the spool, which
 * releases it. A caller that writes only while {@link #isWritable} is true always finds room. Other callers, and
 * callers of a spool in memory, may find none: then {@link #write} returns false and all slabs are given back at once.
 */
public final class SlabBody implements IncomingBody {
    private static final byte[][] NO_SLABS = {};

    /**
     * Maximum slabs of one body that wait to be written to its file. If more wait, the session stops reading from its
     * client.
     */
    private static final int MAX_IN_FLIGHT = 8;

    private static final int RESUME_IN_FLIGHT = 2;

    private final SlabPool pool;
    private final long maxInMemory;
    private final @Nullable Supplier<? extends BodyFile> files;
    private final Runnable spillRequest = this::requestSpill;
    private final Runnable resumeRequest = this::requestResume;
    private byte[][] slabs = NO_SLABS;
    private int count;
    private int usedOfLast;
    private long length;
    private boolean discarded;
    private boolean ended;
    /** Whether the pool knows this body as one that can spill. */
    private boolean registered;
    /** Whether the slabs belong to a stored message. */
    private boolean kept;

    private @Nullable BodyFile file;
    private @Nullable Executor loop;
    private Runnable resume = () -> {};

    /** An empty body that stays in memory. */
    public SlabBody(SlabPool pool) {
        this(pool, Long.MAX_VALUE, null);
    }

    /** An empty body that spills to a file when it has more than {@code maxInMemory} bytes, or memory is short. */
    public SlabBody(SlabPool pool, long maxInMemory, @Nullable Supplier<? extends BodyFile> files) {
        this.pool = pool;
        this.maxInMemory = maxInMemory;
        this.files = files;
    }

    @Override
    public void whenWritable(Executor thread, Runnable task) {
        loop = thread;
        resume = task;
    }

    @Override
    public boolean write(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !discarded) {
            if ((count == 0 || usedOfLast == slabs[count - 1].length) && !grow()) {
                release();
                discarded = true;
                break;
            }
            byte[] slab = slabs[count - 1];
            int step = Math.min(to - at, slab.length - usedOfLast);
            System.arraycopy(bytes, at, slab, usedOfLast, step);
            usedOfLast += step;
            length += step;
            at += step;
        }
        return !discarded;
    }

    private boolean grow() {
        if (files != null && length > 0 && (file != null || length >= maxInMemory || pool.isShort())) {
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
        if (!registered && loop != null && files != null && pool.isFilling()) {
            registered = true;
            pool.register(spillRequest);
        }
        return true;
    }

    /** Hands all slabs over to the file. */
    private void spill() {
        BodyFile target = file();
        for (int i = 0; i < count; i++) {
            target.put(slabs[i], slabLength(i));
        }
        clearSlabs();
    }

    private void clearSlabs() {
        slabs = NO_SLABS;
        count = 0;
        usedOfLast = 0;
    }

    private BodyFile file() {
        BodyFile target = file;
        if (target == null && files != null) {
            target = files.get();
            file = target;
        }
        if (target == null) {
            throw new IllegalStateException("this spool has no files for bodies");
        }
        return target;
    }

    @Override
    public boolean isWritable() {
        if (files == null || ended || discarded || loop == null) {
            return true;
        }
        boolean isShort = pool.isShort();
        if (file == null && !isShort) {
            return true;
        }
        if (file != null && file.hasMoreThan(isShort ? 0 : MAX_IN_FLIGHT)) {
            file.whenAtMost(isShort ? 0 : RESUME_IN_FLIGHT, resumeRequest);
            return false;
        }
        return !pool.isTight() || !pool.await(resumeRequest);
    }

    /** Requests that this body spills, because memory is short. Called on any thread. */
    private void requestSpill() {
        onLoop(() -> {
            if (!ended && !discarded && count > 0) {
                spill();
            }
        });
    }

    /** Requests that the session reads again, because there may be room. Called on any thread. */
    private void requestResume() {
        onLoop(() -> {
            if (!ended) {
                resume.run();
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
            // the loop has ended, and the session that filled this body with it
            assert rejected != null;
        }
    }

    @Override
    public boolean isDiscarded() {
        return discarded;
    }

    @Override
    public long length() {
        return length;
    }

    /** The bytes from the beginning, to be read before {@link #release}. Not for a body that went to a file. */
    public InputStream open() {
        return open(0, length);
    }

    /** {@code range} bytes starting at {@code from}, both within the body. */
    public InputStream open(long from, long range) {
        var parts = new ArrayList<InputStream>();
        long at = 0;
        for (int i = 0; i < count && at < from + range; i++) {
            int begin = (int) Math.max(0, Math.min(from - at, slabLength(i)));
            int end = (int) Math.min(slabLength(i), from + range - at);
            if (begin < end) {
                parts.add(new ByteArrayInputStream(slabs[i], begin, end - begin));
            }
            at += slabLength(i);
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    /**
     * Ends the body. Returns true if its bytes are in a file, or must go to a file because the body is large. In that
     * case {@link #finishFile} stores the message.
     */
    public boolean endsInFile() {
        end();
        return !discarded && (file != null || (files != null && length > maxInMemory));
    }

    /** Hands the remaining slabs over to the file, which is made durable and recorded as message {@code id}. */
    public void finishFile(Ulid id, Envelope envelope, Executor executor, CommitCallback callback) {
        spill();
        file().finish(id, envelope, executor, callback);
        length = 0;
    }

    private void end() {
        ended = true;
        if (registered || file != null || pool.isTight()) {
            pool.unregister(spillRequest, resumeRequest);
        }
    }

    /** Keeps the slabs, as part of a stored message, until {@link #giveKeptBack}. The pool no longer counts them. */
    public void keep() {
        pool.keep(slabs, count);
        kept = true;
        end();
    }

    /** Returns the kept slabs to the pool. */
    public void giveKeptBack() {
        pool.giveKept(slabs, count);
    }

    @Override
    public void release() {
        if (kept) {
            return;
        }
        end();
        if (count > 0) {
            pool.give(slabs, count);
        }
        if (file != null) {
            file.abandon();
            file = null;
        }
        clearSlabs();
        length = 0;
    }

    /** Number of slabs. */
    public int slabCount() {
        return count;
    }

    public byte[] slab(int i) {
        return slabs[i];
    }

    /** Number of bytes used in slab {@code i}. */
    public int slabLength(int i) {
        return i == count - 1 ? usedOfLast : slabs[i].length;
    }

    public void updateChecksum(CRC32C crc) {
        for (int i = 0; i < count; i++) {
            crc.update(slabs[i], 0, slabLength(i));
        }
    }

    /** Copies all bytes into {@code target}, starting at {@code from}. */
    public void copyInto(byte[] target, int from) {
        int at = from;
        for (int i = 0; i < count; i++) {
            System.arraycopy(slabs[i], 0, target, at, slabLength(i));
            at += slabLength(i);
        }
    }
}
