// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A channel that converses: input is cut at a {@link Terminator}, output is a queue of {@link Producer}s.
 *
 * <p>A protocol writes two methods, {@link #collectIncomingData} and {@link #foundTerminator}. As many items as the input holds are
 * found in one read event, and what they push leaves in one write when the event ends. What is found is dispatched only while the
 * gate is open: the channel is connected and not closing, its output is below the high-water mark, and {@link #mayDispatch} agrees.
 * While the gate is shut nothing is read; what was read already waits, and goes on in a later turn when the gate has opened.
 *
 * <p>Confined to the loop thread.
 */
public abstract class AsyncChat extends Dispatcher {
    /** Items dispatched in one turn, so that one long train leaves a turn to the other channels. */
    private static final int ITEMS_PER_TURN = 1024;
    /** What a channel reads at once; a protocol asks for more while a large body comes in. */
    private static final int READ_OCTETS = 64 * 1024;

    private final TerminatorSearch search = new TerminatorSearch();
    private boolean scanning;

    /** Input that was read and could not be used yet, or null. */
    private byte @Nullable [] rest;

    private int restFrom;
    private int restTo;

    private final Outbox outbox = new Outbox();
    private boolean closing;
    private boolean halfClosing;
    private @Nullable Lingering lingering;

    /** A chat without a channel yet. */
    protected AsyncChat(EventLoop loop) {
        super(loop);
    }

    // ---- what a protocol writes
    // ----------------------------------------------------------------------------------------------

    /**
     * Takes the octets {@code from} to {@code to} (exclusive, at least one) of the item that is coming in. They are good until
     * {@link #inputReleased} is called; an item may come in many pieces.
     */
    protected abstract void collectIncomingData(byte[] octets, int from, int to) throws IOException;

    /** The item is complete: its terminator was met, and is not part of it. */
    protected abstract void foundTerminator() throws IOException;

    /** The octets that {@link #collectIncomingData} was given in this event are about to be overwritten. */
    protected void inputReleased() {}

    /** Whether the next item may be dispatched. Whoever changes the answer from outside calls {@link #interestChanged}. */
    protected boolean mayDispatch() {
        return true;
    }

    /** How many octets one read may take. */
    protected int readOctets() {
        return READ_OCTETS;
    }

    // ---- terminators
    // ---------------------------------------------------------------------------------------------------------

    /** Changes what ends an item; at once, also for octets that were read already. */
    protected final void setTerminator(Terminator terminator) {
        loop().requireLoopThread();
        putInFront(search.heldBack());
        search.set(terminator);
        if (!scanning) {
            interestChanged();
        }
    }

    /** What ends an item; of a count, what is left of it. */
    protected final Terminator terminator() {
        return search.terminator();
    }

    /** Whether the terminator just found was met with the octets that it assumed: nothing at all came before it. */
    protected final boolean foundAtOnce() {
        return search.foundAtOnce();
    }

    private void putInFront(byte[] octets) {
        if (octets.length == 0) {
            return;
        }
        int waiting = rest == null ? 0 : restTo - restFrom;
        var joined = Arrays.copyOf(octets, octets.length + waiting);
        if (rest != null) {
            System.arraycopy(rest, restFrom, joined, octets.length, waiting);
        }
        rest = joined;
        restFrom = 0;
        restTo = joined.length;
    }

    // ---- input
    // ---------------------------------------------------------------------------------------------------------------

    @Override
    protected boolean readable() {
        return lingering != null || (rest == null && gateOpen());
    }

    private boolean gateOpen() {
        return isConnected() && !closing && !outbox.flooded() && mayDispatch();
    }

    private boolean itemMayBeThere() {
        return rest != null || search.isDue();
    }

    @Override
    protected final void handleRead() throws IOException {
        int octets = receive(loop().buffers().input(readOctets()));
        if (lingering != null) {
            lingering.swallow(octets);
        } else if (octets > 0) {
            scan(loop().buffers().inputOctets(), 0, octets);
        }
    }

    @Override
    final void goOn() throws IOException {
        byte[] octets = rest;
        rest = null;
        if (octets != null) {
            scan(octets, restFrom, restTo);
        } else {
            scan(loop().buffers().inputOctets(), 0, 0);
        }
    }

    /** Dispatches what stands in {@code octets}, and keeps what the gate holds back. */
    private void scan(byte[] octets, int from, int to) throws IOException {
        int at = from;
        scanning = true;
        try {
            for (int items = 0; items < ITEMS_PER_TURN && gateOpen() && (at < to || itemMayBeThere()); items++) {
                at = step(octets, at, to);
                if (outbox.nearlyFull(loop().buffers().output())) {
                    flush();
                }
            }
            inputReleased();
        } finally {
            scanning = false;
        }
        if (at < to && isConnected() && !closing) {
            keep(octets, at, to);
        }
    }

    private void keep(byte[] octets, int from, int to) {
        boolean ours = octets != loop().buffers().inputOctets();
        rest = ours ? octets : Arrays.copyOfRange(octets, from, to);
        restFrom = ours ? from : 0;
        restTo = ours ? to : to - from;
    }

    /** Goes on up to the end of one item or of the octets, and says where it came to. */
    private int step(byte[] octets, int from, int to) throws IOException {
        byte[] pattern = search.pattern();
        search.step(octets, from, to);
        boolean found = search.found();
        int end = search.end();
        int dataEnd = search.dataEnd();
        if (search.freedTo() > search.freedFrom()) {
            collectIncomingData(pattern, search.freedFrom(), search.freedTo());
        }
        if (dataEnd > from) {
            collectIncomingData(octets, from, dataEnd);
        }
        if (found && isConnected()) {
            foundTerminator();
        }
        return end;
    }

    // ---- output
    // --------------------------------------------------------------------------------------------------------------

    /** Queues octets. The array is not copied: it must not change until it was sent. */
    protected final void push(byte[] octets) {
        requirePushable();
        if (!appendToEvent(octets, 0, octets.length)) {
            outbox.add(Octets.of(octets));
        }
    }

    /** Queues a copy of the octets {@code from} to {@code to} (exclusive). */
    protected final void push(byte[] octets, int from, int to) {
        requirePushable();
        if (!appendToEvent(octets, from, to)) {
            outbox.add(Octets.of(Arrays.copyOfRange(octets, from, to)));
        }
    }

    /** Queues whatever the producer makes, in its place; while it waits, so does all that is queued behind it. */
    protected final void pushWithProducer(Producer producer) {
        requirePushable();
        outbox.add(producer);
        if (!loop().isCurrent(this)) {
            interestChanged();
        }
    }

    private boolean appendToEvent(byte[] octets, int from, int to) {
        if (!loop().isCurrent(this)) {
            interestChanged();
            return false;
        }
        ByteBuffer output = loop().buffers().output();
        if (!outbox.isEmpty() || to - from > output.remaining()) {
            return false;
        }
        output.put(octets, from, to - from);
        return true;
    }

    private void requirePushable() {
        loop().requireLoopThread();
        if (isClosed() || closing || halfClosing) {
            throw new IllegalStateException("nothing may be pushed behind the close of " + this);
        }
    }

    /** Closes when everything queued was sent. Nothing is dispatched from now on. */
    protected final void closeWhenDone() {
        loop().requireLoopThread();
        closing = true;
        rest = null;
        interestChanged();
    }

    /** Tells the peer of the end when everything queued was sent; input goes on. */
    protected final void shutdownWhenDone() {
        loop().requireLoopThread();
        halfClosing = true;
        interestChanged();
    }

    /** Whether {@link #closeWhenDone} was called. */
    protected final boolean isClosing() {
        return closing;
    }

    /** Forgets input and output that wait. */
    protected final void discardBuffers() {
        rest = null;
        search.forget();
        outbox.abandon();
        if (loop().isCurrent(this)) {
            loop().buffers().output().clear();
        }
    }

    @Override
    protected boolean writable() {
        return outbox.hasOutput();
    }

    @Override
    protected final void handleWrite() throws IOException {
        outbox.unblock();
    }

    /** Sends what is queued and ready now, instead of at the end of the event. Only within an event of this channel. */
    protected final void flush() throws IOException {
        if (isConnected() && lingering == null) {
            outbox.send(transport(), loop().buffers());
        }
    }

    @Override
    final void settle() throws IOException {
        flush();
        if (isConnected() && outbox.isEmpty() && (closing || halfClosing)) {
            finish();
        } else if (itemMayBeThere() && gateOpen()) {
            resumeLater();
        }
    }

    private void finish() throws IOException {
        if (closing && hasEnded()) {
            close();
        } else if (closing && lingering == null) {
            linger();
        } else if (!closing && halfClosing) {
            transport().shutdownOutput();
        }
    }

    /** A close with input unread resets the connection, and what was just sent may be lost with it: then the peer ends first. */
    private void linger() throws IOException {
        int unread = receive(loop().buffers().input(READ_OCTETS));
        if (unread > 0) {
            transport().shutdownOutput();
            lingering = new Lingering(this, unread);
        } else {
            close();
        }
    }

    @Override
    void release() {
        if (lingering != null) {
            lingering.end();
        }
        rest = null;
        outbox.abandon();
    }
}
