// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.tls.TlsSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A conversation that starts TLS: the data before, during and after the handshake. */
class TlsChatTest {
    private static final List<String> VERSIONS = TlsPair.VERSIONS;
    private static final SSLContext CONTEXT = TestCertificates.localhost();

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void bothSidesExchangeLinesInTls(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            assertThat(pair.server.sessions.get(0).getProtocol()).isEqualTo(version);
            assertThat(pair.client.sessions.get(0).getCipherSuite())
                    .isEqualTo(pair.server.sessions.get(0).getCipherSuite());
            pair.client.send("EHLO\nNOOP\n");
            pair.await("the items", () -> pair.server.items.size() == 2);
            pair.server.send("250\n");
            pair.await("the answer", () -> pair.client.items.size() == 1);
            assertThat(pair.server.items).containsExactly("EHLO", "NOOP");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aGroupLeavesInOneRecordAndOneWrite(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.turns(5); // lets session tickets pass
            pair.server.whenFound = () -> pair.server.send(pair.server.lastItem() + " ok\n");
            int writes = pair.serverSide.writes;
            long bytes = pair.serverSide.bytesWritten;
            pair.client.send("a\nb\nc\nd\n");
            pair.await("the answers", () -> pair.client.items.size() == 4);
            assertThat(pair.serverSide.writes - writes).isEqualTo(1);
            assertThat(pair.serverSide.bytesWritten - bytes).isBetween(20L, 20L + 40);
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void earlierOutputLeavesInClearTextAndLaterOutputWaits(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.whenFound = () -> {
                if (pair.server.lastItem().equals("STARTTLS")) {
                    pair.server.send("220\n");
                    pair.server.beginTls(pair.serverTls);
                    pair.server.send("within\n");
                }
            };
            pair.client.whenFound = () -> {
                if (pair.client.lastItem().equals("220")) {
                    assertThat(pair.clientSide.bytesRead).isEqualTo(4);
                    pair.client.beginTls(pair.clientTls);
                }
            };
            pair.client.send("STARTTLS\n");
            pair.await("the output in TLS", () -> pair.client.items.size() == 2);
            assertThat(pair.client.items).containsExactly("220", "within");
            assertThat(pair.server.discarded()).isZero();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void inputAfterTheCommandIsCountedAndDiscarded(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.whenFound = () -> {
                if (pair.server.lastItem().equals("STARTTLS")) {
                    pair.server.send("220\n");
                    pair.server.beginTls(pair.serverTls);
                }
            };
            pair.client.whenFound = () -> pair.client.beginTls(pair.clientTls);
            pair.client.send("STARTTLS\nMAIL injected\nRCPT inj");
            pair.awaitSecure();
            pair.client.send("EHLO\n");
            pair.await("the item", () -> pair.server.items.size() > 1);
            pair.turns(5);
            assertThat(pair.server.items).containsExactly("STARTTLS", "EHLO");
            assertThat(pair.server.discarded()).isEqualTo("MAIL injected\nRCPT inj".length());
        }
    }

    /** The 220 reply waits. Input that arrives before it has left cannot belong to the handshake. */
    @Test
    void inputBeforeTheLastClearTextOutputIsDiscarded() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            var commit = new ScriptedProducer("250\n220\n");
            commit.state = Producer.State.WAITING;
            pair.server.whenFound = () -> {
                pair.server.pushWithProducer(commit);
                pair.server.beginTls(pair.serverTls);
            };
            pair.client.send("STARTTLS\n");
            pair.await("the command", () -> pair.server.items.size() == 1);
            pair.client.send("MAIL injected\n");
            pair.turns(5);
            pair.client.whenFound = () -> {
                if (pair.client.lastItem().equals("220")) {
                    pair.client.beginTls(pair.clientTls);
                }
            };
            commit.state = Producer.State.READY;
            pair.server.interestChanged();
            pair.awaitSecure();
            assertThat(pair.server.failures).isEmpty();
            assertThat(pair.server.discarded()).isEqualTo("MAIL injected\n".length());
            pair.turns(5);
            assertThat(pair.server.items).containsExactly("STARTTLS");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aHandshakeThatArrivesWithClearTextIsNotLost(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.gate = false;
            pair.server.whenFound = () -> pair.server.continueWithTls(pair.serverTls);
            pair.client.send("PROXY\n");
            pair.turns(3);
            pair.client.continueWithTls(pair.clientTls); // sent before the server reads
            pair.turns(3);
            pair.server.gate = true;
            pair.server.interestChanged();
            pair.awaitSecure();
            pair.client.send("EHLO\n");
            pair.await("the item", () -> pair.server.items.size() == 2);
            assertThat(pair.server.items).containsExactly("PROXY", "EHLO");
            assertThat(pair.server.discarded()).isZero();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void recordsMayBeSplitAnywhere(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.serverSide.maxPerWrite = 1;
            pair.clientSide.maxPerWrite = 1;
            pair.secure();
            pair.server.whenFound = () -> pair.server.send(pair.server.lastItem() + " ok\n");
            pair.client.send("a\nb\n");
            pair.await("the answers", () -> pair.client.items.size() == 2);
            pair.client.send("c\n");
            pair.await("the answer", () -> pair.client.items.size() == 3);
            assertThat(pair.client.items).containsExactly("a ok", "b ok", "c ok");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void largeBodiesPassInBothDirectionsAtOnce(String version) throws IOException {
        var pieces = Collections.nCopies(100, "x".repeat(30_001));
        String whole = String.join("", pieces);
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.client.setTerminator(Terminator.count(whole.length()));
            pair.server.setTerminator(Terminator.count(whole.length()));
            pair.server.pushWithProducer(new StrictProducer(pieces));
            pair.client.pushWithProducer(new StrictProducer(pieces));
            pair.await("both", () -> pair.server.items.size() + pair.client.items.size() == 2);
            assertThat(pair.client.items.get(0).equals(whole)).isTrue();
            assertThat(pair.server.items.get(0).equals(whole)).isTrue();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void outputWaitsForAPeerThatDoesNotRead(String version) throws IOException {
        var text = new byte[3_000_000];
        Arrays.fill(text, (byte) 'x');
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.client.setTerminator(Terminator.count(text.length));
            pair.client.gate = false;
            pair.client.interestChanged();
            pair.server.push(text);
            pair.turns(50);
            int writes = pair.serverSide.writes;
            pair.turns(50);
            assertThat(pair.serverSide.bytesWritten).isLessThan(2_500_000);
            assertThat(pair.serverSide.writes).isEqualTo(writes); // it makes no useless attempts
            pair.client.gate = true;
            pair.client.interestChanged();
            pair.await("all of it", () -> pair.client.items.size() == 1);
            assertThat(pair.client.items.get(0).getBytes(ISO_8859_1)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aClosedGateHoldsBackDecryptedInputUntilItOpens(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.server.whenFound =
                    () -> pair.server.gate = !pair.server.lastItem().equals("wait");
            pair.client.send("a\nwait\nb\nc\n");
            pair.await("the first", () -> pair.server.items.size() >= 2);
            pair.client.send("d\n");
            pair.turns(10);
            assertThat(pair.server.items).containsExactly("a", "wait");
            pair.server.gate = true;
            pair.server.interestChanged();
            pair.await("the rest", () -> pair.server.items.size() == 5);
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aSecondConnectionResumesTheSession(String version) throws IOException {
        SSLContext context = TestCertificates.localhost();
        try (var first = new TlsPair(context, version).secure()) {
            first.client.send("a\n");
            first.await("the item", () -> first.server.items.size() == 1);
            first.server.send("b\n");
            first.await("the ticket", () -> first.client.items.size() == 1);
            try (var second = new TlsPair(context, version).secure()) {
                assertThat(second.client.sessions.get(0).getCreationTime())
                        .isEqualTo(first.client.sessions.get(0).getCreationTime());
                assertThat(second.clientSide.bytesRead).isLessThan(1500); // no certificate was sent
            }
        }
    }

    @Test
    void tlsCanBeStartedOnce() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3").secure()) {
            assertThatThrownBy(() -> pair.server.beginTls(pair.serverTls)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anUnusableContextFailsThatConnectionOnly() throws Exception {
        SSLContext empty = SSLContext.getInstance("TLS");
        empty.init(null, null, null);
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.continueWithTls(TlsSettings.server(empty));
            pair.client.continueWithTls(pair.clientTls);
            pair.await("the close", () -> pair.server.isClosed() && pair.client.isClosed());
            assertThat(pair.server.failures).hasSize(1);
            assertThat(pair.client.failures)
                    .singleElement()
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("handshake_failure"));
        }
    }

    @Test
    void aCertificateForAnotherNameIsRejectedUnlessNamesAreNotVerified() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.continueWithTls(pair.serverTls);
            pair.client.continueWithTls(TlsSettings.client(CONTEXT, "other.example", 25));
            pair.await("the close", () -> pair.client.isClosed() && pair.server.isClosed());
            assertThat(pair.client.failures)
                    .singleElement()
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("other.example"));
            assertThat(pair.server.failures.size() + pair.server.sessions.size())
                    .isPositive();
        }
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.continueWithTls(pair.serverTls);
            pair.client.continueWithTls(
                    TlsSettings.client(CONTEXT, "other.example", 25).withoutHostVerification());
            pair.awaitSecure();
            assertThat(pair.client.secure()).isTrue();
        }
    }

    @Test
    void theHandshakeHasATimeout() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.continueWithTls(pair.serverTls.withHandshakeTimeout(Duration.ofMillis(50)));
            pair.await("the end", () -> !pair.server.failures.isEmpty());
            assertThat(pair.server.failures.get(0)).hasMessageContaining("longer than 50 ms");
            pair.await("the close", () -> pair.server.isClosed() && pair.client.isClosed());
        }
    }
}
