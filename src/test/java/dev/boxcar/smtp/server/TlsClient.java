// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/** The client's side of TLS, without a socket: bytes in, bytes out. */
final class TlsClient {
    static final SSLContext CONTEXT = Certificates.localhost();

    private final SSLEngine engine = CONTEXT.createSSLEngine("localhost", 25);
    private byte[] unread = {};
    private boolean ended;

    TlsClient(String version) throws IOException {
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        engine.beginHandshake();
    }

    /** Goes on with the handshake; what is to be sent. */
    byte[] handshake() throws IOException {
        var out = new ByteArrayOutputStream();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> wrap(new byte[0], out);
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap(new ByteArrayOutputStream())) {
                        return out.toByteArray();
                    }
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    return out.toByteArray();
                }
            }
        }
    }

    boolean isDone() {
        return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
    }

    /** The bytes as they go over the wire. */
    byte[] wrap(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        wrap(bytes, out);
        return out.toByteArray();
    }

    private void wrap(byte[] bytes, ByteArrayOutputStream out) throws IOException {
        var source = ByteBuffer.wrap(bytes);
        SSLEngineResult.Status status;
        do {
            var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            status = engine.wrap(source, record).getStatus();
            out.write(record.array(), 0, record.position());
        } while (source.hasRemaining()
                && status == SSLEngineResult.Status.OK); // where the server has ended, no more is taken
    }

    /** What is to be sent at the end. */
    byte[] close() throws IOException {
        engine.closeOutbound();
        return wrap(new byte[0]);
    }

    /** Takes bytes from the wire, and says what is in them. */
    byte[] unwrap(byte[] bytes) throws IOException {
        feed(bytes);
        var plain = new ByteArrayOutputStream();
        boolean more = isDone() && unread.length > 0;
        while (more) {
            more = unwrap(plain);
        }
        return plain.toByteArray();
    }

    void feed(byte[] bytes) {
        int length = unread.length;
        unread = Arrays.copyOf(unread, length + bytes.length);
        System.arraycopy(bytes, 0, unread, length, bytes.length);
    }

    private boolean unwrap(ByteArrayOutputStream plain) throws IOException {
        var source = ByteBuffer.wrap(unread);
        var target = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(source, target);
        unread = Arrays.copyOfRange(unread, source.position(), unread.length);
        plain.write(target.array(), 0, target.position());
        ended |= result.getStatus() == SSLEngineResult.Status.CLOSED;
        return result.getStatus() == SSLEngineResult.Status.OK && unread.length > 0;
    }

    /** Whether the server said close_notify. */
    boolean ended() {
        return ended;
    }

    String protocol() {
        return engine.getSession().getProtocol();
    }
}
