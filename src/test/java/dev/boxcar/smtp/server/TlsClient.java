// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/** A TLS client without a socket: turns bytes from the wire into plaintext and plaintext into bytes for the wire. */
final class TlsClient {
    static final SSLContext CONTEXT = TestCertificates.localhost();

    private final SSLEngine engine = CONTEXT.createSSLEngine("localhost", 25);
    private byte[] unread = {};
    private boolean ended;

    TlsClient(String version) throws IOException {
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        engine.beginHandshake();
    }

    /** Continues the handshake and returns the bytes to send. */
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

    /** Encrypts bytes for the wire. */
    byte[] wrap(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        wrap(bytes, out);
        return out.toByteArray();
    }

    private void wrap(byte[] bytes, ByteArrayOutputStream out) throws IOException {
        var source = ByteBuffer.wrap(bytes);
        boolean progress;
        do {
            var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            SSLEngineResult.Status status = engine.wrap(source, record).getStatus();
            out.write(record.array(), 0, record.position());
            // none once the server has closed, or if it closed before the handshake was complete
            progress = status == SSLEngineResult.Status.OK && record.position() > 0;
        } while (source.hasRemaining() && progress);
    }

    /** Closes this side and returns the bytes to send. */
    byte[] close() throws IOException {
        engine.closeOutbound();
        return wrap(new byte[0]);
    }

    /** Accepts bytes from the wire and returns the plaintext in them. */
    byte[] unwrap(byte[] bytes) throws IOException {
        feed(bytes);
        var plaintext = new ByteArrayOutputStream();
        boolean more = isDone() && unread.length > 0;
        while (more) {
            more = unwrap(plaintext);
        }
        return plaintext.toByteArray();
    }

    void feed(byte[] bytes) {
        int length = unread.length;
        unread = Arrays.copyOf(unread, length + bytes.length);
        System.arraycopy(bytes, 0, unread, length, bytes.length);
    }

    private boolean unwrap(ByteArrayOutputStream plaintext) throws IOException {
        var source = ByteBuffer.wrap(unread);
        var target = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(source, target);
        unread = Arrays.copyOfRange(unread, source.position(), unread.length);
        plaintext.write(target.array(), 0, target.position());
        ended |= result.getStatus() == SSLEngineResult.Status.CLOSED;
        return result.getStatus() == SSLEngineResult.Status.OK && unread.length > 0;
    }

    /** Whether the server has sent close_notify. */
    boolean ended() {
        return ended;
    }

    String protocol() {
        return engine.getSession().getProtocol();
    }
}
