// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import dev.boxcar.async.channel.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes through TLS with the JDK's engine. The engine works in buffers that all channels of the loop share. The
 * channel itself keeps only the part of a record that has arrived so far, and outgoing records that the system has not
 * taken, about four at most.
 *
 * <p>An end of input without close_notify is a {@link TruncatedStreamException} (RFC 8446 §6.1). An invalid record or
 * handshake is a {@link TlsFailure}, after which only the alert is sent. In TLS 1.2 a close_notify ends both
 * directions, so an alert is processed only after everything received before it was answered. Renegotiation is refused;
 * a key update is carried out.
 *
 * <p>Confined to the loop thread, except the engine's own tasks. While those run, the loop does not touch the engine.
 */
public final class TlsTransport implements Transport {
    /** The first byte of a record that is an alert; TLS 1.3 hides it (RFC 8446 §5.1). */
    private static final byte ALERT = 21;
    /** Maximum reads per turn during a handshake. */
    private static final int READS_PER_TURN = 4;

    private static final int HANDSHAKE_READ_BYTES = 32 * 1024;
    private static final byte[] NOTHING = {};

    private enum State {
        HANDSHAKE,
        OPEN,
        OVER
    }

    private final Transport inner;
    private final TlsHost host;
    private final TlsRecordWriter records;
    private final TlsEngine engine;

    private State state = State.HANDSHAKE;
    /** Received bytes that are not decrypted yet. */
    private byte[] held;
    /** Whether a read can return something, or the end, without any more bytes from the socket. */
    private boolean hasMore;
    /** Whether the next record is an alert, to be processed when all queued output has left. */
    private boolean alertNext;
    /** Whether the peer has sent close_notify. */
    private boolean ended;
    /** The failure of a record that was received after valid ones. */
    private @Nullable IOException failure;

    /** Starts in the handshake over {@code inner}; {@code early} has been read already and belongs to TLS. */
    public TlsTransport(Transport inner, SSLEngine sslEngine, TlsHost host, byte[] early) {
        this.inner = inner;
        this.host = host;
        this.records = new TlsRecordWriter(inner);
        this.engine = new TlsEngine(sslEngine, host, records);
        this.held = early;
    }

    /** How many received bytes are not decrypted yet. */
    public int bytesHeld() {
        return held.length;
    }

    /** How many bytes of records the peer has not taken. */
    public int bytesUnsent() {
        return records.bytesUnsent();
    }

    /** The session, once the handshake is complete. */
    public SSLSession session() {
        return engine.session();
    }

    /** Whether the handshake is in progress. */
    public boolean isHandshaking() {
        return state == State.HANDSHAKE;
    }

    /** Whether the handshake is complete and nothing has failed. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether a worker uses the engine, so that nothing can be read or written. */
    public boolean isBusy() {
        return engine.isBusy();
    }

    /** Whether records wait to be written. */
    public boolean hasUnsent() {
        return records.hasUnsent();
    }

    /** Whether a read would return something now although the selector does not report input. */
    public boolean hasInput() {
        return hasMore() && !(alertNext && host.hasQueuedOutput());
    }

    /**
     * Whether input that was received already must be read before the socket: now, or after the queued output has left.
     */
    public boolean hasMore() {
        return hasMore && state == State.OPEN && !isBusy();
    }

    // the handshake

    /** Continues the handshake as far as possible without waiting. Returns whether it is complete. */
    public boolean handshake() throws TlsFailure {
        if (state != State.HANDSHAKE || isBusy()) {
            return state == State.OPEN;
        }
        ByteBuffer in = host.buffers().input().put(held).flip();
        ByteBuffer out = host.buffers().output();
        try {
            int readsLeft = READS_PER_TURN;
            while (state == State.HANDSHAKE && !isBusy() && readsLeft > 0) {
                readsLeft -= handshakeStep(in, out);
            }
            records.write(out);
        } catch (IOException e) {
            throw fail(e, out);
        } finally {
            hold(in);
        }
        return state == State.OPEN;
    }

