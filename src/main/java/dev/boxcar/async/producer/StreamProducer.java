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
 * Produces the contents of a stream, such as a file. The loop never touches the stream: workers of the loop's
 * {@link WorkerPool} open, read and close it while the producer waits. One piece is read ahead while another is being
 * sent. Nothing is read before the producer is first asked for its state.
 *
 * <p>The stream is closed when it ends or fails, and when the producer is abandoned. If a read is in progress, the
 * stream is closed when that read returns. After a failure, everything read before it is sent, and then
 * {@link Dispatcher#handleError} receives an {@link UncheckedIOException} or the other exception.
 *
 * <p>A read that never returns occupies a worker forever. Confined to the loop thread, except what a worker runs.
 */
public final class StreamProducer implements Producer {
    private static final Logger LOG = LoggerFactory.getLogger(StreamProducer.class);

    private static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final Dispatcher channel;
    private final Callable<? extends InputStream> opener;
    private @Nullable InputStream stream;
    private boolean reading;
    /** Whether nothing more will be read. */
    private boolean ended;

    private @Nullable RuntimeException failure;
    /** The buffer that a worker reads into. */
    private byte[] ahead = NOTHING;
    /** How many bytes of {@link #ahead} were read and not produced yet. */
    private int aheadBytes;
    /** The piece produced last, valid until the next one. */
    private byte[] produced = NOTHING;

    private StreamProducer(Dispatcher channel, @Nullable InputStream stream, Callable<? extends InputStream> opener) {
        this.channel = Objects.requireNonNull(channel, "channel");
        this.stream = stream;
        this.opener = opener;
    }

    /** The rest of {@code stream}, which belongs to the producer from now on, for the output of {@code channel}. */
    public static StreamProducer of(Dispatcher channel, InputStream stream) {
        Objects.requireNonNull(stream, "stream");
        return new StreamProducer(channel, stream, () -> stream);
    }

    /**
     * The contents of the stream that {@code opener} opens. A worker calls it once, when the output has come that far.
     */
    public static StreamProducer opening(Dispatcher channel, Callable<? extends InputStream> opener) {
        return new StreamProducer(channel, null, Objects.requireNonNull(opener, "opener"));
    }

    @Override
    public State state() {
        channel.loop().requireLoopThread();
        if (aheadBytes == 0 && !ended && !reading) {
            readAhead();
        }
        if (aheadBytes > 0 || failure != null) {
            return State.READY;
        }
        return ended ? State.EXHAUSTED : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        if (aheadBytes == 0) {
            throw failure == null ? new IllegalStateException("nothing has been read yet") : failure;
        }
        ByteBuffer piece = ByteBuffer.wrap(ahead, 0, aheadBytes);
        byte[] taken = ahead;
        ahead = produced;
        produced = taken;
        aheadBytes = 0;
        readAhead();
        return piece;
    }

    private void readAhead() {
        byte[] target = ahead.length == 0 ? new byte[PIECE_BYTES] : ahead;
        ahead = target;
        InputStream source = stream;
        try {
            channel.loop().workers().execute(() -> handOver(read(source, target)));
            reading = true;
        } catch (RejectedExecutionException e) {
            failure = e;
            end();
        }
    }

    /** The result of a worker's read: the number of bytes, or -1 at the end or with a failure. */
    private record Reading(
            @Nullable InputStream stream,
            int bytes,
            @Nullable Throwable failure) {}

    /** Runs on a worker. Catches everything, because without a result the channel would wait forever. */
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
                thrown = new IOException("a blocking read of a stream returned no bytes");
            }
        } catch (Throwable e) {
            thrown = e;
        }
        close(open);
        return new Reading(null, -1, thrown);
    }

    /** Runs on a worker. */
    private void handOver(Reading reading) {
        try {
            channel.loop().execute(() -> take(reading));
        } catch (RejectedExecutionException e) {
            close(reading.stream); // the loop is closed, and the channel with it
        }
    }

    private void take(Reading result) {
        reading = false;
        stream = result.stream;
        if (ended) {
            closeStream(); // the producer was abandoned meanwhile
            return;
        }
        if (result.bytes > 0) {
            aheadBytes = result.bytes;
        } else {
            ended = true;
            failure = failureOf(result.failure);
        }
        channel.interestChanged();
    }

    private static @Nullable RuntimeException failureOf(@Nullable Throwable thrown) {
        if (thrown == null || thrown instanceof RuntimeException) {
            return (RuntimeException) thrown;
        }
        String message = "a stream could not be read: " + thrown;
        return thrown instanceof IOException io
                ? new UncheckedIOException(message, io)
                : new IllegalStateException(message, thrown);
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
            closeStream();
        }
    }

    private void closeStream() {
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
            LOG.warn("a stream did not close after it was read: {}", e.toString());
        }
    }
}
