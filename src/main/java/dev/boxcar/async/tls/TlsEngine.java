// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's TLS engine of one channel, with its tasks and its outgoing records. These include the records that the
 * engine sends by itself: handshake messages, key updates and alerts.
 *
 * <p>Confined to the loop thread, except the engine's own tasks. While those run, the loop must not touch the engine.
 */
final class TlsEngine {
    private static final Logger LOG = LoggerFactory.getLogger(TlsEngine.class);

    /** Maximum bytes encrypted per write, so that a large body does not hold up other channels. */
    private static final int MAX_BYTES_PER_WRITE = 256 * 1024;
    /** Maximum times that the engine is asked for its last alert. */
    private static final int MAX_ALERT_TRIES = 4;

    private static final byte[] NOTHING = {};

    private final SSLEngine engine;
    private final TlsHost host;
    private final TlsEngineTasks tasks;
    private final TlsRecordWriter records;

    TlsEngine(SSLEngine engine, TlsHost host, TlsRecordWriter records) {
        this.engine = engine;
        this.host = host;
        this.tasks = new TlsEngineTasks(engine, host);
        this.records = records;
    }

    SSLSession session() {
        return engine.getSession();
    }

    HandshakeStatus handshakeStatus() {
        return engine.getHandshakeStatus();
    }

    /** Whether a worker uses the engine. */
    boolean isBusy() {
        return tasks.areRunning();
    }

    void startTasks() {
        tasks.start();
    }

    SSLEngineResult decrypt(ByteBuffer in, ByteBuffer plaintext) throws SSLException {
        return engine.unwrap(in, plaintext);
    }

    /** Encrypts and writes as much of the sources as can be written now. Returns how many of their bytes. */
    long write(@Nullable ByteBuffer[] sources, int count, ByteBuffer out) throws IOException {
        long bytes = 0;
        while (records.flush() && bytes < MAX_BYTES_PER_WRITE && hasRemaining(sources, count)) {
            while (hasRemaining(sources, count) && hasRoom(out)) {
                SSLEngineResult result = engine.wrap(sources, 0, count, out);
                bytes += result.bytesConsumed();
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    throw new ClosedChannelException();
                }
            }
            records.write(out);
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

    /** Whether one more record fits into {@code out}. */
    private boolean hasRoom(ByteBuffer out) {
        return out.remaining() >= session().getPacketBufferSize();
    }

    /** Adds the next record that the engine itself has to send to {@code out}. */
    SSLEngineResult produceRecord(ByteBuffer out) throws IOException {
        if (!hasRoom(out)) {
            records.write(out);
        }
        return engine.wrap(ByteBuffer.wrap(NOTHING), out);
    }

    /**
     * Does what a received record requires of the engine: answers a key update, refuses a renegotiation. Returns false
     * if the engine became busy with it.
     */
    boolean respond(ByteBuffer out) throws IOException {
        while (true) {
            switch (handshakeStatus()) {
                case NOT_HANDSHAKING, FINISHED, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    return true;
                }
                case NEED_WRAP -> {
                    refuseRenegotiation();
                    produceRecord(out);
                }
                case NEED_TASK -> {
                    refuseRenegotiation();
                    startTasks();
                    return false;
                }
            }
        }
    }

    /** TLS 1.3 has no renegotiation (RFC 8446 §4.1.2). In TLS 1.2 it is expensive and has no use here. */
    private void refuseRenegotiation() throws SSLException {
        if (!session().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("renegotiation refused");
        }
    }

    /** Answers the peer's close_notify if the version requires that. */
    void answerClose(ByteBuffer out) throws IOException {
        while (handshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (produceRecord(out).bytesProduced() == 0) {
                return;
            }
        }
    }

    /** Sends the alert that the engine has, or close_notify (RFC 8446 §6.1). The engine must not be busy. */
    void sendAlert(ByteBuffer out) {
        engine.closeOutbound();
        for (int tries = 0; tries < MAX_ALERT_TRIES && !engine.isOutboundDone(); tries++) {
            produceAlert(out);
        }
        try {
            records.write(out);
        } catch (IOException e) {
            out.clear(); // the peer is gone
        }
    }

    /**
     * If one of the engine's tasks threw an exception, the engine first throws it too, and produces the alert for it at
     * the next call.
     */
    private void produceAlert(ByteBuffer out) {
        try {
            produceRecord(out);
        } catch (IOException e) {
            LOG.debug("{} sends an alert: {}", host, TlsFailure.of(e).getMessage());
        }
    }
}
