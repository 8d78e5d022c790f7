// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one channel that could not leave at once, in order. Small pieces are copied together, large ones gathered, so that
 * all that is ready leaves in one write; a short write keeps the rest. Empty, it holds no memory.
 *
 * <p>Confined to the loop thread.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** Above this the channel is neither dispatched nor read; */
    private static final int HIGH_WATER = 64 * 1024;
    /** until it came down to this. */
    private static final int LOW_WATER = 16 * 1024;
    /** The same in pieces, since even a small one costs memory, and only the octets of some are known before. */
    private static final int HIGH_PIECES = 1024;

    private static final int LOW_PIECES = 256;
    /** A piece up to this size is copied. */
    private static final int SMALL_PIECE = 8 * 1024;
    /** What one channel writes in a turn before others have theirs. */
    private static final int OCTETS_PER_TURN = 1024 * 1024;

    private @Nullable ArrayDeque<Producer> queue;
    private long waitingOctets;
    private boolean flooded;
    /** The last write was short: the channel waits to be writable. */
    private boolean blocked;
    /** Why the producer at the head of the last write made nothing. */
    private @Nullable RuntimeException failure;
    /** Which views of the write going on, as bits, are octets of the loop's buffer. */
    private int copiedViews;

    boolean isEmpty() {
        return queue == null;
    }

    /** How many octets wait whose number is known. */
    long waitingOctets() {
        return waitingOctets;
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
        if (producer instanceof Octets octets) {
            waitingOctets += octets.remaining();
        }
        flooded |= waitingOctets > HIGH_WATER || queue.size() > HIGH_PIECES;
    }

    /** Writes what the event gathered and then what is ready in the queue; the buffers are empty afterwards. The chat is told of each write. */
    void send(Transport transport, Buffers buffers, @Nullable AsyncChat chat) throws IOException {
        ByteBuffer output = buffers.output();
        @Nullable ByteBuffer[] views = buffers.views();
        long budget = OCTETS_PER_TURN;
        while (!blocked && budget > 0) {
            int count = gather(views, output);
            if (count > 0) {
                long written = write(transport, views, count);
                if (chat != null) {
                    chat.octetsWritten(written);
                }
                budget -= written;
                output.clear();
            }
            if (failure != null) {
                RuntimeException thrown = failure;
                failure = null;
                throw thrown;
            }
            if (count == 0) {
                break;
            }
        }
        if (waitingOctets <= LOW_WATER && (queue == null || queue.size() <= LOW_PIECES)) {
            flooded = false;
        }
        if (queue != null && queue.isEmpty()) {
            queue = null;
        }
    }

    /** Lines up what is ready: small pieces behind what {@code output} holds already, large ones as they are. */
    private int gather(@Nullable ByteBuffer[] views, ByteBuffer output) {
        int count = 0;
        int copied = 0; // up to here the octets of output have a view
        copiedViews = 0;
        while (queue != null && !queue.isEmpty() && count < views.length - 2) {
            Producer head = queue.element();
            Producer.State state = head.state(); // a hook may close the channel meanwhile
            if (queue == null || state == Producer.State.WAITING) {
                break;
            }
            if (state == Producer.State.EXHAUSTED) {
                queue.remove();
                continue;
            }
            ByteBuffer piece = next(head, queue);
            if (piece == null) {
                break;
            }
            if (piece.remaining() <= Math.min(SMALL_PIECE, output.remaining())) {
                output.put(piece);
                continue;
            }
            if (output.position() > copied) {
                count = addCopied(views, count, output.slice(copied, output.position() - copied));
                copied = output.position();
            }
            views[count++] = piece;
            if (head.state() != Producer.State.EXHAUSTED || (head instanceof Octets octets && octets.areLent())) {
                break; // its piece is good only until it is asked again
            }
        }
        if (output.position() > copied) {
            ByteBuffer last = copied == 0 ? output.flip() : output.slice(copied, output.position() - copied);
            count = addCopied(views, count, last);
        }
        return count;
    }

    private int addCopied(@Nullable ByteBuffer[] views, int count, ByteBuffer view) {
        views[count] = view;
        copiedViews |= 1 << count;
        return count + 1;
    }

    /** The next piece, or null when the producer failed: then it leaves the queue, and what stands before it is written yet. */
    private @Nullable ByteBuffer next(Producer producer, ArrayDeque<Producer> from) {
        try {
            ByteBuffer piece = producer.more();
            if (piece.hasRemaining()) {
                waitingOctets -= producer instanceof Octets ? piece.remaining() : 0;
                return piece;
            }
            failure = new IllegalStateException("a producer that is ready made nothing: " + producer);
        } catch (RuntimeException e) {
            failure = e;
        }
        from.remove(producer);
        abandon(producer);
        return null;
    }

    private long write(Transport transport, @Nullable ByteBuffer[] views, int count) throws IOException {
        long written = transport.write(views, count);
        for (int i = count - 1; i >= 0; i--) {
            ByteBuffer view = views[i];
            views[i] = null;
            if (view != null && view.hasRemaining()) {
                blocked = true;
                putBack((copiedViews & 1 << i) == 0 ? Octets.lent(view) : Octets.of(copyOf(view)));
            }
        }
        return written;
    }

    private static ByteBuffer copyOf(ByteBuffer view) {
        return ByteBuffer.allocate(view.remaining()).put(view).flip();
    }

    private void putBack(Octets unsent) {
        if (queue == null) {
            queue = new ArrayDeque<>();
        }
        queue.addFirst(unsent);
        waitingOctets += unsent.remaining();
        flooded |= waitingOctets > HIGH_WATER;
    }

    /** Forgets everything that waits; its producers give back what they hold. */
    void abandon() {
        ArrayDeque<Producer> abandoned = queue;
        queue = null;
        failure = null;
        waitingOctets = 0;
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
