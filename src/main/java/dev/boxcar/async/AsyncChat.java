// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
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

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final TerminatorSearch search = new TerminatorSearch();
    private boolean scanning;

    /** What was in hand was discarded while it was scanned. */
    private boolean discarded;

    private @Nullable Rest rest;
    private final Outbox outbox = new Outbox();
    private final Farewell farewell = new Farewell();

    /** A chat without a channel yet. */
    protected AsyncChat(EventLoop loop) {
        super(loop);
    }

    // what a protocol writes

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

    /** A place to watch from: one read brought the octets {@code from} to {@code to} (exclusive), none of them dispatched yet. */
    protected void octetsRead(byte[] octets, int from, int to) {}

    /** A place to watch from: one write was made, and took so many octets. */
    protected void octetsWritten(long octets) {}

    /** How long a close waits for the peer's own end, so that nothing on its way to it is lost. */
    protected Duration closePatience() {
        return CLOSE_PATIENCE;
    }

    // terminators

    /** Changes what ends an item; at once, also for octets that were read already. */
    protected final void setTerminator(Terminator terminator) {
        loop().requireLoopThread();
        Objects.requireNonNull(terminator, "terminator");
        byte[] heldBack = search.heldBack();
        if (heldBack.length > 0) { // they may mean something else now; held back, they were the last that was read
            rest = Rest.of(heldBack, 0, heldBack.length);
        }
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

    // input

    @Override
    protected boolean readable() {
        return farewell.isLingering() || (rest == null && gateOpen());
    }

    private boolean gateOpen() {
        return isDispatching() && !outbox.flooded() && mayDispatch();
    }

    /** Nothing is dispatched that came before the connection, or stands behind its close. */
    private boolean isDispatching() {
        return isConnected() && !farewell.isClosing() && !discarded;
    }

    private boolean itemMayBeThere() {
        return rest != null || search.isDue();
    }

    @Override
    protected final void handleRead() throws IOException {
        if (!readable()) {
            return; // since the loop last asked, something shut the gate or put octets before those that come
        }
        int octets = receive(loop().buffers().input(readOctets()));
        if (farewell.isLingering()) {
            farewell.swallow(octets);
        } else if (octets > 0) {
            octetsRead(loop().buffers().inputOctets(), 0, octets);
            scan(loop().buffers().inputOctets(), 0, octets);
        }
    }

    @Override
    final void goOn() throws IOException {
        Rest waiting = rest;
        rest = null;
        if (waiting != null) {
            scan(waiting.octets(), waiting.from(), waiting.to());
        } else {
            scan(loop().buffers().inputOctets(), 0, 0);
        }
    }

    /** Dispatches what stands in {@code octets}, and keeps what the gate holds back. */
    private void scan(byte[] octets, int from, int to) throws IOException {
        int at = from;
        scanning = true;
        try {
            for (int items = 0; items < ITEMS_PER_TURN && (at < to || search.isDue()) && gateOpen(); items++) {
                search.step(octets, at, to);
                int begin = at;
                at = search.end(); // also when a handler fails: what it was given is not given again
                handOver(octets, begin);
                if (outbox.nearlyFull(loop().buffers().output())) {
                    flush();
                }
            }
        } finally {
            scanning = false;
            if (at < to) {
                keep(octets, at, to);
            }
            discarded = false;
            if (isConnected()) {
                inputReleased();
            }
        }
    }

    private void keep(byte[] octets, int from, int to) {
        if (isDispatching()) {
            boolean shared = octets == loop().buffers().inputOctets();
            rest = shared ? Rest.copyOf(octets, from, to) : Rest.of(octets, from, to);
        }
    }

    /** Tells the protocol what the last step of the search came to. */
    private void handOver(byte[] octets, int from) throws IOException {
        boolean found = search.found();
        int dataEnd = search.dataEnd();
        if (search.freedTo() > search.freedFrom()) {
            collectIncomingData(search.pattern(), search.freedFrom(), search.freedTo());
        }
        if (dataEnd > from && isDispatching()) {
            collectIncomingData(octets, from, dataEnd);
        }
        if (found && isDispatching()) {
            foundTerminator();
        }
    }

    // output

    /** Queues octets. The array is not copied: it must not change until it was sent. */
    protected final void push(byte[] octets) {
        requirePushable(octets);
        if (!appendToEvent(octets, 0, octets.length)) {
            outbox.add(Octets.of(octets));
        }
    }

    /** Queues a copy of the octets {@code from} to {@code to} (exclusive). */
    protected final void push(byte[] octets, int from, int to) {
        requirePushable(octets);
        Objects.checkFromToIndex(from, to, octets.length);
        if (!appendToEvent(octets, from, to)) {
            outbox.add(Octets.of(Arrays.copyOfRange(octets, from, to)));
        }
    }

    /**
     * Queues whatever the producer makes, in its place; while it waits, so does all that is queued behind it. If it is refused, it is
     * still for the caller to abandon.
     */
    protected final void pushWithProducer(Producer producer) {
        requirePushable(producer);
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
        if (!isConnected() || !outbox.isEmpty() || to - from > output.remaining()) {
            return false;
        }
        output.put(octets, from, to - from);
        return true;
    }

    private void requirePushable(Object output) {
        loop().requireLoopThread();
        Objects.requireNonNull(output, "output");
        if (isClosed() || farewell.isWanted()) {
            throw new IllegalStateException("nothing may be pushed behind the close of " + this);
        }
    }

    /** Closes when everything queued was sent. Nothing is dispatched from now on. */
    protected final void closeWhenDone() {
        loop().requireLoopThread();
        farewell.wantClose();
        rest = null;
        interestChanged();
    }

    /** Tells the peer of the end when everything queued was sent; input goes on until it ends too. */
    protected final void shutdownWhenDone() {
        loop().requireLoopThread();
        farewell.wantHalfClose();
        interestChanged();
    }

    /** Whether {@link #closeWhenDone} was called. */
    protected final boolean isClosing() {
        return farewell.isClosing();
    }

    /** Forgets input and output that wait, and what else was read with the item that is being dispatched. */
    protected final void discardBuffers() {
        loop().requireLoopThread();
        discarded = scanning;
        rest = null;
        search.forget();
        outbox.abandon();
        if (loop().isCurrent(this)) {
            loop().buffers().output().clear();
        }
    }

    /** How many octets of output wait, of those whose number is known. */
    final long octetsWaiting() {
        return outbox.waitingOctets();
    }

    @Override
    protected boolean writable() {
        return outbox.hasOutput();
    }

    @Override
    protected final void handleWrite() throws IOException {
        outbox.unblock();
    }

    /** Sends what is queued and ready now, instead of at the end of the event; outside an event of this channel, in this turn. */
    protected final void flush() throws IOException {
        loop().requireLoopThread();
        if (!loop().isCurrent(this)) {
            interestChanged();
        } else if (isConnected() && !farewell.isLingering()) {
            outbox.send(transport(), loop().buffers(), this);
        }
    }

    @Override
    final void settle() throws IOException {
        flush();
        if (isConnected() && outbox.isEmpty()) {
            farewell.settle(this, itemMayBeThere());
        }
        if (itemMayBeThere() && gateOpen()) {
            resumeLater();
        }
    }

    /** A conversation may end: the channel closes. */
    @Override
    protected void handleClose() {
        close();
    }

    /** What the peer says while we only wait for its end is no news. */
    @Override
    final void inputEnded() {
        if (!farewell.isClosing()) {
            handleEnd();
        }
    }

    /** What came and was not read, to be thrown away: how many octets, of those that one read takes. */
    final int receiveUnread() throws IOException {
        return receive(loop().buffers().input(READ_OCTETS));
    }

    @Override
    void release() {
        farewell.end();
        rest = null;
        outbox.abandon();
    }
}
