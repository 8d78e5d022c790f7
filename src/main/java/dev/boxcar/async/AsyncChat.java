// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that converses: input is cut at a {@link Terminator}, output is a queue of {@link Producer}s.
 *
 * <p>A protocol writes two methods, {@link #collectIncomingData} and {@link #foundTerminator}. As many items as the
 * input holds are found in one read event, and what they push leaves in one write when the event ends. What is found is
 * dispatched only while the gate is open: the channel is connected and not closing, its output is below the high-water
 * mark, and {@link #mayDispatch} agrees. While the gate is shut nothing is read; what was read already waits, and goes
 * on in a later turn when the gate has opened.
 *
 * <p>Confined to the loop thread.
 */
public abstract class AsyncChat extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(AsyncChat.class);
    /** What a channel reads at once; a protocol asks for more while a large body comes in. */
    private static final int READ_BYTES = 64 * 1024;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ChatInput input = new ChatInput();
    private final Outbox outbox = new Outbox();
    /** Of one that is to end. */
    private @Nullable Farewell farewell;
    /** Of one that holds anything, or has. */
    private HeldBytes.@Nullable Share share;

    private @Nullable TlsLayer tls;

    /** A chat without a channel yet. */
    protected AsyncChat(EventLoop loop) {
        super(loop);
    }

    // what a protocol writes

    /**
     * Takes the bytes {@code from} to {@code to} (exclusive, at least one) of the item that is coming in. They are good
     * until {@link #inputReleased} is called; an item may come in many pieces.
     */
    protected abstract void collectIncomingData(byte[] bytes, int from, int to) throws IOException;

    /** The item is complete: its terminator was met, and is not part of it. */
    protected abstract void foundTerminator() throws IOException;

    /** The bytes that {@link #collectIncomingData} was given in this event are about to be overwritten. */
    protected void inputReleased() {}

    /**
     * Whether the next item may be dispatched. Whoever changes the answer from outside calls {@link #interestChanged}.
     */
    protected boolean mayDispatch() {
        return true;
    }

    /**
     * Whether input waits while output is above the high-water mark. Whoever answers what it reads must say so; whoever
     * makes its output on demand, and reads answers to it, must not: its peer may take no more before the answers it
     * gave are read.
     */
    protected boolean pausesAtHighWater() {
        return true;
    }

    /** How many bytes one read may take; while all channels of the loop together hold much, it takes less. */
    protected int readBytes() {
        return READ_BYTES;
    }

    /**
     * A place to watch from: one read brought the bytes {@code from} to {@code to} (exclusive), none of them dispatched
     * yet.
     */
    protected void bytesRead(byte[] bytes, int from, int to) {}

    /** A place to watch from: one write was made, and took so many bytes. */
    protected void bytesWritten(long bytes) {}

    /** How long a close waits for the peer's own end, so that nothing on its way to it is lost. */
    protected Duration closeTimeout() {
        return CLOSE_TIMEOUT;
    }

    // terminators

    /** Changes what ends an item; at once, also for bytes that were read already. */
    protected final void setTerminator(Terminator terminator) {
        loop().requireLoopThread();
        Objects.requireNonNull(terminator, "terminator");
        input.set(terminator);
        if (!input.isScanning()) {
            interestChanged();
        }
    }

    /** What ends an item; of a count, what is left of it. */
    protected final Terminator terminator() {
        return input.terminator();
    }

    /**
     * Within {@link #foundTerminator}: whether the terminator was met with the bytes that it assumed: nothing at all
     * came before it.
     */
    protected final boolean foundWithAssumedBytes() {
        return loop().buffers().cut().foundWithAssumedBytes;
    }

    /** Within {@link #foundTerminator}: how many bytes of the terminator came; none of a count. */
    protected final int terminatorBytes() {
        return loop().buffers().cut().terminatorBytes;
    }

    // input

    @Override
    protected boolean readable() {
        if (tls == null || isLingering()) {
            return isLingering() || (!input.waits() && gateOpen());
        }
        return tls.handshakeReads() || (!tls.readsLater() && !input.waits() && gateOpen());
    }

    final boolean gateOpen() {
        return isDispatching() && !(isFlooded() && pausesAtHighWater()) && mayDispatch();
    }

    private HeldBytes held() {
        return loop().buffers().held();
    }

    private boolean isFlooded() {
        return outbox.flooded() || (held().areMany() && outbox.waitingBytes() > HeldBytes.LITTLE);
    }

    /**
     * Nothing is dispatched that came before the connection, stands behind its close, or was in clear where TLS was
     * agreed on.
     */
    final boolean isDispatching() {
        return isConnected() && !isClosing() && !input.isDiscarded() && (tls == null || tls.isOpen());
    }

    private boolean inputWaits() {
        return input.itemMayBeThere() || (tls != null && tls.inputWaits());
    }

    @Override
    protected final void handleRead() throws IOException {
        if (!readable()) {
            return; // since the loop last asked, something shut the gate or put bytes before those that come
        }
        if (tls != null && tls.handshakeReads()) {
            tls.advance();
        } else {
            readOn();
        }
    }

    private void readOn() throws IOException {
        int most = held().readBytes(readBytes());
        most = tls == null ? most : Math.max(TlsLayer.RECORD_BYTES, most);
        int bytes;
        try {
            bytes = receive(loop().buffers().input(most));
        } catch (TlsFailure e) {
            failTls(e);
            return;
        }
        if (isLingering()) {
            farewell().swallow(bytes);
        } else if (bytes > 0) {
            bytesRead(loop().buffers().inputBytes(), 0, bytes);
            input.scan(this, loop().buffers().inputBytes(), 0, bytes);
        }
    }

    @Override
    final void goOn() throws IOException {
        if (input.itemMayBeThere() || tls == null) {
            input.goOn(this);
        } else if (tls.inputWaits() && gateOpen()) {
            readOn();
        }
    }

    // TLS

    /**
     * Goes over to TLS in the middle of the dialogue. What was pushed so far still leaves in clear; what was received
     * behind the item that is being dispatched is thrown away (RFC 3207 §4.2). Nothing is dispatched until
     * {@link #handleSecured}; what is pushed until then waits for it.
     */
    protected final void startTls(TlsSettings how) {
        putOn(how, TlsLayer.Unread.DISCARDED);
    }

    /** Goes over to TLS where everything not yet dispatched is TLS already, be it from the first byte on. */
    protected final void continueInTls(TlsSettings how) {
        putOn(how, TlsLayer.Unread.KEPT);
    }

    private void putOn(TlsSettings how, TlsLayer.Unread unread) {
        loop().requireLoopThread();
        Objects.requireNonNull(how, "how");
        if (tls != null || !isConnected() || isEndWanted()) {
            throw new IllegalStateException("no TLS can be put on " + this);
        }
        tls = new TlsLayer(this, how, unread, outbox);
        Rest waiting = input.takeUnread();
        leftUnread(waiting.bytes(), waiting.from(), waiting.to());
        interestChanged();
    }

    /** Bytes that may not be dispatched. */
    final void leftUnread(byte[] bytes, int from, int to) {
        if (tls != null && tls.isUnderWay()) {
            tls.takeUnread(bytes, from, to);
        }
    }

    /** Whether TLS protects what passes. */
    protected final boolean isSecure() {
        return tls != null && tls.isOpen();
    }

    /** How many bytes {@link #startTls} has thrown away; known when the handshake begins. */
    protected final long bytesDiscarded() {
        return tls == null ? 0 : tls.discarded();
    }

    /** The handshake is done: all that comes and goes from here on is protected. */
    protected void handleSecured(SSLSession session) throws IOException {}

    /**
     * TLS came to nothing, at the handshake or later. Nothing more can be said, and the channel closes after this; the
     * peer has been sent the alert.
     */
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.debug("{} TLS failed: {}", this, failure.getMessage());
    }

    private void failTls(TlsFailure failure) {
        if (tls == null || isLingering()) {
            close();
        } else {
            tls.fail(failure);
        }
    }

    final void tlsFailed(TlsFailure failure) {
        input.discard();
        outbox.abandon();
        handleTlsFailure(failure);
        outbox.abandon();
        if (!isClosed()) {
            closeWhenDone();
        }
    }

    /** Whether an event of this channel is going on: what it queues meanwhile leaves at the end of that. */
    protected final boolean isInEvent() {
        return loop().isCurrent(this);
    }

    // output

    /** Queues bytes. The array is not copied: it must not change until it was sent. */
    protected final void push(byte[] bytes) {
        requirePushable(bytes);
        if (!appendToEvent(bytes, 0, bytes.length)) {
            add(BytesProducer.of(bytes));
        }
    }

    /** Queues a copy of the bytes {@code from} to {@code to} (exclusive). */
    protected final void push(byte[] bytes, int from, int to) {
        requirePushable(bytes);
        Objects.checkFromToIndex(from, to, bytes.length);
        if (!appendToEvent(bytes, from, to)) {
            add(BytesProducer.of(Arrays.copyOfRange(bytes, from, to)));
        }
    }

    /**
     * Queues whatever the producer makes, in its place; while it waits, so does all that is queued behind it. If it is
     * refused, it is still for the caller to abandon.
     */
    protected final void pushWithProducer(Producer producer) {
        requirePushable(producer);
        add(producer);
        if (!isInEvent()) {
            interestChanged();
        }
    }

    private void add(Producer producer) {
        if (tls == null || !tls.takeOutput(producer)) {
            outbox.add(producer);
        }
    }

    private boolean appendToEvent(byte[] bytes, int from, int to) {
        if (!isInEvent()) {
            interestChanged();
            return false;
        }
        ByteBuffer output = loop().buffers().output();
        if (!isConnected() || !outbox.isEmpty() || to - from > output.remaining() || isSecuring()) {
            return false;
        }
        output.put(bytes, from, to - from);
        return true;
    }

    private boolean isSecuring() {
        return tls != null && (tls.isUnderWay() || tls.isAtWork());
    }

    private void requirePushable(Object output) {
        loop().requireLoopThread();
        Objects.requireNonNull(output, "output");
        if (isClosed() || isEndWanted()) {
            throw new IllegalStateException("nothing may be pushed behind the close of " + this);
        }
    }

    /** Closes when everything queued was sent. Nothing is dispatched from now on. */
    protected final void closeWhenDone() {
        loop().requireLoopThread();
        farewell().wantClose();
        input.dropRest();
        interestChanged();
    }

    /** Tells the peer of the end when everything queued was sent; input goes on until it ends too. */
    protected final void shutdownWhenDone() {
        loop().requireLoopThread();
        farewell().wantHalfClose();
        interestChanged();
    }

    /** Whether {@link #closeWhenDone} was called. */
    protected final boolean isClosing() {
        return farewell != null && farewell.isClosing();
    }

    /** Whether everything was sent, and the peer's end is waited for. */
    private boolean isLingering() {
        return farewell != null && farewell.isLingering();
    }

    private boolean isEndWanted() {
        return farewell != null && farewell.isWanted();
    }

    private Farewell farewell() {
        if (farewell == null) {
            farewell = new Farewell();
        }
        return farewell;
    }

    /** Forgets input and output that wait, and what else was read with the item that is being dispatched. */
    protected final void discardBuffers() {
        loop().requireLoopThread();
        input.discard();
        outbox.abandon();
        if (isInEvent()) {
            loop().buffers().output().clear();
        }
    }

    /** How many bytes of output wait, of those whose number is known. */
    final long bytesWaiting() {
        return outbox.waitingBytes();
    }

    @Override
    protected boolean writable() {
        if (tls == null || tls.transport() == null) {
            return outbox.hasOutput();
        }
        return tls.hasUnsent() || (tls.isOpen() && !tls.isAtWork() && outbox.hasOutput());
    }

    @Override
    protected final void handleWrite() throws IOException {
        outbox.unblock();
    }

    /**
     * Sends what is queued and ready now, instead of at the end of the event; outside an event of this channel, in this
     * turn.
     */
    protected final void flush() throws IOException {
        loop().requireLoopThread();
        if (!isInEvent()) {
            interestChanged();
        } else if (isConnected() && (tls == null || tls.lettingOutput()) && !isLingering()) {
            input.flushed();
            outbox.send(transport(), loop().buffers(), this);
        }
    }

    final void flushIfNearlyFull() throws IOException {
        if (outbox.nearlyFull(loop().buffers().output())) {
            flush();
        }
    }

    @Override
    final void settle() throws IOException {
        flush();
        if (tls != null) {
            settleTls(tls);
        }
        if (farewell != null && isConnected() && outbox.isEmpty() && (tls == null || tls.saidAll())) {
            farewell.settle(this, inputWaits());
        }
        if (inputWaits() && gateOpen()) {
            resumeLater();
        }
        countHeld();
    }

    /** Where too much is held of what peers do not take, those go who have taken none for the longest. */
    private void countHeld() {
        if (!isClosed()) {
            TlsTransport secure = tls == null ? null : tls.transport();
            long kept = input.bytesKept() + (secure == null ? 0L : secure.bytesHeld());
            int records = secure == null ? 0 : secure.bytesUnsent();
            long unsent = pausesAtHighWater() ? outbox.waitingBytes() + records : 0;
            boolean isRefused = outbox.isBlocked() || records > 0; // else what is first in the outbox waits for us
            count(kept, unsent, isRefused ? unsent : 0);
        }
        HeldBytes held = held();
        for (AsyncChat excess = held.excess(); excess != null; excess = held.excess()) {
            LOG.info("{} is given up: it takes nothing of what it is told, and too much waits in all", excess);
            excess.close();
        }
    }

    private void count(long kept, long unsent, long refused) {
        if (share == null && kept + unsent > 0) {
            share = held().share();
        }
        if (share != null) {
            share.count(this, kept, unsent, refused);
        }
    }

    private void settleTls(TlsLayer layer) throws IOException {
        if (isConnected()) {
            layer.settle();
        }
        if (isClosing() && layer.transport() != null && !layer.isOpen()) {
            outbox.abandon(); // there is no way to say it any more
        }
        flush();
    }

    /** A conversation may end: the channel closes. */
    @Override
    protected void handleClose() {
        close();
    }

    /** What the peer says while we only wait for its end is no news. */
    @Override
    final void inputEnded() {
        if (!isClosing()) {
            handleEnd();
        }
    }

    /** What came and was not read, to be thrown away: how many bytes, of those that one read takes. */
    final int receiveUnread() throws IOException {
        try {
            return receive(loop().buffers().input(READ_BYTES));
        } catch (TlsFailure e) {
            close();
            return 0;
        }
    }

    @Override
    void release() {
        if (farewell != null) {
            farewell.end();
        }
        if (tls != null) {
            tls.end();
        }
        input.dropRest();
        outbox.abandon();
        count(0, 0, 0);
    }
}
