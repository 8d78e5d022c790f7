// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.tls.TlsBuffers;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsHost;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.async.tls.TlsTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Switches one chat from clear text to TLS. Output queued before the switch leaves in clear text. Input received after
 * the item that started TLS is either discarded or taken as the beginning of the handshake ({@link EarlyInput}). The
 * handshake has a time limit; when it is complete, the gate opens again.
 *
 * <p>Confined to the loop thread.
 */
final class TlsLayer implements TlsHost {
    /** A read needs at least this much room. */
    static final int RECORD_BYTES = 32 * 1024;

    /** What happens to clear text received after the item that started TLS. */
    enum EarlyInput {
        /** It is counted and discarded: an attacker may have injected it (RFC 3207 §4.2). */
        DISCARDED,
        /** It is the beginning of the handshake. */
        KEPT
    }

    /** Maximum reads per turn that discard input. A peer that has sent even more is not starting a handshake. */
    private static final int DISCARDING_READS_PER_TURN = 4;
    /** How long a task waits when the workers are too busy. */
    private static final Duration RETRY_DELAY = Duration.ofMillis(20);

    private static final byte[] NOTHING = {};

    /** The chat that starts TLS. */
    interface Owner {
        /** Whether the channel closes when everything was sent. */
        boolean isClosing();

        /** Whether output waits that was not passed to the transport yet. */
        boolean hasQueuedOutput();

        /** Queues output. */
        void enqueue(Producer producer);

        /** The handshake is complete. */
        void tlsEstablished(SSLSession session) throws IOException;

        /** TLS has failed. */
        void tlsFailed(TlsFailure failure);
    }

    private final Dispatcher channel;
    private final Owner owner;
    private final TlsSettings settings;
    private final EarlyInput earlyInput;
    private byte[] early = NOTHING;
    private long discarded;
    /** Output pushed since TLS was requested, which must not leave in clear text. */
    private final List<Producer> delayed = new ArrayList<>(0);

    private @Nullable TlsTransport transport;
    private @Nullable Timer handshakeTimer;
    private boolean failed;

    TlsLayer(Dispatcher channel, Owner owner, TlsSettings settings, EarlyInput earlyInput) {
        this.channel = channel;
        this.owner = owner;
        this.settings = settings;
        this.earlyInput = earlyInput;
    }

    /** Takes bytes that were received in clear text and may not be dispatched. */
    void takeEarly(byte[] bytes, int from, int to) {
        if (earlyInput == EarlyInput.DISCARDED) {
            discarded += to - from;
        } else {
            int length = early.length;
            early = Arrays.copyOf(early, length + to - from);
            System.arraycopy(bytes, from, early, length, to - from);
        }
    }

    /** Delays output that may not leave in clear text. Returns false if there is no need to. */
    boolean delay(Producer producer) {
        return transport == null && delayed.add(producer);
    }

    long bytesDiscarded() {
        return discarded;
    }

    /** The transport, or null before the handshake starts. */
    @Nullable
    TlsTransport transport() {
        return transport;
    }

    /** Whether the handshake is complete and nothing has failed since. */
    boolean isOpen() {
        return transport != null && transport.isOpen() && !failed;
    }

    /** Whether the handshake is in progress or about to start. */
    boolean isStarting() {
        return !failed && (transport == null || transport.isHandshaking());
    }

    /** Whether a worker uses the engine. */
    boolean isBusy() {
        return transport != null && transport.isBusy();
    }

    /** Whether the handshake waits for the peer. */
    boolean handshakeReads() {
        return transport != null && transport.isHandshaking() && !transport.isBusy();
    }

    boolean hasUnsent() {
        return transport != null && transport.hasUnsent();
    }

    /** Whether no output waits in this layer. */
    boolean hasSentAll() {
        return delayed.isEmpty() && !hasUnsent();
    }

    boolean hasInput() {
        return transport != null && transport.hasInput();
    }

    /** Whether the socket must not be read now. */
    boolean mustNotRead() {
        return transport != null && (transport.isBusy() || transport.hasMore());
    }

    /**
     * Sends records that earlier writes left over. Returns whether queued output may be passed to the transport now.
     */
    boolean prepareOutput() throws IOException {
        if (transport == null) {
            discardEarly();
            return !failed;
        }
        transport.flush();
        return !failed && isOpen() && !transport.isBusy();
    }

    /**
     * Discards all input received so far. The reply that lets the peer start its handshake has not left yet, so this
     * input cannot belong to the handshake.
     */
    private void discardEarly() throws IOException {
        if (earlyInput == EarlyInput.KEPT) {
            return;
        }
        for (int i = 0; i < DISCARDING_READS_PER_TURN && !channel.hasEnded() && channel.isConnected(); i++) {
            ByteBuffer scratch = buffers().input();
            int bytes = channel.receive(scratch);
            discarded += bytes;
            if (bytes < scratch.capacity()) {
                return;
            }
        }
    }

    /** Starts or continues the handshake at the end of an event. */
    void settle() throws IOException {
        boolean mayStart = transport == null && !failed && !owner.hasQueuedOutput();
        if (mayStart && channel.isConnected() && !owner.isClosing() && !channel.hasEnded()) {
            startHandshake();
        }
        if (channel.isConnected()) {
            continueHandshake();
        }
    }

    private void startHandshake() {
        handshakeTimer = channel.loop().schedule(settings.handshakeTimeout(), this::handshakeTimedOut);
        try {
            var engine = settings.engine();
            engine.beginHandshake();
            channel.wrapTransport(inner -> transport = new TlsTransport(inner, engine, this, early));
        } catch (IOException | RuntimeException e) { // an unusable context may throw either
            early = NOTHING;
            fail(TlsFailure.of(e instanceof IOException io ? io : new IOException(e)));
        }
        early = NOTHING;
        delayed.forEach(owner::enqueue);
        delayed.clear();
    }

    void continueHandshake() throws IOException {
        TlsTransport starting = transport;
        if (starting == null || failed || !starting.isHandshaking()) {
            return;
        }
        try {
            if (!starting.handshake()) {
                return;
            }
        } catch (TlsFailure e) {
            fail(e);
            return;
        }
        cancelTimer();
        owner.tlsEstablished(starting.session());
    }

    private void handshakeTimedOut() {
        TlsTransport starting = transport;
        if (starting != null && isStarting()) {
            long millis = settings.handshakeTimeout().toMillis();
            fail(starting.abort("the handshake took longer than " + millis + " ms"));
        }
    }

    void fail(TlsFailure failure) {
        if (!failed) {
            failed = true;
            cancelTimer();
            owner.tlsFailed(failure);
        }
    }

    /** The channel is closed: releases everything. */
    void end() {
        cancelTimer();
        delayed.forEach(OutputQueue::abandon);
        delayed.clear();
    }

    private void cancelTimer() {
        if (handshakeTimer != null) {
            handshakeTimer.cancel();
            handshakeTimer = null;
        }
    }

    // what the transport needs

    @Override
    public TlsBuffers buffers() {
        return channel.loop().buffers().tls();
    }

    @Override
    public boolean isClosed() {
        return channel.isClosed();
    }

    @Override
    public boolean hasQueuedOutput() {
        return owner.hasQueuedOutput();
    }

    @Override
    public void executeOnWorker(Runnable task) {
        channel.loop().workers().execute(task);
    }

    @Override
    public void executeOnLoop(Runnable task) {
        channel.loop().execute(task);
    }

    @Override
    public void executeLater(Runnable task) {
        channel.loop().schedule(RETRY_DELAY, task);
    }

    @Override
    public void interestChanged() {
        channel.interestChanged();
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}
