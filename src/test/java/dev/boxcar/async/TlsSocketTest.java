// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.tls.TlsSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A chat in TLS against the JDK's own blocking sockets. */
@Timeout(60)
class TlsSocketTest {
    private static final List<String> VERSIONS = TlsPair.VERSIONS;
    private static final SSLContext CONTEXT = TestCertificates.localhost();

    private final ExecutorService clients = Executors.newCachedThreadPool();

    /** Echoes each line and closes at QUIT. A peer that has ended still gets its answers. */
    private static final class Echo extends AsyncChat {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Echo(EventLoop loop) {
            super(loop);
            setTerminator(RecordingChat.LF);
        }

        void secure(TlsSettings tls) {
            continueInTls(tls);
        }

        @Override
        protected void collectIncomingData(byte[] bytes, int from, int to) {
            line.write(bytes, from, to - from);
        }

        @Override
        protected void foundTerminator() {
            byte[] bytes = line.toByteArray();
            line.reset();
            push(bytes);
            push(new byte[] {'\n'});
            if (new String(bytes, US_ASCII).equals("QUIT")) {
                closeWhenDone();
            }
        }

        @Override
        protected void handleEnd() {
            closeWhenDone();
        }
    }

    private static final class Door extends Dispatcher {
        private final TlsSettings tls = TlsSettings.server(CONTEXT);

        Door(EventLoop loop) throws IOException {
            super(loop);
            createServerSocket(StandardProtocolFamily.INET);
            bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listen();
        }

        @Override
        protected void handleAccepted(SocketChannel socket) throws IOException {
            var echo = new Echo(loop());
            echo.setSocket(socket);
            echo.secure(tls);
        }
    }

    /** Uses the server at this port. */
    private interface Client<T> {
        T fixture(int port) throws Exception;
    }

    private <T> T with(Client<T> client) throws Exception {
        try (EventLoop loop = EventLoop.open("sockets")) {
            int port = ((InetSocketAddress) Objects.requireNonNull(new Door(loop).localAddress())).getPort();
            Callable<T> call = () -> client.fixture(port);
            Future<T> said = clients.submit(call);
            ChatFixture.await(loop, "the client", said::isDone);
            T result = said.get();
            ChatFixture.await(loop, "the end of its channel", () -> loop.size() == 1);
            return result;
        }
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    private static SSLSocket connect(int port, String version) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(20_000);
        SSLSocket socket = (SSLSocket) CONTEXT.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aGroupIsAnsweredAndEndsWithCloseNotify(String version) throws Exception {
        String answers = with(port -> {
            try (SSLSocket socket = connect(port, version)) {
                socket.getOutputStream().write("a\nb\nQUIT\nlost\n".getBytes(US_ASCII));
                return new String(
                        socket.getInputStream().readAllBytes(), US_ASCII); // fails if there is no close_notify
            }
        });
        assertThat(answers).isEqualTo("a\nb\nQUIT\n");
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void inputByteByByteGetsTheSameAnswers(String version) throws Exception {
        String answers = with(port -> {
            try (SSLSocket socket = connect(port, version)) {
                for (byte b : "a\nb\nQUIT\n".getBytes(US_ASCII)) {
                    socket.getOutputStream().write(b);
                }
                return new String(socket.getInputStream().readAllBytes(), US_ASCII);
            }
        });
        assertThat(answers).isEqualTo("a\nb\nQUIT\n");
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aPeerThatFinishesSendingStillGetsItsAnswers(String version) throws Exception {
        String answers = with(port -> {
            try (SSLSocket socket = connect(port, version)) {
                socket.getOutputStream().write("a\nb\nunfinished".getBytes(US_ASCII));
                socket.shutdownOutput();
                return new String(socket.getInputStream().readAllBytes(), US_ASCII);
            }
        });
        assertThat(answers).isEqualTo("a\nb\n");
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void manyMebibytesAreEchoedUnchanged(String version) throws Exception {
        byte[] line = ("x".repeat(50_000) + "\n").getBytes(US_ASCII);
        int lines = 100;
        boolean same = with(port -> {
            try (SSLSocket socket = connect(port, version)) {
                socket.startHandshake();
                Future<Boolean> read = clients.submit(() -> comesBack(socket.getInputStream(), line, lines));
                for (int i = 0; i < lines; i++) {
                    socket.getOutputStream().write(line);
                }
                return read.get();
            }
        });
        assertThat(same).isTrue();
    }

    private static boolean comesBack(InputStream input, byte[] line, int lines) throws IOException {
        for (int i = 0; i < lines; i++) {
            if (!Arrays.equals(input.readNBytes(line.length), line)) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aRenegotiationIsRefusedAndAKeyUpdateCarriedOut(String version) throws Exception {
        String answers = with(port -> {
            try (SSLSocket socket = connect(port, version)) {
                socket.getOutputStream().write("a\n".getBytes(US_ASCII));
                String first = new String(socket.getInputStream().readNBytes(2), US_ASCII);
                try {
                    socket.startHandshake(); // in TLS 1.3, the JDK updates the keys instead
                    socket.getOutputStream().write("QUIT\n".getBytes(US_ASCII));
                    return first + new String(socket.getInputStream().readAllBytes(), US_ASCII);
                } catch (IOException e) {
                    return first + "refused";
                }
            }
        });
        assertThat(answers).isEqualTo(version.equals("TLSv1.3") ? "a\nQUIT\n" : "a\nrefused");
    }
}
