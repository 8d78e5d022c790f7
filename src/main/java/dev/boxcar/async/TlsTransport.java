// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.tls.TlsFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes through TLS, by the JDK's engine. It works in buffers that all channels of the loop share; with the channel
 * stay the part of a record that came so far, and of what goes out the records that the system did not take, four or
 * so.
 *
 * <p>An end of input without close_notify is a {@link CutException} (RFC 8446 §6.1), an unsound record or handshake a
 * {@link TlsFailure}; after that nothing passes but the alert that says so. In TLS 1.2 a close_notify ends both
 * directions: so an alert is looked at when everything that came before it was answered. Renegotiation is refused; a
 * key update is carried out.
 *
 * <p>Confined to the loop thread, save the engine's own tasks, during which nobody else touches the engine.
 */
final class TlsTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(TlsTransport.class);

    /** The first byte of a record that is an alert; TLS 1.3 hides it (RFC 8446 §5.1). */
    private static final byte ALERT = 21;
    /** What one call encrypts at most, so that a large body leaves a turn to the others. */
    private static final int BYTES_PER_CALL = 256 * 1024;
    /** A handshake reads so often in one turn. */
    private static final int READS_PER_TURN = 4;

    private static final int HANDSHAKE_READ_BYTES = 32 * 1024;
    private static final byte[] NOTHING = {};

    private enum State {
        HANDSHAKE,
        OPEN,
        OVER
    }

    private final Transport inner;
    private final SSLEngine engine;
    private final Dispatcher channel;
    private final EngineTasks tasks;
    private final TlsRecords records;
    private final BooleanSupplier owing;

    private State state = State.HANDSHAKE;
    /** Came, and is not decrypted yet. */
    private byte[] held;
    /** Something of what is held, or the end, can be told of without any more bytes. */
    private boolean more;
    /** What comes next is an alert, to be looked at when nothing is owed any more. */
    private boolean alertNext;
    /** The peer said close_notify. */
    private boolean ended;
    /** What failed behind bytes that were still good. */
    private @Nullable IOException failure;

    /**
     * Over {@code inner}; {@code early} was read already and belongs to TLS, {@code owing} says whether answers wait.
     */
    TlsTransport(Transport inner, SSLEngine engine, Dispatcher channel, BooleanSupplier owing, byte[] early) {
        this.inner = inner;
        this.engine = engine;
        this.channel = channel;
        this.tasks = new EngineTasks(engine, channel);
        this.records = new TlsRecords(inner);
        this.owing = owing;
        this.held = early;
    }

    /** How many bytes came and are not decrypted. */
    int bytesHeld() {
        return held.length;
    }

    /** How many bytes of records the peer has not taken. */
    int bytesUnsent() {
        return records.bytesWaiting();
    }

    private TlsBuffers buffers() {
        return channel.loop().buffers().tls();
    }

    SSLSession session() {
        return engine.getSession();
    }

    boolean isHandshaking() {
        return state == State.HANDSHAKE;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether a helper has the engine. */
    boolean isAtWork() {
        return tasks.areRunning();
    }

    boolean hasUnsent() {
        return records.areWaiting();
    }

    /** Whether there is something for {@link #read} that the selector does not know of. */
    boolean inputWaits() {
        return hasMore() && !(alertNext && owing.getAsBoolean());
    }

    /** Whether what was read already comes first, now or when the answers have left. */
    boolean hasMore() {
        return more && state == State.OPEN && !isAtWork();
    }

    // the handshake

    /** Goes on with the handshake as far as it comes without waiting; whether it is complete. */
    boolean handshake() throws TlsFailure {
        if (state != State.HANDSHAKE || isAtWork()) {
            return state == State.OPEN;
        }
        ByteBuffer in = buffers().input().put(held).flip();
        ByteBuffer out = buffers().output();
        try {
            int reads = READS_PER_TURN;
            while (state == State.HANDSHAKE && !isAtWork() && reads > 0) {
                reads -= step(in, out);
            }
            records.passOn(out);
        } catch (IOException e) {
            throw over(e, out);
        } finally {
            hold(in);
        }
        return state == State.OPEN;
    }

    /** One step; how many of the reads of this turn it used up. */
    private int step(ByteBuffer in, ByteBuffer out) throws IOException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                tasks.run();
                yield 0;
            }
            case NEED_WRAP -> {
                wrapNothing(out);
                yield 0;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrapHandshake(in);
            case NOT_HANDSHAKING, FINISHED -> {
                state = State.OPEN;
                more = in.hasRemaining();
                yield 0;
            }
        };
    }

    private int unwrapHandshake(ByteBuffer in) throws IOException {
        SSLEngineResult result = engine.unwrap(in, buffers().plain());
        switch (result.getStatus()) {
            case OK -> {
                return 0;
            }
            case BUFFER_UNDERFLOW -> {
                int bytes = fill(in, HANDSHAKE_READ_BYTES);
                if (bytes < 0) {
                    throw new SSLException("the peer ended the connection during the handshake");
                }
                return bytes == 0 ? READS_PER_TURN : 1;
            }
            default -> throw new SSLException("the peer closed during the handshake");
        }
    }

    /** Reads more behind what {@code in} holds. */
    private int fill(ByteBuffer in, int most) throws IOException {
        in.compact();
        try {
            in.limit(Math.min(in.capacity(), in.position() + most));
            return inner.read(in);
        } finally {
            in.flip();
        }
    }

    private void hold(ByteBuffer in) {
        if (!in.hasRemaining() || state == State.OVER) {
            held = NOTHING;
        } else {
            held = new byte[in.remaining()];
            in.get(held);
        }
    }

    // bytes

    /** As {@link Transport#read}; {@code target} has room for a record at least, or nothing may fit into it. */
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (state == State.OVER) {
            return inner.read(target); // whatever it is, nobody looks at it
        }
        if (state == State.HANDSHAKE || isAtWork()) {
            return 0;
        }
        if (failure != null) {
            throw over(failure, buffers().output());
        }
        if (ended) {
            more = false;
            return -1;
        }
        return readRecords(target);
    }

    private int readRecords(ByteBuffer target) throws IOException {
        int before = target.position();
        ByteBuffer in = buffers().input().put(held).flip();
        ByteBuffer out = buffers().output();
        boolean cut = false;
        try {
            int room = target.remaining() - in.remaining();
            cut = room > 0 && fill(in, room) < 0;
            more = false;
            alertNext = false;
            boolean goOn = true;
            while (goOn && in.hasRemaining()) {
                goOn = unwrap(in, target, before, out);
            }
            records.passOn(out);
        } catch (SSLException e) {
            if (target.position() == before) {
                throw over(e, out);
            }
            failure = e; // what came before it is good
            more = true;
        } finally {
            hold(in);
        }
        int bytes = target.position() - before;
        if (bytes == 0 && ended) {
            more = false;
            return -1;
        }
        if (bytes == 0 && cut && !more) {
            throw new CutException();
        }
        return bytes;
    }

    /** Decrypts one record; whether to go on with the next. */
    private boolean unwrap(ByteBuffer in, ByteBuffer target, int before, ByteBuffer out) throws IOException {
        alertNext = in.get(in.position()) == ALERT;
        if (alertNext && (target.position() > before || owing.getAsBoolean())) {
            more = true;
            return false;
        }
        SSLEngineResult result = engine.unwrap(in, target);
        return switch (result.getStatus()) {
            case OK -> carryOut(out);
            case BUFFER_UNDERFLOW -> false;
            case BUFFER_OVERFLOW -> {
                more = true;
                yield false;
            }
            case CLOSED -> {
                ended = true;
                more = true;
                answerClose(out);
                yield false;
            }
        };
    }

    /** What a record asked of the engine: a key update is answered, anything more is a new handshake. */
    private boolean carryOut(ByteBuffer out) throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NOT_HANDSHAKING, FINISHED, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    return true;
                }
                case NEED_WRAP -> {
                    refuseRenegotiation();
                    wrapNothing(out);
                }
                case NEED_TASK -> {
                    refuseRenegotiation();
                    more = true;
                    tasks.run();
                    return false;
                }
            }
        }
    }

    /** TLS 1.3 has none (RFC 8446 §4.1.2); in 1.2 it costs much and serves nobody here. */
    private void refuseRenegotiation() throws SSLException {
        if (!session().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("renegotiation refused");
        }
    }

    private void answerClose(ByteBuffer out) throws IOException {
        while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
            if (wrapNothing(out).bytesProduced() == 0) {
                return;
            }
        }
    }

    @Override
    public long write(@Nullable ByteBuffer[] sources, int count) throws IOException {
        if (state == State.OVER || records.areFinished()) {
            throw new ClosedChannelException();
        }
        if (state == State.HANDSHAKE || isAtWork()) {
            return 0;
        }
        long bytes = 0;
        ByteBuffer out = buffers().output();
        while (flush() && bytes < BYTES_PER_CALL && hasRemaining(sources, count)) {
            while (hasRemaining(sources, count) && hasRoom(out)) {
                SSLEngineResult result = engine.wrap(sources, 0, count, out);
                bytes += result.bytesConsumed();
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    throw new ClosedChannelException();
                }
            }
            records.passOn(out);
        }
        return bytes;
    }

    private static boolean hasRemaining(@Nullable ByteBuffer[] sources, int count) {
        for (int i = 0; i < count; i++) {
            ByteBuffer source = sources[i];
            if (source != null && source.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private boolean hasRoom(ByteBuffer out) {
        return out.remaining() >= session().getPacketBufferSize();
    }

    private SSLEngineResult wrapNothing(ByteBuffer out) throws IOException {
        if (!hasRoom(out)) {
            records.passOn(out);
        }
        return engine.wrap(ByteBuffer.wrap(NOTHING), out);
    }

    /** Writes what was not taken before; whether all of it is gone. */
    boolean flush() throws IOException {
        return records.flush();
    }

    // the end

    /** Gives up; the alert leaves if it is taken now. */
    TlsFailure giveUp(String reason) {
        return over(new SSLException(reason), buffers().output());
    }

    private TlsFailure over(IOException cause, ByteBuffer out) {
        sayLast(out);
        state = State.OVER;
        held = NOTHING;
        return TlsFailure.of(cause);
    }

    /** The alert that the engine has, or close_notify (RFC 8446 §6.1). */
    private void sayLast(ByteBuffer out) {
        if (isAtWork() || state == State.OVER) {
            return;
        }
        engine.closeOutbound();
        int tries = 4;
        while (tries > 0 && !engine.isOutboundDone()) {
            tries--;
            wrapLast(out);
        }
        try {
            records.passOn(out);
        } catch (IOException e) {
            out.clear(); // the peer is gone, or not worth it
        }
    }

    /** What a task threw comes first, and the alert that follows from it next. */
    private void wrapLast(ByteBuffer out) {
        try {
            wrapNothing(out);
        } catch (IOException e) {
            LOG.debug("{} an alert says why: {}", channel, TlsFailure.of(e).getMessage());
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (records.areFinished()) {
            return;
        }
        sayLast(buffers().output());
        if (state == State.HANDSHAKE) {
            state = State.OVER;
            held = NOTHING;
        }
        records.finish();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!records.areFinished() && !records.areWaiting()) {
                sayLast(buffers().output());
            }
        } finally {
            state = State.OVER;
            held = NOTHING;
            inner.close();
        }
    }
}
