// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/** Two connected chats on one loop, driven by the test's own thread. Each can start TLS. */
final class TlsPair implements AutoCloseable {
    static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    /** A chat that records its TLS sessions and failures. */
    static final class TlsChat extends RecordingChat {
        final List<SSLSession> sessions = new ArrayList<>();
        final List<TlsFailure> failures = new ArrayList<>();
        Hook whenSecured = () -> {};

        TlsChat(EventLoop loop) {
            super(loop);
        }

        void beginTls(TlsSettings settings) {
            startTls(settings);
        }

        void continueWithTls(TlsSettings settings) {
            continueInTls(settings);
        }

        long discarded() {
            return bytesDiscarded();
        }

        boolean secure() {
            return isSecure();
        }

        @Override
        protected void handleSecured(SSLSession session) throws IOException {
            sessions.add(session);
            whenSecured.run();
        }

        @Override
        protected void handleTlsFailure(TlsFailure failure) {
            failures.add(failure);
        }
    }

    final EventLoop loop = EventLoop.open("pair");
    final TlsChat server = new TlsChat(loop);
    final TlsChat client = new TlsChat(loop);
    final CountingTransport serverSide;
    final CountingTransport clientSide;
    final TlsSettings serverTls;
    final TlsSettings clientTls;

    TlsPair(SSLContext context, String version) throws IOException {
        serverTls = TlsSettings.server(context);
        clientTls = TlsSettings.client(context, "localhost", 25).withVersion(version);
        ConnectionType.Ends ends = ConnectionType.TCP.connect();
        serverSide = take(server, ends.accepted());
        clientSide = take(client, ends.connected());
        loop.poll(Duration.ZERO);
    }

    private static CountingTransport take(TlsChat chat, SocketChannel socket) throws IOException {
        chat.setSocket(socket);
        chat.setTerminator(RecordingChat.LF);
        var counting = new CountingTransport[1];
        chat.wrapTransport(plain -> counting[0] = new CountingTransport(plain));
        return counting[0];
    }

    /** Starts TLS on both sides. */
    TlsPair secure() throws IOException {
        server.continueWithTls(serverTls);
        client.continueWithTls(clientTls);
        awaitSecure();
        return this;
    }

    void awaitSecure() throws IOException {
        await("the handshake", () -> (server.secure() && client.secure()) || server.isClosed() || client.isClosed());
    }

    void await(String what, ChatFixture.Condition condition) throws IOException {
        ChatFixture.await(loop, what, condition);
    }

    void turns(int number) {
        for (int i = 0; i < number; i++) {
            loop.poll(Duration.ZERO);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
