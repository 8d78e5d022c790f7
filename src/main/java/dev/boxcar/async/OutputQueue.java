// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.buffer.LoopBuffers;
import dev.boxcar.async.buffer.WriteBatch;
import dev.boxcar.async.channel.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one channel that has not left yet, in order. Small pieces are copied together and large ones gathered,
 * so that everything that is ready leaves in one write. Bytes that the system does not accept stay in the queue. An
 * empty queue holds no memory.
 *
 * <p>Confined to the loop thread.
 */
final class OutputQueue {
    private static final Logger LOG = LoggerFactory.getLogger(OutputQueue.class);

    /**
     * When more bytes than this wait, the channel stops reading and dispatching until the low-water mark is reached.
     */
    private static final int HIGH_WATER_BYTES = 64 * 1024;
    /** When at most this many bytes wait, the channel reads and dispatches again. */
    private static final int LOW_WATER_BYTES = 16 * 1024;
    /**
     * The high-water mark in pieces, because even a small piece costs memory, and the size of most is not known in
     * advance.
     */
    private static final int HIGH_WATER_PIECES = 1024;

    private static final int LOW_WATER_PIECES = 256;
    /** A piece up to this size is copied. */
    private static final int SMALL_PIECE_BYTES = 8 * 1024;
    /** Maximum bytes that one channel writes per turn, so that other channels are served too. */
    private static final int BYTES_PER_TURN = 1024 * 1024;

    /** Observes the writes. */
    interface WriteListener {
        /** One write was made and took {@code bytes} bytes. */
        void written(long bytes);
    }

    private @Nullable ArrayDeque<Producer> queue;
    private long waitingBytes;
    private boolean aboveHighWater;
    /** Whether the last write was short, so that the channel waits to become writable. */
    private boolean blocked;

    boolean isEmpty() {
        return queue == null;
    }

    /** The number of bytes that wait to be sent, as far as the producers' sizes are known. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Whether the queue has passed the high-water mark and not yet come down to the low one. */
    boolean isAboveHighWater() {
        return aboveHighWater;
    }

    /** Whether the peer did not take everything that the last write offered. */
    boolean isBlocked() {
        return blocked;
    }

    /** Whether bytes that a producer has given wait to be written. */
    boolean hasUnwritten() {
        return blocked || (queue != null && !queue.isEmpty() && isLent(queue.element()));
    }

    void unblock() {
        blocked = false;
    }

    /** Whether there is something to write as soon as the channel is writable. */
    boolean hasOutput() {
        return queue != null && !queue.isEmpty() && queue.element().state() != Producer.State.WAITING;
    }

    /** Whether the replies of one more item may not fit into {@code output}. */
    boolean isNearlyFull(ByteBuffer output) {
        return output.remaining() < output.capacity() / 4;
    }

    void add(Producer producer) {
        if (queue == null) {
            queue = new ArrayDeque<>();
        }
        queue.add(producer);
        if (producer instanceof BytesProducer bytes) {
            waitingBytes += bytes.remaining();
        }
        aboveHighWater |= waitingBytes > HIGH_WATER_BYTES || queue.size() > HIGH_WATER_PIECES;
    }

    /**
     * Writes the output that the event has collected in the shared buffer, and then the pieces of the queue that are
     * ready. The buffers are empty afterwards.
     */
    void send(Transport transport, LoopBuffers buffers, WriteListener listener) throws IOException {
        ByteBuffer output = buffers.output();
        WriteBatch batch = buffers.writeBatch();
        long budget = BYTES_PER_TURN;
        while (!blocked && budget > 0) {
            fill(batch, output);
            boolean isEmpty = batch.isEmpty();
            if (!isEmpty) {
                long written = write(transport, batch);
                listener.written(written);
                budget -= written;
                output.clear();
            }
            RuntimeException failure = batch.failure();
            if (failure != null && queue != null) { // without a queue, it was abandoned meanwhile
                throw failure;
            }
            if (isEmpty) {
                break;
            }
        }
        if (waitingBytes <= LOW_WATER_BYTES && (queue == null || queue.size() <= LOW_WATER_PIECES)) {
            aboveHighWater = false;
        }
        if (queue != null && queue.isEmpty()) {
            queue = null;
        }
    }

    /**
     * Adds the pieces that are ready to the batch: copies small ones to the end of {@code output}, and adds large ones
     * as they are.
     */
    private void fill(WriteBatch batch, ByteBuffer output) {
        int batched = 0; // bytes of output before this index are in the batch
        batch.begin();
        while (queue != null && !queue.isEmpty() && batch.hasRoom()) {
            Producer head = queue.element();
            Producer.State state = head.state(); // a hook of the producer may close the channel meanwhile
            if (queue == null || state == Producer.State.WAITING) {
                break;
            }
            if (state == Producer.State.EXHAUSTED) {
                queue.remove();
                continue;
            }
            ByteBuffer piece = next(head, queue, batch);
            if (piece == null) {
                break;
            }
            if (piece.remaining() <= Math.min(SMALL_PIECE_BYTES, output.remaining())) {
                output.put(piece);
                continue;
            }
            if (output.position() > batched) {
                batch.addShared(output.slice(batched, output.position() - batched));
                batched = output.position();
            }
            batch.add(piece);
            if (!head.keepsPieces() && (isLent(head) || head.state() != Producer.State.EXHAUSTED)) {
                break; // the piece is valid only until its producer is called again
            }
        }
        if (output.position() > batched) {
            batch.addShared(batched == 0 ? output.flip() : output.slice(batched, output.position() - batched));
        }
    }

    private static boolean isLent(Producer producer) {
        return producer instanceof BytesProducer bytes && bytes.isLent();
    }

    /**
     * The next piece, or null if the producer failed. A failed producer leaves the queue; the pieces before it are
     * still written.
     */
    private @Nullable ByteBuffer next(Producer producer, ArrayDeque<Producer> from, WriteBatch batch) {
        try {
            ByteBuffer piece = producer.more();
            if (piece.hasRemaining()) {
                waitingBytes -= producer instanceof BytesProducer ? piece.remaining() : 0;
                return piece;
            }
            batch.failed(new IllegalStateException("a producer in state READY returned no bytes: " + producer));
        } catch (RuntimeException e) {
            batch.failed(e);
        }
        from.remove(producer);
        abandon(producer);
        return null;
    }

    private long write(Transport transport, WriteBatch batch) throws IOException {
        long written = batch.write(transport);
        while (!batch.isEmpty()) {
            boolean isCopy = batch.isLastShared();
            ByteBuffer unsent = batch.takeLast();
            if (unsent != null) {
                blocked = true;
                putBack(isCopy ? BytesProducer.of(unsent) : BytesProducer.lent(unsent));
            }
        }
        return written;
    }

    private void putBack(BytesProducer unsent) {
        if (queue == null) {
            queue = new ArrayDeque<>();
        }
        queue.addFirst(unsent);
        waitingBytes += unsent.remaining();
        aboveHighWater |= waitingBytes > HIGH_WATER_BYTES;
    }

    /** Drops all queued output; the producers release everything that they hold. */
    void abandon() {
        ArrayDeque<Producer> abandoned = queue;
        queue = null;
        waitingBytes = 0;
        aboveHighWater = false;
        blocked = false;
        if (abandoned != null) {
            abandoned.forEach(OutputQueue::abandon);
        }
    }

    /** Makes a producer release everything that it holds. */
    static void abandon(Producer producer) {
        try {
            producer.abandon();
        } catch (RuntimeException e) {
            LOG.error("{} failed to release what it holds", producer, e);
        }
    }
}