    /** Takes one step. Returns how many of this turn's reads it used up. */
    private int handshakeStep(ByteBuffer in, ByteBuffer out) throws IOException {
        return switch (engine.handshakeStatus()) {
            case NEED_TASK -> {
                engine.startTasks();
                yield 0;
            }
            case NEED_WRAP -> {
                engine.produceRecord(out);
                yield 0;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> readHandshakeRecord(in);
            case NOT_HANDSHAKING, FINISHED -> {
                state = State.OPEN;
                hasMore = in.hasRemaining();
                yield 0;
            }
        };
    }

    private int readHandshakeRecord(ByteBuffer in) throws IOException {
        SSLEngineResult result = engine.decrypt(in, host.buffers().plaintext());
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

    /** Appends at most {@code maxBytes} from the socket to what {@code in} holds. */
    private int fill(ByteBuffer in, int maxBytes) throws IOException {
        in.compact();
        try {
            in.limit(Math.min(in.capacity(), in.position() + maxBytes));
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

    // reading

    /**
     * As {@link Transport#read}; {@code target} must have room for a whole record; with less, possibly nothing fits.
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (state == State.OVER) {
            return inner.read(target); // the caller discards it
        }
        if (state == State.HANDSHAKE || isBusy()) {
            return 0;
        }
        if (failure != null) {
            throw fail(failure, host.buffers().output());
        }
        if (ended) {
            hasMore = false;
            return -1;
        }
        return readRecords(target);
    }

    private int readRecords(ByteBuffer target) throws IOException {
        int before = target.position();
        ByteBuffer in = host.buffers().input().put(held).flip();
        ByteBuffer out = host.buffers().output();
        boolean truncated = false;
        try {
            int room = target.remaining() - in.remaining();
            truncated = room > 0 && fill(in, room) < 0;
            hasMore = false;
            alertNext = false;
            boolean goOn = true;
            while (goOn && in.hasRemaining()) {
                goOn = decryptRecord(in, target, before, out);
            }
            records.write(out);
        } catch (SSLException e) {
            if (target.position() == before) {
                throw fail(e, out);
            }
            failure = e; // first deliver the valid bytes before it
            hasMore = true;
        } finally {
            hold(in);
        }
        int bytes = target.position() - before;
        if (bytes == 0 && ended) {
            hasMore = false;
            return -1;
        }
        if (bytes == 0 && truncated && !hasMore) {
            throw new TruncatedStreamException();
        }
        return bytes;
    }

    /** Decrypts one record. Returns whether to decrypt the next one too. */
    private boolean decryptRecord(ByteBuffer in, ByteBuffer target, int before, ByteBuffer out) throws IOException {
        alertNext = in.get(in.position()) == ALERT;
        if (alertNext && (target.position() > before || host.hasQueuedOutput())) {
            hasMore = true;
            return false;
        }
        SSLEngineResult result = engine.decrypt(in, target);
        return switch (result.getStatus()) {
            case OK -> {
                boolean goOn = engine.respond(out);
                hasMore |= !goOn;
                yield goOn;
            }
            case BUFFER_UNDERFLOW -> false;
            case BUFFER_OVERFLOW -> {
                hasMore = true;
                yield false;
            }
            case CLOSED -> {
                ended = true;
                hasMore = true;
                engine.answerClose(out);
                yield false;
            }
        };
    }

    // writing

    @Override
    public long write(@Nullable ByteBuffer[] sources, int count) throws IOException {
        if (state == State.OVER || records.isFinished()) {
            throw new ClosedChannelException();
        }
        if (state == State.HANDSHAKE || isBusy()) {
            return 0;
        }
        return engine.write(sources, count, host.buffers().output());
    }

    /** Writes records that were not taken before. Returns whether all of them have left. */
    public boolean flush() throws IOException {
        return records.flush();
    }

    // closing

    /** Ends TLS for {@code reason}. The alert leaves if the system takes it now. */
    public TlsFailure abort(String reason) {
        return fail(new SSLException(reason), host.buffers().output());
    }

    private TlsFailure fail(IOException cause, ByteBuffer out) {
        sendAlert(out);
        end();
        return TlsFailure.of(cause);
    }

    private void sendAlert(ByteBuffer out) {
        if (!isBusy() && state != State.OVER) {
            engine.sendAlert(out);
        }
    }

    private void end() {
        state = State.OVER;
        held = NOTHING;
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (records.isFinished()) {
            return;
        }
        sendAlert(host.buffers().output());
        if (state == State.HANDSHAKE) {
            end();
        }
        records.finish();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!records.isFinished() && !records.hasUnsent()) {
                sendAlert(host.buffers().output());
            }
        } finally {
            end();
            inner.close();
        }
    }
}
