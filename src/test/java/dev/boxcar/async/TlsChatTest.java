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

/** A conversation that goes over to TLS: what passes before, meanwhile and afterwards. */
class TlsChatTest {
    private static final List<String> VERSIONS = TlsPair.VERSIONS;
    private static final SSLContext CONTEXT = Certificates.localhost();

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void bothSidesConverseInTls(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            assertThat(pair.server.sessions.get(0).getProtocol()).isEqualTo(version);
            assertThat(pair.client.sessions.get(0).getCipherSuite())
                    .isEqualTo(pair.server.sessions.get(0).getCipherSuite());
            pair.client.say("EHLO\nNOOP\n");
            pair.await("the items", () -> pair.server.items.size() == 2);
            pair.server.say("250\n");
            pair.await("the answer", () -> pair.client.items.size() == 1);
            assertThat(pair.server.items).containsExactly("EHLO", "NOOP");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aTrainLeavesInOneRecordAndOneWrite(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.turns(5); // tickets
            pair.server.whenFound = () -> pair.server.say(pair.server.lastItem() + " ok\n");
            int writes = pair.serverSide.writes;
            long bytes = pair.serverSide.bytesWritten;
            pair.client.say("a\nb\nc\nd\n");
            pair.await("the answers", () -> pair.client.items.size() == 4);
            assertThat(pair.serverSide.writes - writes).isEqualTo(1);
            assertThat(pair.serverSide.bytesWritten - bytes).isBetween(20L, 20L + 40);
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void whatWasPushedBeforeLeavesInClearAndWhatIsPushedLaterWaits(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.whenFound = () -> {
                if (pair.server.lastItem().equals("STARTTLS")) {
                    pair.server.say("220\n");
                    pair.server.go(pair.serverTls);
                    pair.server.say("within\n");
                }
            };
            pair.client.whenFound = () -> {
                if (pair.client.lastItem().equals("220")) {
                    assertThat(pair.clientSide.bytesRead).isEqualTo(4);
                    pair.client.go(pair.clientTls);
                }
            };
            pair.client.say("STARTTLS\n");
            pair.await("the word within", () -> pair.client.items.size() == 2);
            assertThat(pair.client.items).containsExactly("220", "within");
            assertThat(pair.server.discarded()).isZero();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void whatStandsBehindTheCommandIsCountedAndThrownAway(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.whenFound = () -> {
                if (pair.server.lastItem().equals("STARTTLS")) {
                    pair.server.say("220\n");
                    pair.server.go(pair.serverTls);
                }
            };
            pair.client.whenFound = () -> pair.client.go(pair.clientTls);
            pair.client.say("STARTTLS\nMAIL injected\nRCPT inj");
            pair.awaitSecure();
            pair.client.say("EHLO\n");
            pair.await("the item", () -> pair.server.items.size() > 1);
            pair.turns(5);
            assertThat(pair.server.items).containsExactly("STARTTLS", "EHLO");
            assertThat(pair.server.discarded()).isEqualTo("MAIL injected\nRCPT inj".length());
        }
    }

    /** The 220 waits for something; whatever comes meanwhile cannot be the handshake. */
    @Test
    void whatComesBeforeTheLastWordInClearHasLeftIsThrownAwayToo() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            var commit = new Script("250\n220\n");
            commit.state = Producer.State.WAITING;
            pair.server.whenFound = () -> {
                pair.server.pushWithProducer(commit);
                pair.server.go(pair.serverTls);
            };
            pair.client.say("STARTTLS\n");
            pair.await("the command", () -> pair.server.items.size() == 1);
            pair.client.say("MAIL injected\n");
            pair.turns(5);
            pair.client.whenFound = () -> {
                if (pair.client.lastItem().equals("220")) {
                    pair.client.go(pair.clientTls);
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
    void aHandshakeThatCameWithAWordInClearIsNotLost(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.gate = false;
            pair.server.whenFound = () -> pair.server.goOn(pair.serverTls);
            pair.client.say("PROXY\n");
            pair.turns(3);
            pair.client.goOn(pair.clientTls); // leaves before the server reads
            pair.turns(3);
            pair.server.gate = true;
            pair.server.interestChanged();
            pair.awaitSecure();
            pair.client.say("EHLO\n");
            pair.await("the item", () -> pair.server.items.size() == 2);
            assertThat(pair.server.items).containsExactly("PROXY", "EHLO");
            assertThat(pair.server.discarded()).isZero();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void anyCuttingOfTheRecordsServes(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.serverSide.mostPerWrite = 1;
            pair.clientSide.mostPerWrite = 1;
            pair.secure();
            pair.server.whenFound = () -> pair.server.say(pair.server.lastItem() + " ok\n");
            pair.client.say("a\nb\n");
            pair.await("the answers", () -> pair.client.items.size() == 2);
            pair.client.say("c\n");
            pair.await("the answer", () -> pair.client.items.size() == 3);
            assertThat(pair.client.items).containsExactly("a ok", "b ok", "c ok");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void largeBodiesPassBothWaysAtOnce(String version) throws IOException {
        var pieces = Collections.nCopies(100, "x".repeat(30_001));
        String whole = String.join("", pieces);
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.client.setTerminator(Terminator.count(whole.length()));
            pair.server.setTerminator(Terminator.count(whole.length()));
            pair.server.pushWithProducer(new Halting(pieces));
            pair.client.pushWithProducer(new Halting(pieces));
            pair.await("both", () -> pair.server.items.size() + pair.client.items.size() == 2);
            assertThat(pair.client.items.get(0).equals(whole)).isTrue();
            assertThat(pair.server.items.get(0).equals(whole)).isTrue();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void whoeverDoesNotReadIsWaitedFor(String version) throws IOException {
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
            assertThat(pair.serverSide.writes).isEqualTo(writes); // it does not try in vain
            pair.client.gate = true;
            pair.client.interestChanged();
            pair.await("all of it", () -> pair.client.items.size() == 1);
            assertThat(pair.client.items.get(0).getBytes(ISO_8859_1)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aShutGateHoldsBackWhatWasDecryptedAndOpensAgain(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.server.whenFound =
                    () -> pair.server.gate = !pair.server.lastItem().equals("wait");
            pair.client.say("a\nwait\nb\nc\n");
            pair.await("the first", () -> pair.server.items.size() >= 2);
            pair.client.say("d\n");
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
        SSLContext context = Certificates.localhost();
        try (var first = new TlsPair(context, version).secure()) {
            first.client.say("a\n");
            first.await("the item", () -> first.server.items.size() == 1);
            first.server.say("b\n");
            first.await("the ticket", () -> first.client.items.size() == 1);
            try (var second = new TlsPair(context, version).secure()) {
                assertThat(second.client.sessions.get(0).getCreationTime())
                        .isEqualTo(first.client.sessions.get(0).getCreationTime());
                assertThat(second.clientSide.bytesRead).isLessThan(1500); // no certificate came
            }
        }
    }

    @Test
    void tlsIsPutOnOnce() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3").secure()) {
            assertThatThrownBy(() -> pair.server.go(pair.serverTls)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aContextThatServesNobodyCostsTheConnectionAlone() throws Exception {
        SSLContext empty = SSLContext.getInstance("TLS");
        empty.init(null, null, null);
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.goOn(TlsSettings.server(empty));
            pair.client.goOn(pair.clientTls);
            pair.await("the close", () -> pair.server.isClosed() && pair.client.isClosed());
            assertThat(pair.server.failures).hasSize(1);
            assertThat(pair.client.failures)
                    .singleElement()
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("handshake_failure"));
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefusedUnlessNamesDoNotMatter() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.goOn(pair.serverTls);
            pair.client.goOn(TlsSettings.client(CONTEXT, "other.example", 25));
            pair.await("the close", () -> pair.client.isClosed() && pair.server.isClosed());
            assertThat(pair.client.failures)
                    .singleElement()
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("other.example"));
            assertThat(pair.server.failures.size() + pair.server.sessions.size())
                    .isPositive();
        }
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.goOn(pair.serverTls);
            pair.client.goOn(TlsSettings.client(CONTEXT, "other.example", 25).withoutHostVerification());
            pair.awaitSecure();
            assertThat(pair.client.secure()).isTrue();
        }
    }

    @Test
    void timeForTheHandshakeIsBounded() throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3")) {
            pair.server.goOn(pair.serverTls.withHandshakeTimeout(Duration.ofMillis(50)));
            pair.await("the end", () -> !pair.server.failures.isEmpty());
            assertThat(pair.server.failures.get(0)).hasMessageContaining("longer than 50 ms");
            pair.await("the close", () -> pair.server.isClosed() && pair.client.isClosed());
        }
    }
}
