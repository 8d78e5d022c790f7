// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.Certificates;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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

/** TLS as the client asks for it, against the JDK's own blocking sockets. */
@Timeout(120)
class TlsClientTest {

    /**
     * How a server behaves: what it offers in clear, what it says to STARTTLS, and whether TLS stands from the first
     * byte on.
     */
    private record Server(boolean offers, String answer, boolean implicit) {}

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
    void nothingIsSentButAsWasAskedFor(
            TlsMode security,
            boolean offers,
            String answer,
            boolean implicit,
            TransactionResult.Outcome fate,
            boolean secure)
            throws Exception {
        var heard = new ArrayList<String>();
        assertThat(run(security, new Server(offers, answer, implicit), "localhost", null, heard))
                .isEqualTo(fate);
        assertThat(heard.stream().anyMatch(line -> line.startsWith("tls MAIL"))).isEqualTo(secure);
        assertThat(heard.stream().anyMatch(line -> line.startsWith("clear MAIL")))
                .isEqualTo(fate == TransactionResult.Outcome.ACCEPTED && !secure);
        if (secure && !implicit) {
            assertThat(heard).contains("clear EHLO client.example", "tls EHLO client.example"); // RFC 3207 §4.2
        }
    }

    @Test
    void aPasswordIsSaidInsideTls() throws Exception {
        var heard = new ArrayList<String>();
        var login = new ClientCredentials("ann", "pass", false);
        assertThat(run(TlsMode.STARTTLS, new Server(true, "220 go", false), "localhost", login, heard))
                .isEqualTo(TransactionResult.Outcome.ACCEPTED);
        assertThat(heard).contains("tls AUTH PLAIN AGFubgBwYXNz").noneMatch(line -> line.startsWith("clear AUTH"));
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        var heard = new ArrayList<String>();
        assertThat(run(TlsMode.STARTTLS, new Server(true, "220 go", false), "mx.example", null, heard))
                .isEqualTo(TransactionResult.Outcome.DEFERRED);
        assertThat(heard).noneMatch(line -> line.contains("MAIL"));
    }

    private static TransactionResult.Outcome run(
            TlsMode security, Server how, String name, @Nullable ClientCredentials login, List<String> heard) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> serve(listener, how, heard));
            var outcomes = new ArrayList<TransactionResult>();
            var options = ClientOptions.named("client.example")
                    .withTls(security, TlsSettings.client(Certificates.localhost(), name, listener.getLocalPort()));
            options = login == null ? options : options.withCredentials(login);
            try (var loop = EventLoop.open("test")) {
                var client = new SmtpClient(loop, options, failure -> {});
                var to = List.of(Recipient.of(ForwardPath.parse("<b@b.example>")));
                client.send(
                        MailTransaction.of(ReversePath.NULL, to, MessageContent.of(new byte[] {'x'})), outcomes::add);
                client.quit();
                client.open((InetSocketAddress) listener.getLocalSocketAddress());
                loop.run();
            }
            server.get(60, TimeUnit.SECONDS);
            return outcomes.get(0).recipients().get(0).outcome();
        }
    }

    private static void serve(ServerSocket listener, Server how, List<String> heard) {
        try (Socket clear = listener.accept()) {
            Socket socket = how.implicit ? secured(clear) : clear;
            String prefix = how.implicit ? "tls " : "clear ";
            say(socket, "220 hello");
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard.add(prefix + line);
                switch (line.split(" ")[0].toUpperCase(Locale.ROOT)) {
                    case "EHLO" ->
                        say(
                                socket,
                                "250-x\r\n250-AUTH PLAIN\r\n250 "
                                        + (how.offers && prefix.equals("clear ") ? "STARTTLS" : "SIZE"));
                    case "STARTTLS" -> {
                        say(socket, how.answer);
                        if (how.answer.startsWith("220")) {
                            socket = secured(clear);
                            prefix = "tls ";
                            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
                        }
                    }
                    case "AUTH" -> say(socket, "235 welcome");
                    case "DATA" -> {
                        say(socket, "354 go");
                        while (!in.readLine().equals(".")) {
                            continue;
                        }
                        say(socket, "250 taken");
                    }
                    case "QUIT" -> say(socket, "221 bye");
                    default -> say(socket, "250 ok");
                }
            }
        } catch (IOException e) {
            heard.add("lost");
        }
    }

    private static Socket secured(Socket clear) throws IOException {
        var socket = (SSLSocket) Certificates.localhost().getSocketFactory().createSocket(clear, null, false);
        socket.setUseClientMode(false);
        return socket;
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
    }
}
