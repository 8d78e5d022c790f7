// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boxcar.async.DiscardedBytes;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.smtp.server.session.SmtpSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The parts of TLS that transcripts cannot show: injected bytes, failing handshakes, listeners with implicit TLS. */
@Timeout(60)
class StartTlsTest {
    private static final String INJECTED =
            "EHLO injected\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<a@example.com>\r\n";

    private final RecordingSink sink = new RecordingSink();
    private final TlsOffer offer = new TlsOffer(TlsOffer.Need.OPTIONAL);

    private Conversation begin() throws IOException {
        return new Conversation(Ports.of(sink).withTls(offer), Limits.DEFAULTS);
    }

    private TlsOffer ready() {
        offer.ready(TlsSettings.server(TlsClient.CONTEXT));
        return offer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void discardsAndCountsBytesInjectedAfterStarttls(String version) throws IOException {
        ready();
        try (var conversation = begin()) {
            conversation.send("EHLO client.example\r\nSTARTTLS\r\n" + INJECTED);
            conversation.await("220", () -> conversation.received().contains("220 2.0.0"));
            int lines = conversation.lines().size();
            conversation.startTls(version);
            conversation.send("DATA\r\n");
            conversation.awaitLines(lines + 1);
            assertThat(conversation.lines().subList(lines, lines + 1)).containsExactly("503 5.5.1 Send EHLO first");
            assertThat(DiscardedBytes.of(conversation.session)).isEqualTo(INJECTED.length());
            conversation.send("NOOP\r\n");
            conversation.awaitLines(lines + 2);
            assertThat(conversation.lines()).hasSize(lines + 2);
        }
        assertThat(sink.stored()).isEmpty();
    }

    @Test
    void discardsBytesInjectedWhileThe220Waits() throws IOException {
        try (var conversation = begin()) {
            conversation.send("STARTTLS\r\n");
            conversation.send(INJECTED);
            assertThat(conversation.lines()).hasSize(1); // the banner
            ready();
            conversation.awaitLines(2);
            conversation.startTls("TLSv1.3");
            conversation.send("NOOP\r\n");
            conversation.awaitLines(3);
            assertThat(conversation.lines().get(2)).isEqualTo("250 2.0.0 NOOP OK");
            assertThat(DiscardedBytes.of(conversation.session)).isEqualTo(INJECTED.length());
        }
    }

    @Test
    void limitsTheWaitForAKey() throws IOException {
        try (var conversation = begin()) {
            conversation.send("STARTTLS\r\n");
            conversation.advance(Decision.TIMEOUT.plusSeconds(1));
            conversation.awaitLines(2);
            assertThat(conversation.lines().get(1)).startsWith("454 4.7.0 ");
            conversation.send("NOOP\r\n");
            conversation.awaitLines(3); // in clear
        }
    }

    @Test
    void closesWithoutPlaintextAfterAnInvalidHandshake() throws IOException {
        ready();
        try (var conversation = begin()) {
            conversation.send("STARTTLS\r\n");
            conversation.awaitLines(2);
            conversation.send("NOOP\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).doesNotContain("NOOP");
        }
    }

    /** The log names a client that injects bytes even if it then breaks the handshake. */
    @Test
    void logsDiscardedBytesEvenIfTheHandshakeFails() throws IOException {
        ready();
        var logger = (Logger) LoggerFactory.getLogger(SmtpSession.class);
        Level level = logger.getLevel();
        var events = new ListAppender<ILoggingEvent>();
        events.start();
        logger.addAppender(events);
        logger.setLevel(Level.INFO);
        try (var conversation = begin()) {
            conversation.send("STARTTLS\r\n" + INJECTED);
            conversation.awaitLines(2);
            conversation.send("NOOP\r\n");
            conversation.awaitEnd();
        } finally {
            logger.setLevel(level);
            logger.detachAppender(events);
        }
        assertThat(events.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("TLS failed") && line.contains("discarded=" + INJECTED.length()));
    }

    @Test
    void closesIfTheHandshakeStalls() throws IOException {
        ready();
        try (var conversation = begin()) {
            conversation.send("STARTTLS\r\n");
            conversation.awaitLines(2);
            conversation.advance(Duration.ofSeconds(31));
            conversation.awaitEnd();
        }
    }

    @Test
    void anImplicitTlsListenerGreetsInsideTls() throws Exception {
        SmtpServer server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 2, Limits.DEFAULTS),
                Ports.of(sink).withTls(ready()));
        try {
            List<InetSocketAddress> addresses = listenInTls(server);
            for (int i = 0; i < 3; i++) { // on each loop
                try (var plain = new Socket(
                                addresses.get(0).getAddress(), addresses.get(0).getPort());
                        var socket = (SSLSocket)
                                TlsClient.CONTEXT.getSocketFactory().createSocket(plain, "localhost", 25, true)) {
                    socket.setSoTimeout(20_000);
                    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
                    socket.getOutputStream().write("EHLO client.example\r\nQUIT\r\n".getBytes(US_ASCII));
                    assertThat(in.readLine()).startsWith("220 mx.example");
                    assertThat(in.lines().toList())
                            .doesNotContain("250-STARTTLS")
                            .last()
                            .asString()
                            .startsWith("221");
                }
            }
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    @Test
    void aServerWithoutTlsRefusesAnImplicitTlsListener() throws Exception {
        SmtpServer server = SmtpServer.start(new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), Ports.of(sink));
        try {
            assertThatThrownBy(() -> listenInTls(server)).isInstanceOf(IllegalStateException.class);
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    @Test
    void anImplicitTlsListenerSendsNothingToAClientInClear() throws Exception {
        SmtpServer server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(sink).withTls(ready()));
        try {
            InetSocketAddress address = listenInTls(server).get(0);
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("EHLO client.example\r\n".getBytes(US_ASCII));
                byte[] said = socket.getInputStream().readAllBytes();
                assertThat(new String(said, US_ASCII)).doesNotContain("220", "mx.example");
            }
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    private static List<InetSocketAddress> listenInTls(SmtpServer server) throws IOException {
        ListenerOptions options = ListenerOptions.at("127.0.0.1", 0).withTls(ListenerOptions.Tls.IMPLICIT);
        return server.listen(options).stream()
                .map(InetSocketAddress.class::cast)
                .toList();
    }
}
