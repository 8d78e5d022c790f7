// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.demo.Proxy;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import jakarta.mail.Session;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mail sent through the demo's proxy arrives unchanged. */
@Timeout(60)
class ThroughTheProxyTest {
    private final MemorySpool spool = new MemorySpool(MemorySpool.DEFAULT_BYTES);
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private SmtpServer server;
    private Proxy proxy;

    @BeforeEach
    void start() throws Exception {
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 2, Limits.DEFAULTS), Ports.of(new SpoolSink(spool)));
        int port = server.listen("127.0.0.1", 0).get(0).getPort();
        var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        proxy = Proxy.start(free, "127.0.0.1", port, shown);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        server.shutdown(Duration.ZERO);
        spool.close();
    }

    @Test
    void messagesOfJakartaMailArriveByteForByte() throws Exception {
        Session session = JakartaClient.session();
        List<SampleMessage> samples = SampleMessage.all(session);
        try (var client =
                new JakartaClient(session, "127.0.0.1", proxy.address().getPort())) {
            for (SampleMessage sample : samples) {
                assertThat(client.send(sample)).startsWith("250 2.0.0 Message queued as ");
            }
        }
        assertThat(spool.ids()).hasSameSizeAs(samples);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(body(spool.ids().get(i)))
                    .isEqualTo(JakartaClient.bytes(samples.get(i).message()));
        }
        awaitShown("==> (1) \"QUIT\\r\\n\"\n");
        assertThat(shown.toString(UTF_8))
                .contains("<== (1) \"220 mx.example ", "==> (1) \"MAIL FROM:<" + SampleMessage.SENDER + ">");
    }

    private byte[] body(Ulid id) throws Exception {
        try (InputStream body = Objects.requireNonNull(spool.find(id)).body()) {
            return body.readAllBytes();
        }
    }

    @Test
    void aPipelinedSessionGetsTheSameRepliesAsWithoutTheProxy() throws Exception {
        String envelope = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n";
        try (var client = SocketClient.greeted(proxy.address())) {
            client.send(envelope + "DATA\r\n");
            assertThat(client.replies(3))
                    .satisfiesExactly(
                            mail -> assertThat(mail).startsWith("250 "),
                            rcpt -> assertThat(rcpt).startsWith("250 "),
                            data -> assertThat(data).startsWith("354 "));
            client.send("one\r\n.\r\n" + envelope + "RSET\r\n" + envelope + "DATA\r\n");
            assertThat(client.replies(7)).allMatch(reply -> reply.matches("(250|354) .*"));
            client.send("two\r\n.\r\nQUIT\r\n");
            assertThat(client.replies(2)).last().asString().startsWith("221 ");
            assertThat(client.rest()).isEmpty();
        }
        assertThat(body(spool.ids().get(0))).asString(UTF_8).isEqualTo("one\r\n");
        assertThat(body(spool.ids().get(1))).asString(UTF_8).isEqualTo("two\r\n");
        awaitShown("(1) closed");
        assertThat(shown.toString(UTF_8).lines())
                .containsSubsequence(
                        "==> (1) \"EHLO client.example\\r\\n\"",
                        "==> (1) \"MAIL FROM:<a@example.com>\\r\\n\"",
                        "==> (1) \"RCPT TO:<b@example.com>\\r\\n\"",
                        "==> (1) \"DATA\\r\\n\"",
                        "==> (1) \"one\\r\\n\"",
                        "==> (1) \".\\r\\n\"",
                        "==> (1) \"RSET\\r\\n\"",
                        "==> (1) \"QUIT\\r\\n\"");
    }

    private void awaitShown(String text) {
        await().atMost(Duration.ofSeconds(10)).until(() -> shown.toString(UTF_8).contains(text));
    }
}
