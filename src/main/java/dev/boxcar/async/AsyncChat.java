// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel with a conversation: input is split into items at a {@link Terminator}, output is a queue of
 * {@link Producer}s.
 *
 * <p>A protocol implements two methods, {@link #collectIncomingData} and {@link #foundTerminator}. One read event
 * dispatches all items that the input contains, and the output that they push leaves in one write when the event ends.
 * An item is dispatched only while the gate is open: the channel is connected and not closing, its output is below the
 * high-water mark, and {@link #mayDispatch} returns true. While the gate is closed, the channel reads nothing. Input
 * that it has read already is kept, and is dispatched in a later turn after the gate has opened.
 *
 * <p>Confined to the loop thread.
 */
public abstract class AsyncChat extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(AsyncChat.class);

    private static final int READ_BYTES = 64 * 1024;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    @SuppressWarnings("this-escape") // the engine asks only for the loop, which is set already
    private final ChatEngine engine = new ChatEngine(this);

    /** A chat without a channel yet. */
    protected AsyncChat(EventLoop loop) {
        super(loop);
    }

    // what a protocol implements

    /**
     * Takes the bytes {@code from} to {@code to} (exclusive, at least one) of the current item. An item may arrive in
     * many pieces. The bytes are valid until {@link #inputReleased} is called.
     */
    protected abstract void collectIncomingData(byte[] bytes, int from, int to) throws IOException;

    /** The current item is complete: its terminator was found. The terminator is not part of the item. */
    protected abstract void foundTerminator() throws IOException;

    /** The bytes that {@link #collectIncomingData} received in this event are about to be overwritten. */
    protected void inputReleased() {}

    /** Whether the next item may be dispatched. Call {@link #interestChanged} when the answer changes to true. */
    protected boolean mayDispatch() {
        return true;
    }

    /**
     * Whether the channel stops reading and dispatching input while its output is above the high-water mark. A server
     * that answers its input must return true. A client that makes its output on demand and reads the answers must
     * return false: its peer may not accept more output before those answers are read.
     */
    protected boolean pausesAtHighWater() {
        return true;
    }

    /**
     * The maximum bytes per read; a protocol raises it while it receives a large body. While all channels of the loop
     * together hold many bytes, a read takes less.
     */
    protected int readBytes() {
        return READ_BYTES;
    }

    /** For observation: one read returned the bytes {@code from} to {@code to} (exclusive), not dispatched yet. */
    protected void bytesRead(byte[] bytes, int from, int to) {}

    /** For observation: one write took {@code bytes} bytes. */
    protected void bytesWritten(long bytes) {}

    /** How long a close waits for the peer to close its side, so that no output on its way to the peer is lost. */
    protected Duration closeTimeout() {
        return CLOSE_TIMEOUT;
    }

    // terminators

    /** Changes the terminator. It applies immediately, also to bytes that were read already. */
    protected final void setTerminator(Terminator terminator) {
        loop().requireLoopThread();
        Objects.requireNonNull(terminator, "terminator");
        engine.setTerminator(terminator);
    }

    /** The terminator. If it is a count, returns the count of the bytes that are still missing. */
    protected final Terminator terminator() {
        return engine.terminator();
    }

    /**
     * Call this within {@link #foundTerminator}. Whether the match includes assumed bytes
     * ({@link Terminator#assuming}); if so, nothing was received before the terminator.
     */
    protected final boolean foundWithAssumedBytes() {
        return loop().searchResult().foundWithAssumedBytes;
    }

    /** Call this within {@link #foundTerminator}. How many bytes of the terminator were received; 0 for a count. */
    protected final int terminatorBytes() {
        return loop().searchResult().terminatorBytes;
    }

    // input

    @Override
    protected boolean readable() {
        return engine.isReadable();
    }

    @Override
    protected final void handleRead() throws IOException {
        if (readable()) { // the gate may have closed, or input may be held, since the loop asked
            engine.read();
        }
    }

    @Override
    final void resumeInput() throws IOException {
        engine.resume();
    }

    // TLS

    /**
     * Starts TLS within the dialogue. Output pushed so far still leaves in clear text. Input received after the item
     * that is being dispatched is discarded (RFC 3207 §4.2). Nothing is dispatched until {@link #handleSecured}, and
     * output pushed until then waits for it.
     */
    protected final void startTls(TlsSettings settings) {
        startTls(settings, TlsLayer.EarlyInput.DISCARDED);
    }

    /**
     * Starts TLS on a connection where all input that is not dispatched yet already belongs to TLS, such as one that
     * uses TLS from the first byte on.
     */
    protected final void continueInTls(TlsSettings settings) {
        startTls(settings, TlsLayer.EarlyInput.KEPT);
    }

    private void startTls(TlsSettings settings, TlsLayer.EarlyInput earlyInput) {
        loop().requireLoopThread();
        Objects.requireNonNull(settings, "settings");
        engine.startTls(settings, earlyInput);
    }

    /** Whether TLS protects the connection. */
    protected final boolean isSecure() {
        return engine.isSecure();
    }

    /** How many bytes {@link #startTls} has discarded; final once the handshake begins. */
    protected final long bytesDiscarded() {
        return engine.bytesDiscarded();
    }

    /** Whether bytes that a producer has given wait to be written, because the peer did not take them yet. */
    protected final boolean isWritePending() {
        return engine.hasUnwrittenOutput();
    }

    /** The handshake is complete. Everything received and sent from here on is protected. */
    protected void handleSecured(SSLSession session) throws IOException {}

    /**
     * TLS failed, in the handshake or later. An alert was sent to the peer, nothing more can be sent, and the channel
     * closes after this call.
     */
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.debug("{} TLS failed: {}", this, failure.getMessage());
    }

    // output

    /** Whether an event of this channel is being delivered. Output pushed during the event leaves at its end. */
    protected final boolean isInEvent() {
        return engine.isInEvent();
    }

    /** Queues bytes. The array is not copied and must not change until it was sent. */
    protected final void push(byte[] bytes) {
        requirePushable(bytes);
        if (!engine.appendToEvent(bytes, 0, bytes.length)) {
            engine.push(BytesProducer.of(bytes));
        }
    }

    /** Queues a copy of the bytes {@code from} to {@code to} (exclusive). */
    protected final void push(byte[] bytes, int from, int to) {
        requirePushable(bytes);
        Objects.checkFromToIndex(from, to, bytes.length);
        if (!engine.appendToEvent(bytes, from, to)) {
            engine.push(BytesProducer.of(Arrays.copyOfRange(bytes, from, to)));
        }
    }

    /**
     * Queues the output of a producer, in order: while it waits, everything queued after it waits too. If this method
     * throws, the caller must abandon the producer.
     */
    protected final void pushWithProducer(Producer producer) {
        requirePushable(producer);
        engine.push(producer);
        if (!isInEvent()) {
            interestChanged();
        }
    }

    private void requirePushable(Object output) {
        loop().requireLoopThread();
        Objects.requireNonNull(output, "output");
        if (isClosed() || engine.isEndRequested()) {
            throw new IllegalStateException("cannot push after the close of " + this);
        }
    }

    /**
     * Closes the channel after all queued output was sent, and once the peer has closed its side or had time to.
     * Nothing is dispatched from now on.
     */
    protected final void closeWhenDone() {
        loop().requireLoopThread();
        engine.closeWhenDone();
    }

    /**
     * As {@link #closeWhenDone}, but does not wait for the peer. If the peer sends more, the system resets the
     * connection, and the peer may lose output that it has not read. Use this for a peer that has read everything but
     * the output of this event and has said that it sends no more.
     */
    protected final void closeAtOnceWhenDone() {
        loop().requireLoopThread();
        engine.closeAtOnceWhenDone();
    }

    /** Whether output has not left yet, apart from what was pushed in this event and was ready. */
    protected final boolean hasQueuedOutput() {
        return engine.hasQueuedOutput();
    }

    /**
     * Shuts the output down after all queued output was sent. Input is still received until the peer has finished
     * sending.
     */
    protected final void shutdownWhenDone() {
        loop().requireLoopThread();
        engine.shutdownWhenDone();
    }

    /** Whether the channel closes once its output was sent, or when the peer closes after that. */
    protected final boolean isClosing() {
        return engine.isClosing();
    }

    /** Drops all queued output, and all input that was read but not dispatched. */
    protected final void discardBuffers() {
        loop().requireLoopThread();
        engine.discardBuffers();
    }

    /** The number of bytes of output that wait to be sent, as far as it is known. */
    final long bytesWaiting() {
        return engine.bytesWaiting();
    }

    @Override
    protected boolean writable() {
        return engine.isWritable();
    }

    @Override
    protected final void handleWrite() throws IOException {
        engine.unblock();
    }

    /**
     * Sends all output that is queued and ready now, without waiting for the end of the event. Outside an event of this
     * channel, the output is sent within this turn.
     */
    protected final void flush() throws IOException {
        loop().requireLoopThread();
        engine.flush();
    }

    @Override
    final void settle() throws IOException {
        engine.settle();
    }

    /** Closes the channel: a conversation may end at any time. */
    @Override
    protected void handleClose() {
        close();
    }

    @Override
    final void inputEnded() {
        if (engine.reportsEnd()) {
            handleEnd();
        }
    }

    @Override
    void release() {
        engine.release();
    }
}
