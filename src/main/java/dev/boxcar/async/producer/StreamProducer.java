// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Producer;
import dev.boxcar.async.WorkerPool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer of what stands in a stream, such as a file's. The loop never touches the stream: the loop's
 * {@link WorkerPool} open, read and close it, and the producer waits meanwhile. One piece is read ahead while another is
 * being sent; nothing is read before the producer is first asked for its state.
 *
 * <p>The stream is closed when it has ended or failed, and when the producer is abandoned; during a read, when that
 * returns. A failure costs the channel: {@link Dispatcher#handleError} gets an {@link UncheckedIOException}, or what
 * else went wrong, behind all that was read before it.
 *
 * <p>A read that never returns keeps a helper for ever. Confined to the loop thread, save what a helper runs.
 */
public final class StreamProducer implements Producer {
    private static final Logger LOG = LoggerFactory.getLogger(StreamProducer.class);

    private static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final Dispatcher channel;
    private final Callable<? extends InputStream> opener;
    private @Nullable InputStream stream;
    private boolean reading;
    /** No more will be read. */
    private boolean ended;

    private @Nullable RuntimeException failure;
    /** What a helper reads into. */
    private byte[] ahead = NOTHING;
    /** How many bytes of it were read and not asked for yet. */
    private int aheadBytes;
    /** What was given last, good until more is asked for. */
    private byte[] given = NOTHING;

    private StreamProducer(Dispatcher channel, @Nullable InputStream stream, Callable<? extends InputStream> opener) {
        this.channel = Objects.requireNonNull(channel, "channel");
        this.stream = stream;
        this.opener = opener;
    }

    /** What remains in {@code stream}, which is the producer's from now on, for the output of {@code channel}. */
    public static StreamProducer of(Dispatcher channel, InputStream stream) {
        Objects.requireNonNull(stream, "stream");
        return new StreamProducer(channel, stream, () -> stream);
    }

    /**
     * What stands in the stream that {@code opener} opens; a helper calls it, once, when the producer's turn has come.
     */
    public static StreamProducer opening(Dispatcher channel, Callable<? extends InputStream> opener) {
        return new StreamProducer(channel, null, Objects.requireNonNull(opener, "opener"));
    }

    @Override
    public State state() {
        channel.loop().requireLoopThread();
        if (aheadBytes == 0 && !ended && !reading) {
            readOn();
        }
        if (aheadBytes > 0 || failure != null) {
            return State.READY;
        }
        return ended ? State.EXHAUSTED : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        if (aheadBytes == 0) {
            throw failure == null ? new IllegalStateException("nothing was read yet") : failure;
        }
        ByteBuffer piece = ByteBuffer.wrap(ahead, 0, aheadBytes);
        byte[] taken = ahead;
        ahead = given;
        given = taken;
        aheadBytes = 0;
        readOn();
        return piece;
    }

    private void readOn() {
        byte[] target = ahead.length == 0 ? new byte[PIECE_BYTES] : ahead;
        ahead = target;
        InputStream source = stream;
        try {
            channel.loop().workers().execute(() -> tell(read(source, target)));
            reading = true;
        } catch (RejectedExecutionException e) {
            failure = e;
            end();
        }
    }

    /** What a helper has to say: so many bytes were read, or -1 and perhaps why. */
    private record Reading(
            @Nullable InputStream stream,
            int bytes,
            @Nullable Throwable failure) {}

    /** Runs on a helper. Whatever happens is told, or the channel would wait for ever. */
    private Reading read(@Nullable InputStream source, byte[] target) {
        InputStream open = source;
        Throwable thrown = null;
        try {
            if (open == null) {
                open = Objects.requireNonNull(opener.call(), "the stream that was opened");
            }
            int bytes = open.read(target);
            if (bytes > 0) {
                return new Reading(open, bytes, null);
            }
            if (bytes == 0) {
                thrown = new IOException("a stream that had to wait for octets gave none");
            }
        } catch (Throwable e) {
            thrown = e;
        }
        close(open);
        return new Reading(null, -1, thrown);
    }

    /** Runs on a helper. */
    private void tell(Reading reading) {
        try {
            channel.loop().execute(() -> hear(reading));
        } catch (RejectedExecutionException e) {
            close(reading.stream); // the loop is gone, and the channel with it
        }
    }

    private void hear(Reading heard) {
        reading = false;
        stream = heard.stream;
        if (ended) {
            giveBack(); // it was abandoned meanwhile
            return;
        }
        if (heard.bytes > 0) {
            aheadBytes = heard.bytes;
        } else {
            ended = true;
            failure = failureOf(heard.failure);
        }
        channel.interestChanged();
    }

    private static @Nullable RuntimeException failureOf(@Nullable Throwable thrown) {
        if (thrown == null || thrown instanceof RuntimeException) {
            return (RuntimeException) thrown;
        }
        String what = "a stream could not be read: " + thrown;
        return thrown instanceof IOException io
                ? new UncheckedIOException(what, io)
                : new IllegalStateException(what, thrown);
    }

    @Override
    public void abandon() {
        channel.loop().requireLoopThread();
        aheadBytes = 0;
        failure = null;
        end();
    }

    private void end() {
        ended = true;
        if (!reading) {
            giveBack();
        }
    }

    private void giveBack() {
        InputStream open = stream;
        stream = null;
        if (open != null) {
            channel.loop().workers().executeCleanup(() -> close(open));
        }
    }

    private static void close(@Nullable InputStream open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.warn("a stream that was read did not close: {}", e.toString());
        }
    }
}
