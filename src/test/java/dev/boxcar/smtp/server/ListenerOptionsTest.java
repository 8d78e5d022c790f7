// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several listeners of one server, each with its own settings. */
@Timeout(60)
class ListenerOptionsTest {
    @TempDir
    Path directory;

    private final RecordingSink sink = new RecordingSink();
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException {
        server = SmtpServer.start(
                new SmtpServer.Options(
                        "mx.example",
                        2,
                        Limits.DEFAULTS,
                        Extension.all(),
                        Access.DEFAULTS.withConnectionsPerAddress(2)),
                Ports.of(sink));
    }

    @AfterEach
    void end() throws InterruptedException {
        server.shutdown(Duration.ZERO);
    }

    private InetSocketAddress listen(ListenerOptions options) throws IOException {
        List<SocketAddress> addresses = server.listen(options);
        assertThat(addresses).hasSize(1);
        return (InetSocketAddress) addresses.get(0);
    }

    @Test
    void refusesAClientOutsideTheNetworks() throws IOException {
        ListenerOptions here = ListenerOptions.at("127.0.0.1", 0);
        InetSocketAddress open = listen(here);
        InetSocketAddress shut = listen(here.withNetworks(Networks.of(List.of("192.0.2.0/24", "local"))));
        try (var served = new SocketClient(open);
                var refused = new SocketClient(shut)) {
            assertThat(served.reply()).startsWith("220 ");
            assertThat(refused.rest()).startsWith("554 5.7.1 ").containsOnlyOnce("\r\n");
        }
    }

    @Test
    void limitsConnectionsPerAddressOverAllListeners() throws IOException {
        InetSocketAddress one = listen(ListenerOptions.at("127.0.0.1", 0));
        InetSocketAddress other = listen(ListenerOptions.at("127.0.0.1", 0));
        try (var first = SocketClient.greeted(one);
                var second = SocketClient.greeted(other)) {
            try (var third = new SocketClient(one)) {
                assertThat(third.rest())
                        .startsWith("421 4.7.0 Too many connections from")
                        .containsOnlyOnce("\r\n");
            }
            assertThat(first.ask("NOOP")).startsWith("250 ");
            assertThat(second.ask("QUIT")).startsWith("221 ");
            await().pollInSameThread().until(() -> server.openSessions() == 1);
            try (var fourth = new SocketClient(other)) {
                assertThat(fourth.reply()).startsWith("220 ");
            }
        }
    }

    @Test
    void theEnvelopeNamesTheListener() throws IOException {
        InetSocketAddress named = listen(ListenerOptions.at("127.0.0.1", 0).withName("app"));
        InetSocketAddress nameless = listen(ListenerOptions.at("127.0.0.1", 0));
        for (InetSocketAddress address : List.of(named, nameless)) {
            try (var client = SocketClient.greeted(address)) {
                client.send("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n.\r\n");
                assertThat(client.replies(4).get(3)).startsWith("250 ");
            }
        }
        assertThat(sink.stored().get(0).envelope().toString().lines()).contains("Listener: app");
        assertThat(sink.stored().get(1).envelope().toString().lines())
                .contains("Listener: 127.0.0.1:" + nameless.getPort());
    }

    @Test
    void listensOnAUnixDomainSocketWhoseClientsHaveNoAddress() throws IOException {
        Path file = directory.resolve("smtp");
        SocketAddress address =
                server.listen(ListenerOptions.atSocket(file.toString())).get(0);
        assertThat(address).isEqualTo(UnixDomainSocketAddress.of(file));
        for (int connection = 0; connection < 3; connection++) { // more than one address is allowed
            try (var client = SocketChannel.open(address)) {
                client.write(ByteBuffer.wrap(
                        ("HELO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n.\r\nQUIT\r\n")
                                .getBytes(UTF_8)));
                assertThat(readAll(client)).startsWith("220 ").contains("\r\n221 ");
            }
        }
        assertThat(sink.stored().get(0).envelope().toString().lines())
                .contains("Client: local", "Listener: unix:" + file);
    }

    private static String readAll(SocketChannel client) throws IOException {
        var all = new StringBuilder();
        var buffer = ByteBuffer.allocate(4096);
        while (client.read(buffer.clear()) >= 0) {
            all.append(new String(buffer.array(), 0, buffer.position(), UTF_8));
        }
        return all.toString();
    }

    @Test
    void reportsAnUnusableSocketInOneLine() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));
        assertThatIOException()
                .isThrownBy(() -> server.listen(ListenerOptions.atSocket(taken.toString())))
                .withMessageStartingWith("cannot listen on unix:" + taken + ": ");
        assertThatIOException()
                .isThrownBy(() -> server.listen(ListenerOptions.atSocket(directory + "/" + "x".repeat(200))))
                .withMessageStartingWith("cannot listen on unix:");
    }
}
