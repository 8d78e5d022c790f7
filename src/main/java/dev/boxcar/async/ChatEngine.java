// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.buffer.HeldBytes;
import dev.boxcar.async.buffer.HeldInput;
import dev.boxcar.async.buffer.LoopBuffers;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.async.tls.TlsTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machinery of one {@link AsyncChat}: decides when to read, dispatch, write, start TLS and close. Its parts (input,
 * output, TLS, closing) do not know one another; each sees the chat through an interface of its own, which this class
 * implements.
 *
 * <p>Confined to the loop thread. Each field costs its size times the number of connections.
 */
final class ChatEngine
        implements ChatInput.Handler, OutputQueue.WriteListener, CloseSequence.Owner, TlsLayer.Owner, HeldBytes.Holder {
    private static final Logger LOG = LoggerFactory.getLogger(ChatEngine.class);

    /** The maximum bytes per read while input is discarded. */
    private static final int DISCARD_BYTES = 64 * 1024;

    private final AsyncChat chat;
    private final LoopBuffers buffers;
    private final ChatInput input = new ChatInput();
    private final OutputQueue output = new OutputQueue();
    /** Set once the channel is to close, or to shut its output down. */
    private @Nullable CloseSequence closeSequence;
    /** Set once the channel has held any bytes. */
    private HeldBytes.@Nullable Share share;
    /** Set once TLS was requested. */
    private @Nullable TlsLayer tls;

    ChatEngine(AsyncChat chat) {
        this.chat = chat;
        this.buffers = chat.loop().buffers();
    }

    // input

    void setTerminator(Terminator terminator) {
        input.set(terminator);
        if (!input.isScanning()) {
            chat.interestChanged();
        }
    }

    Terminator terminator() {
        return input.terminator();
    }

    boolean isReadable() {
        if (tls == null || isDraining()) {
            return isDraining() || (!input.isHeld() && isGateOpen());
        }
        return tls.handshakeReads() || (!tls.mustNotRead() && !input.isHeld() && isGateOpen());
    }

    @Override
    public boolean isConnected() {
        return chat.isConnected();
    }

    @Override
    public boolean isGateOpen() {
        return isDispatching() && !(isOutputFull() && chat.pausesAtHighWater()) && chat.mayDispatch();
    }

    private boolean isOutputFull() {
        return output.isAboveHighWater() || (buffers.held().isMuch() && output.waitingBytes() > HeldBytes.LITTLE);
    }

    /**
     * Items are dispatched only while the channel is connected and not closing, and not in clear text after TLS was
     * requested.
     */
    @Override
    public boolean isDispatching() {
        return isConnected() && !isClosing() && !input.isDiscarded() && (tls == null || tls.isOpen());
    }

    private boolean hasInput() {
        return input.mayHaveItem() || (tls != null && tls.hasInput());
    }

    /** Reads what has arrived and dispatches it, or continues the TLS handshake with it. */
    void read() throws IOException {
        if (tls != null && tls.handshakeReads()) {
            tls.continueHandshake();
        } else {
            readInput();
        }
    }

    private void readInput() throws IOException {
        int maxBytes = buffers.held().readBytes(chat.readBytes());
        maxBytes = tls == null ? maxBytes : Math.max(TlsLayer.RECORD_BYTES, maxBytes);
        int bytes;
        try {
            bytes = chat.receive(buffers.input(maxBytes));
        } catch (TlsFailure e) {
            failTls(e);
            return;
        }
        if (isDraining()) {
            closeSequence().drained(chat, bytes);
        } else if (bytes > 0) {
            byte[] shared = buffers.inputBytes();
            chat.bytesRead(shared, 0, bytes);
            input.scan(this, shared, 0, bytes);
        }
    }

    /** Processes input that an earlier turn read but did not process. */
    void resume() throws IOException {
        if (input.mayHaveItem() || tls == null) {
            input.resume(this);
        } else if (tls.hasInput() && isGateOpen()) {
            readInput();
        }
    }

    @Override
    public SearchResult searchResult() {
        return chat.loop().searchResult();
    }

    @Override
    public boolean isShared(byte[] bytes) {
        return bytes == buffers.inputBytes();
    }

    @Override
    public void collect(byte[] bytes, int from, int to) throws IOException {
        chat.collectIncomingData(bytes, from, to);
    }

    @Override
    public void found() throws IOException {
        chat.foundTerminator();
    }

    @Override
    public void released() {
        chat.inputReleased();
    }

    @Override
    public void undispatched(byte[] bytes, int from, int to) {
        if (tls != null && tls.isStarting()) {
            tls.takeEarly(bytes, from, to);
        }
    }

    /** The end of input is not reported while the channel only waits for it in order to close. */
    boolean reportsEnd() {
        return !isClosing();
    }

    /** Discards input that was not read. */
    @Override
    public int discardInput() throws IOException {
        try {
            return chat.receive(buffers.input(DISCARD_BYTES));
        } catch (TlsFailure e) {
            chat.close();
            return 0;
        }
    }

    // TLS

    void startTls(TlsSettings settings, TlsLayer.EarlyInput earlyInput) {
        if (tls != null || !isConnected() || isEndRequested()) {
            throw new IllegalStateException("cannot start TLS on " + chat);
        }
        tls = new TlsLayer(chat, this, settings, earlyInput);
        HeldInput undispatched = input.takeUndispatched();
        undispatched(undispatched.bytes(), undispatched.from(), undispatched.to());
        chat.interestChanged();
    }

    boolean isSecure() {
        return tls != null && tls.isOpen();
    }

    long bytesDiscarded() {
        return tls == null ? 0 : tls.bytesDiscarded();
    }

    private boolean isTlsWorking() {
        return tls != null && (tls.isStarting() || tls.isBusy());
    }

    private void failTls(TlsFailure failure) {
        if (tls == null || isDraining()) {
            chat.close();
        } else {
            tls.fail(failure);
        }
    }

    @Override
    public void tlsEstablished(SSLSession session) throws IOException {
        chat.handleSecured(session);
    }

    @Override
    public void tlsFailed(TlsFailure failure) {
        input.discard();
        output.abandon();
        chat.handleTlsFailure(failure);
        output.abandon(); // the handler may have pushed more
        if (!chat.isClosed()) {
            chat.closeWhenDone();
        }
    }

    // output

    /** Appends bytes to the output of the current event. Returns false if they must be queued instead. */
    boolean appendToEvent(byte[] bytes, int from, int to) {
        if (!isInEvent()) {
            chat.interestChanged();
            return false;
        }
        ByteBuffer shared = buffers.output();
        if (!isConnected() || !output.isEmpty() || to - from > shared.remaining() || isTlsWorking()) {
            return false;
        }
        shared.put(bytes, from, to - from);
        return true;
    }

    /** Queues output. It is delayed if it may not leave in clear text. */
    void push(Producer producer) {
        if (tls == null || !tls.delay(producer)) {
            output.add(producer);
        }
    }

    @Override
    public void enqueue(Producer producer) {
        output.add(producer);
    }

    @Override
    public boolean hasQueuedOutput() {
        return !output.isEmpty();
    }

    boolean hasUnwrittenOutput() {
        return output.hasUnwritten();
    }

    /** The number of bytes of output that wait to be sent, as far as it is known. */
    long bytesWaiting() {
        return output.waitingBytes();
    }

    boolean isInEvent() {
        return chat.loop().isCurrent(chat);
    }

    boolean isWritable() {
        if (tls == null || tls.transport() == null) {
            return output.hasOutput();
        }
        return tls.hasUnsent() || (tls.isOpen() && !tls.isBusy() && output.hasOutput());
    }

    void unblock() {
        output.unblock();
    }

    void flush() throws IOException {
        if (!isInEvent()) {
            chat.interestChanged();
        } else if (isConnected() && (tls == null || tls.prepareOutput()) && !isDraining()) {
            input.flushed();
            output.send(chat.transport(), buffers, this);
        }
    }

    @Override
    public void flushIfNearlyFull() throws IOException {
        if (output.isNearlyFull(buffers.output())) {
            flush();
        }
    }

    @Override
    public void written(long bytes) {
        chat.bytesWritten(bytes);
    }

    void discardBuffers() {
        input.discard();
        output.abandon();
        if (isInEvent()) {
            buffers.output().clear();
        }
    }

    // the end of events and of the connection

    /** Takes every step that the event has made possible: sends output, starts TLS, closes, or resumes input. */
    void settle() throws IOException {
        flush();
        if (tls != null) {
            settleTls(tls);
        }
        if (closeSequence != null && isConnected() && output.isEmpty() && (tls == null || tls.hasSentAll())) {
            closeSequence.advance(chat, this, hasInput());
        }
        if (hasInput() && isGateOpen()) {
            chat.resumeLater();
        }
        countHeld();
    }

    private void settleTls(TlsLayer layer) throws IOException {
        if (isConnected()) {
            layer.settle();
        }
        if (isClosing() && layer.transport() != null && !layer.isOpen()) {
            output.abandon(); // it can no longer be sent
        }
        flush();
    }

    /**
     * Counts the bytes that this channel holds. While the peers of all channels together refuse too much output, closes
     * channels.
     */
    private void countHeld() {
        if (!chat.isClosed()) {
            TlsTransport transport = tls == null ? null : tls.transport();
            long heldInput = input.bytesHeld() + (transport == null ? 0L : transport.bytesHeld());
            int records = transport == null ? 0 : transport.bytesUnsent();
            long unsent = chat.pausesAtHighWater() ? output.waitingBytes() + records : 0;
            boolean isRefused = output.isBlocked() || records > 0; // else the output waits for our producer
            count(heldInput, unsent, isRefused ? unsent : 0);
        }
        HeldBytes held = buffers.held();
        for (HeldBytes.Holder excess = held.excess(); excess != null; excess = held.excess()) {
            excess.giveUp();
        }
    }

    private void count(long heldInput, long unsent, long refused) {
        if (share == null && heldInput + unsent > 0) {
            share = buffers.held().share();
        }
        if (share != null) {
            share.count(this, heldInput, unsent, refused);
        }
    }

    @Override
    public void giveUp() {
        LOG.info("{} is closed: its peer reads no replies, and too much output waits in all", chat);
        chat.close();
    }

    void closeWhenDone() {
        closeSequence().requestClose();
        input.dropHeld();
        chat.interestChanged();
    }

    void closeAtOnceWhenDone() {
        closeSequence().requestCloseAtOnce();
        input.dropHeld();
        chat.interestChanged();
    }

    void shutdownWhenDone() {
        closeSequence().requestHalfClose();
        chat.interestChanged();
    }

    private CloseSequence closeSequence() {
        if (closeSequence == null) {
            closeSequence = new CloseSequence();
        }
        return closeSequence;
    }

    @Override
    public boolean isClosing() {
        return closeSequence != null && closeSequence.isClosing();
    }

    private boolean isDraining() {
        return closeSequence != null && closeSequence.isDraining();
    }

    boolean isEndRequested() {
        return closeSequence != null && closeSequence.isRequested();
    }

    @Override
    public Duration closeTimeout() {
        return chat.closeTimeout();
    }

    /** The channel is closed: releases everything. */
    void release() {
        if (closeSequence != null) {
            closeSequence.end();
        }
        if (tls != null) {
            tls.end();
        }
        input.dropHeld();
        output.abandon();
        count(0, 0, 0);
    }
}
