// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.TestCertificates;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client's TLS modes, against the JDK's own blocking sockets. */
@Timeout(120)
class TlsClientTest {

    /**
     * How the server behaves.
     *
     * @param offersStartTls whether it lists STARTTLS in clear text
     * @param reply its reply to STARTTLS
     * @param implicit whether it starts TLS at the first byte
     */
    private record Behaviour(boolean offersStartTls, String reply, boolean implicit) {
        static final Behaviour STARTTLS = new Behaviour(true, "220 go", false);
    }

    @ParameterizedTest
    @CsvSource({
        "STARTTLS, true, 220 go, false, ACCEPTED, true",
        "STARTTLS, false, 220 go, false, DEFERRED, false",
        "STARTTLS, true, 454 not now, false, DEFERRED, false",
        "STARTTLS, true, '220 go\r\n250 injected', false, DEFERRED, false",
        "OPPORTUNISTIC, true, 220 go, false, ACCEPTED, true",
        "OPPORTUNISTIC, false, 220 go, false, ACCEPTED, false",
        "OPPORTUNISTIC, true, 454 not now, false, ACCEPTED, false",
        "IMPLICIT, false, 220 go, true, ACCEPTED, true",
        "NONE, true, 220 go, false, ACCEPTED, false"
    })
    void sendsMailOnlyAsTheTlsModeAllows(
            TlsMode tlsMode,
            boolean offersStartTls,
            String reply,
            boolean implicit,
            TransactionResult.Outcome outcome,
            boolean encrypted)
            throws Exception {
        var received = new ArrayList<String>();
        assertThat(run(tlsMode, new Behaviour(offersStartTls, reply, implicit), "localhost", null, received))
                .isEqualTo(outcome);
        assertThat(received.stream().anyMatch(line -> line.startsWith("tls MAIL")))
                .isEqualTo(encrypted);
        assertThat(received.stream().anyMatch(line -> line.startsWith("clear MAIL")))
                .isEqualTo(outcome == TransactionResult.Outcome.ACCEPTED && !encrypted);
        if (encrypted && !implicit) {
            assertThat(received).contains("clear EHLO client.example", "tls EHLO client.example"); // RFC 3207 §4.2
        }
    }

    @Test
    void sendsThePasswordInsideTls() throws Exception {
        var received = new ArrayList<String>();
        var credentials = ClientCredentials.onlyInsideTls("ann", "pass");
        assertThat(run(TlsMode.STARTTLS, Behaviour.STARTTLS, "localhost", credentials, received))
                .isEqualTo(TransactionResult.Outcome.ACCEPTED);
        assertThat(received).contains("tls AUTH PLAIN AGFubgBwYXNz").noneMatch(line -> line.startsWith("clear AUTH"));
    }

    @Test
    void rejectsACertificateForAnotherName() throws Exception {
        var received = new ArrayList<String>();
        assertThat(run(TlsMode.STARTTLS, Behaviour.STARTTLS, "mx.example", null, received))
                .isEqualTo(TransactionResult.Outcome.DEFERRED);
        assertThat(received).noneMatch(line -> line.contains("MAIL"));
    }

    @Test
    void aServerThatClosesTheConnectionInTheHandshakeFailsAtStartTls() throws Exception {
        var ends = new ArrayList<@Nullable SessionFailure>();
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var loop = EventLoop.open("test")) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> closeAfterStartTls(listener));
            var options = ClientOptions.named("client.example")
                    .withTls(
                            TlsMode.OPPORTUNISTIC,
                            TlsSettings.client(TestCertificates.localhost(), "localhost", listener.getLocalPort()));
            new SmtpClient(loop, options, ends::add).open(listener.getLocalSocketAddress());
            loop.run();
            server.get(60, TimeUnit.SECONDS);
        }
        assertThat(ends)
                .singleElement()
                .isNotNull()
                .satisfies(end -> assertThat(end.step()).isEqualTo(SessionStep.STARTTLS));
    }

    private static void closeAfterStartTls(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            send(socket, "220 hello");
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            in.readLine();
            send(socket, "250-x\r\n250 STARTTLS");
            in.readLine();
            send(socket, "220 go");
            socket.shutdownOutput();
            while (in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TransactionResult.Outcome run(
            TlsMode tlsMode,
            Behaviour behaviour,
            String name,
            @Nullable ClientCredentials credentials,
            List<String> received)
            throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> serve(listener, behaviour, received));
            var results = new ArrayList<TransactionResult>();
            var options = ClientOptions.named("client.example")
                    .withTls(tlsMode, TlsSettings.client(TestCertificates.localhost(), name, listener.getLocalPort()));
            options = credentials == null ? options : options.withCredentials(credentials);
            try (var loop = EventLoop.open("test")) {
                var client = new SmtpClient(loop, options, failure -> {});
                var to = List.of(Recipient.of(ForwardPath.parse("<b@b.example>")));
                client.send(
                        MailTransaction.of(ReversePath.NULL, to, MessageContent.of(new byte[] {'x'})), results::add);
                client.quit();
                client.open((InetSocketAddress) listener.getLocalSocketAddress());
                loop.run();
            }
            server.get(60, TimeUnit.SECONDS);
            return results.get(0).recipients().get(0).outcome();
        }
    }

    private static void serve(ServerSocket listener, Behaviour behaviour, List<String> received) {
        try (Socket clear = listener.accept()) {
            Socket socket = behaviour.implicit ? secured(clear) : clear;
            String prefix = behaviour.implicit ? "tls " : "clear ";
            send(socket, "220 hello");
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                received.add(prefix + line);
                switch (line.split(" ")[0].toUpperCase(Locale.ROOT)) {
                    case "EHLO" ->
                        send(
                                socket,
                                "250-x\r\n250-AUTH PLAIN\r\n250 "
                                        + (behaviour.offersStartTls && prefix.equals("clear ") ? "STARTTLS" : "SIZE"));
                    case "STARTTLS" -> {
                        send(socket, behaviour.reply);
                        if (behaviour.reply.startsWith("220")) {
                            socket = secured(clear);
                            prefix = "tls ";
                            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
                        }
                    }
                    case "AUTH" -> send(socket, "235 welcome");
                    case "DATA" -> {
                        send(socket, "354 go");
                        while (!in.readLine().equals(".")) {
                            continue;
                        }
                        send(socket, "250 taken");
                    }
                    case "QUIT" -> send(socket, "221 bye");
                    default -> send(socket, "250 ok");
                }
            }
        } catch (IOException e) {
            received.add("connection lost");
        }
    }

    private static Socket secured(Socket clear) throws IOException {
        var socket = (SSLSocket) TestCertificates.localhost().getSocketFactory().createSocket(clear, null, false);
        socket.setUseClientMode(false);
        return socket;
    }

    private static void send(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
    }
}
