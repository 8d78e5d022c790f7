// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners with implicit TLS (RFC 8314 §3.3) whose key is not loaded yet: nothing is sent in clear. */
@Timeout(60)
class ImplicitTlsTest {
    private static final ListenerOptions LISTENER =
            ListenerOptions.at("127.0.0.1", 0).withTls(ListenerOptions.Tls.IMPLICIT);

    private final TlsOffer offer = new TlsOffer(TlsOffer.Need.OPTIONAL);

    private Conversation begin(ListenerOptions listener) throws IOException {
        return new Conversation(
                Ports.of(new RecordingSink()).withTls(offer),
                Limits.DEFAULTS,
                Access.DEFAULTS,
                Extension.all(),
                null,
                listener);
    }

    private void loadKey() {
        offer.ready(TlsSettings.server(TlsClient.CONTEXT));
    }

    private static void assertGreetsInTls(Conversation conversation) throws IOException {
        assertThat(conversation.received()).isEmpty();
        conversation.startTls("TLSv1.3");
        conversation.awaitLines(1);
        assertThat(conversation.lines()).containsExactly("220 mx.example ESMTP Boxcar");
    }

    private static void assertClosedWithoutReply(Conversation conversation) throws IOException {
        conversation.awaitEnd();
        assertThat(conversation.received()).isEmpty();
        assertThat(conversation.sessionClosed()).isTrue();
    }

    /** After the start of a handshake the server may close with a TLS alert, which is not a reply line. */
    private static void assertClosedWithoutReplyLine(Conversation conversation) throws IOException {
        conversation.awaitEnd();
        assertThat(conversation.lines()).isEmpty();
    }

    @Test
    void waitsForAKeyThatIsLate() throws IOException {
        try (var conversation = begin(LISTENER)) {
            conversation.advance(Duration.ofSeconds(20));
            assertThat(conversation.ended()).isFalse();
            loadKey();
            assertGreetsInTls(conversation);
        }
    }

    @Test
    void theKeyMayArriveOnAnotherThread() throws IOException {
        try (var conversation = begin(LISTENER)) {
            CompletableFuture.runAsync(this::loadKey).join();
            conversation.turn();
            assertGreetsInTls(conversation);
        }
    }

    @Test
    void treatsEarlyInputAsTls() throws IOException {
        try (var conversation = begin(LISTENER)) {
            conversation.send("EHLO in.clear\r\n");
            loadKey();
            assertClosedWithoutReplyLine(conversation);
        }
    }

    @Test
    void closesIfThereIsNoKey() throws IOException {
        try (var conversation = begin(LISTENER)) {
            offer.unavailable();
            assertClosedWithoutReply(conversation);
        }
    }

    @Test
    void closesIfTheKeyDoesNotArriveInTime() throws IOException {
        try (var conversation = begin(LISTENER)) {
            conversation.advance(Decision.TIMEOUT.minusSeconds(1));
            assertThat(conversation.ended()).isFalse();
            conversation.advance(Duration.ofSeconds(1));
            assertClosedWithoutReply(conversation);
        }
    }

    @Test
    void acceptsOnlyAHandshake() throws IOException {
        loadKey();
        try (var conversation = begin(LISTENER)) {
            conversation.advance(Decision.TIMEOUT);
            assertClosedWithoutReplyLine(conversation);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shutdownSendsNothingInClear(boolean ready) throws IOException {
        if (ready) {
            loadKey();
        }
        try (var conversation = begin(LISTENER)) {
            conversation.session.drain();
            conversation.turn();
            assertClosedWithoutReplyLine(conversation);
        }
    }

    @Test
    void aProxyHeaderComesBeforeTls() throws IOException {
        loadKey();
        try (var conversation = begin(LISTENER.withProxy(Networks.of(List.of("0.0.0.0/0"))))) {
            conversation.sendRaw("PROXY TCP4 198.51.100.7 192.0.2.1 4711 465\r\n".getBytes(US_ASCII));
            assertGreetsInTls(conversation);
        }
    }

    @Test
    void sendsNothingToAProxyWithoutAHeader() throws IOException {
        loadKey();
        try (var conversation = begin(LISTENER.withProxy(Networks.of(List.of("0.0.0.0/0"))))) {
            conversation.sendRaw("EHLO in.clear\r\n".getBytes(US_ASCII));
            assertClosedWithoutReply(conversation);
        }
    }
}
