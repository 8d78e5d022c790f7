// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a chat goes over to TLS. What it said before leaves in clear first; what it was sent behind the item that began
 * it is thrown away, or belongs to TLS; then comes the handshake, within its bound; then the gate opens again.
 *
 * <p>Confined to the loop thread.
 */
final class TlsLayer {
    /** The least that a read must have room for. */
    static final int RECORD_BYTES = 32 * 1024;

    /** What becomes of bytes in clear that came behind the item that asked for TLS. */
    enum Unread {
        /** Somebody may have put them there (RFC 3207 §4.2): they are counted and forgotten. */
        DISCARDED,
        /** They are the beginning of the handshake. */
        KEPT
    }

    /** Of what is thrown away, one turn reads so many pieces; what comes then is no handshake. */
    private static final int DRAINS_PER_TURN = 4;

    private static final byte[] NOTHING = {};

    private final AsyncChat chat;
    private final TlsSettings tls;
    private final Unread unread;
    private final Outbox outbox;
    private byte[] early = NOTHING;
    private long discarded;
    /** What was pushed since, and is not for clear. */
    private final List<Producer> later = new ArrayList<>(0);

    private @Nullable TlsTransport transport;
    private @Nullable Timer bound;
    private boolean failed;

    TlsLayer(AsyncChat chat, TlsSettings tls, Unread unread, Outbox outbox) {
        this.chat = chat;
        this.tls = tls;
        this.unread = unread;
        this.outbox = outbox;
    }

    /** Bytes that were read in clear, and are nothing that may be dispatched. */
    void takeUnread(byte[] bytes, int from, int to) {
        if (unread == Unread.DISCARDED) {
            discarded += to - from;
        } else {
            int length = early.length;
            early = Arrays.copyOf(early, length + to - from);
            System.arraycopy(bytes, from, early, length, to - from);
        }
    }

    /** Takes output that may not leave in clear; false when the transport sees to that already. */
    boolean takeOutput(Producer producer) {
        return transport == null && later.add(producer);
    }

    long discarded() {
        return discarded;
    }

    @Nullable
    TlsTransport transport() {
        return transport;
    }

    /** Whether the handshake is done and nothing has failed since. */
    boolean isOpen() {
        return transport != null && transport.isOpen() && !failed;
    }

    /** Whether the handshake, or what comes before it, is not over yet. */
    boolean isUnderWay() {
        return !failed && (transport == null || transport.isHandshaking());
    }

    boolean isAtWork() {
        return transport != null && transport.isAtWork();
    }

    /** Whether a handshake waits for the peer. */
    boolean handshakeReads() {
        return transport != null && transport.isHandshaking() && !transport.isAtWork();
    }

    boolean hasUnsent() {
        return transport != null && transport.hasUnsent();
    }

    /** Whether nothing waits here to leave. */
    boolean saidAll() {
        return later.isEmpty() && !hasUnsent();
    }

    boolean inputWaits() {
        return transport != null && transport.inputWaits();
    }

    /** Whether a read of the socket would be out of turn. */
    boolean readsLater() {
        return transport != null && (transport.isAtWork() || transport.hasMore());
    }

    /** Sends what was left before; whether what is queued may be handed to the transport now. */
    boolean lettingOutput() throws IOException {
        if (transport == null) {
            drain();
            return !failed;
        }
        transport.flush();
        return !failed && isOpen() && !transport.isAtWork();
    }

    /**
     * Before the word leaves that lets the peer begin its handshake, everything that came is thrown away: none of it
     * can be the handshake. Nothing is read afterwards but TLS.
     */
    private void drain() throws IOException {
        if (unread == Unread.KEPT) {
            return;
        }
        for (int i = 0; i < DRAINS_PER_TURN && !chat.hasEnded() && chat.isConnected(); i++) {
            ByteBuffer scratch = chat.loop().buffers().tls().input();
            int bytes = chat.receive(scratch);
            discarded += bytes;
            if (bytes < scratch.capacity()) {
                return;
            }
        }
    }

    /** What is to be done at the end of an event: begins, or goes on. */
    void settle() throws IOException {
        boolean mayBegin = transport == null && !failed && outbox.isEmpty();
        if (mayBegin && chat.isConnected() && !chat.isClosing() && !chat.hasEnded()) {
            begin();
        }
        if (chat.isConnected()) {
            advance();
        }
    }

    private void begin() throws IOException {
        bound = chat.loop().schedule(tls.handshakeTimeout(), this::tooLate);
        try {
            var engine = tls.engine();
            engine.beginHandshake();
            chat.wrapTransport(inner -> transport = new TlsTransport(inner, engine, chat, this::owes, early));
        } catch (IOException | RuntimeException e) { // a context may be unfit in ways of its own
            early = NOTHING;
            fail(TlsFailure.of(e instanceof IOException io ? io : new IOException(e)));
        }
        early = NOTHING;
        later.forEach(outbox::add);
        later.clear();
    }

    private boolean owes() {
        return !outbox.isEmpty();
    }

    /** Goes on with the handshake. */
    void advance() throws IOException {
        TlsTransport securing = transport;
        if (securing == null || failed || !securing.isHandshaking()) {
            return;
        }
        try {
            if (!securing.handshake()) {
                return;
            }
        } catch (TlsFailure e) {
            fail(e);
            return;
        }
        release();
        chat.handleSecured(securing.session());
    }

    private void tooLate() {
        TlsTransport securing = transport;
        if (securing != null && isUnderWay()) {
            fail(securing.giveUp(
                    "the handshake took longer than " + tls.handshakeTimeout().toMillis() + " ms"));
        }
    }

    void fail(TlsFailure failure) {
        if (!failed) {
            failed = true;
            release();
            chat.tlsFailed(failure);
        }
    }

    /** The channel is closed. */
    void end() {
        release();
        later.forEach(Outbox::abandon);
        later.clear();
    }

    private void release() {
        if (bound != null) {
            bound.cancel();
            bound = null;
        }
    }
}
