// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** A listener that cannot be opened does not affect the others. */
class ListenersTest {
    private static ServerSocket takeAPortOfTheIpv6Loopback() throws IOException {
        var six = new byte[16];
        six[15] = 1;
        try {
            return new ServerSocket(0, 1, InetAddress.getByAddress(six));
        } catch (SocketException e) {
            throw new TestAbortedException("this machine has no IPv6 loopback: " + e.getMessage());
        }
    }

    @Test
    void otherListenersSurviveAFailureToListenOnLocalhost() throws Exception {
        var server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(new MemorySpool(1_000_000))));
        try (var other = takeAPortOfTheIpv6Loopback()) {
            var address = server.listen("127.0.0.1", 0).get(0);
            assertThatIOException().isThrownBy(() -> server.listen("localhost", other.getLocalPort()));
            try (var client = new SocketClient(address)) {
                assertThat(client.reply()).startsWith("220 ");
            }
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    @Test
    void listeningAfterShutdownThrowsAnIOException() throws Exception {
        var server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(new MemorySpool(1_000_000))));
        server.shutdown(Duration.ZERO);
        server.shutdown(Duration.ZERO);
        assertThatIOException().isThrownBy(() -> server.listen("127.0.0.1", 0));
    }
}
