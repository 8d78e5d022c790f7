// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one channel that could not leave at once, in order. Small pieces are copied together, large ones
 * gathered, so that all that is ready leaves in one write; a short write keeps the rest. Empty, it holds no memory.
 *
 * <p>Confined to the loop thread.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** Above this the channel is neither dispatched nor read; */
    private static final int HIGH_WATER = 64 * 1024;
    /** until it came down to this. */
    private static final int LOW_WATER = 16 * 1024;
    /** The same in pieces, since even a small one costs memory, and only the bytes of some are known before. */
    private static final int HIGH_PIECES = 1024;

    private static final int LOW_PIECES = 256;
    /** A piece up to this size is copied. */
    private static final int SMALL_PIECE = 8 * 1024;
    /** What one channel writes in a turn before others have theirs. */
    private static final int BYTES_PER_TURN = 1024 * 1024;

    private @Nullable ArrayDeque<Producer> queue;
    private long waitingBytes;
    private boolean flooded;
    /** The last write was short: the channel waits to be writable. */
    private boolean blocked;

    boolean isEmpty() {
        return queue == null;
    }

    /** How many bytes wait whose number is known. */
    long waitingBytes() {
        return waitingBytes;
    }

    boolean flooded() {
        return flooded;
    }

    /** Whether the peer did not take all that it was offered last. */
    boolean isBlocked() {
        return blocked;
    }

    void unblock() {
        blocked = false;
    }

    /** Whether there is something to write as soon as it would be taken. */
    boolean hasOutput() {
        return queue != null && !queue.isEmpty() && queue.element().state() != Producer.State.WAITING;
    }

    /** Whether the replies of one more item may not fit into {@code output} any more. */
    boolean nearlyFull(ByteBuffer output) {
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
        flooded |= waitingBytes > HIGH_WATER || queue.size() > HIGH_PIECES;
    }

    /**
     * Writes what the event gathered and then what is ready in the queue; the buffers are empty afterwards. The chat is
     * told of each write.
     */
    void send(Transport transport, Buffers buffers, @Nullable AsyncChat chat) throws IOException {
        ByteBuffer output = buffers.output();
        Gathering gathering = buffers.gathering();
        long budget = BYTES_PER_TURN;
        while (!blocked && budget > 0) {
            gather(gathering, output);
            boolean nothing = gathering.isEmpty();
            if (!nothing) {
                long written = write(transport, gathering);
                if (chat != null) {
                    chat.bytesWritten(written);
                }
                budget -= written;
                output.clear();
            }
            RuntimeException failure = gathering.failure();
            if (failure != null && queue != null) { // else it was abandoned meanwhile
                throw failure;
            }
            if (nothing) {
                break;
            }
        }
        if (waitingBytes <= LOW_WATER && (queue == null || queue.size() <= LOW_PIECES)) {
            flooded = false;
        }
        if (queue != null && queue.isEmpty()) {
            queue = null;
        }
    }

    /** Lines up what is ready: small pieces behind what {@code output} holds already, large ones as they are. */
    private void gather(Gathering gathering, ByteBuffer output) {
        int copied = 0; // up to here the bytes of output are lined up
        gathering.begin();
        while (queue != null && !queue.isEmpty() && gathering.hasRoom()) {
            Producer head = queue.element();
            Producer.State state = head.state(); // a hook may close the channel meanwhile
            if (queue == null || state == Producer.State.WAITING) {
                break;
            }
            if (state == Producer.State.EXHAUSTED) {
                queue.remove();
                continue;
            }
            ByteBuffer piece = next(head, queue, gathering);
            if (piece == null) {
                break;
            }
            if (piece.remaining() <= Math.min(SMALL_PIECE, output.remaining())) {
                output.put(piece);
                continue;
            }
            if (output.position() > copied) {
                gathering.addCopied(output.slice(copied, output.position() - copied));
                copied = output.position();
            }
            gathering.add(piece);
            if (head.state() != Producer.State.EXHAUSTED || (head instanceof BytesProducer bytes && bytes.areLent())) {
                break; // its piece is good only until it is asked again
            }
        }
        if (output.position() > copied) {
            gathering.addCopied(copied == 0 ? output.flip() : output.slice(copied, output.position() - copied));
        }
    }

    /**
     * The next piece, or null when the producer failed: then it leaves the queue, and what stands before it is written
     * yet.
     */
    private @Nullable ByteBuffer next(Producer producer, ArrayDeque<Producer> from, Gathering gathering) {
        try {
            ByteBuffer piece = producer.more();
            if (piece.hasRemaining()) {
                waitingBytes -= producer instanceof BytesProducer ? piece.remaining() : 0;
                return piece;
            }
            gathering.failed(new IllegalStateException("a producer that is ready made nothing: " + producer));
        } catch (RuntimeException e) {
            gathering.failed(e);
        }
        from.remove(producer);
        abandon(producer);
        return null;
    }

    private long write(Transport transport, Gathering gathering) throws IOException {
        long written = gathering.write(transport);
        while (!gathering.isEmpty()) {
            BytesProducer unsent = gathering.takeLast();
            if (unsent != null) {
                blocked = true;
                putBack(unsent);
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
        flooded |= waitingBytes > HIGH_WATER;
    }

    /** Forgets everything that waits; its producers give back what they hold. */
    void abandon() {
        ArrayDeque<Producer> abandoned = queue;
        queue = null;
        waitingBytes = 0;
        flooded = false;
        blocked = false;
        if (abandoned != null) {
            abandoned.forEach(Outbox::abandon);
        }
    }

    /** Has the producer give back what it holds. */
    static void abandon(Producer producer) {
        try {
            producer.abandon();
        } catch (RuntimeException e) {
            LOG.error("{} failed to give back what it holds", producer, e);
        }
    }
}
