// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a TLS connection ends: with close_notify, without it, or with garbage. */
class TlsEndTest {
    private static final List<String> VERSIONS = TlsPair.VERSIONS;
    private static final SSLContext CONTEXT = TestCertificates.localhost();

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aCloseSendsCloseNotifyAndIsAnswered(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.server.send("221\n");
            pair.server.closeWhenDone();
            pair.await("the close", () -> pair.server.isClosed() && pair.client.isClosed());
            assertThat(pair.client.items).containsExactly("221");
            assertThat(pair.client.events).containsSubsequence("end", "closed"); // an end, not a truncation
            assertThat(pair.server.hasEnded()).isTrue(); // the client has sent close_notify too
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void anImmediateCloseSendsCloseNotifyToo(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.turns(5);
            pair.server.close();
            pair.await("the close", pair.client::isClosed);
            assertThat(pair.client.events).contains("end");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void anEndWithoutCloseNotifyIsATruncation(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.client.send("whole\nhalf");
            pair.await("the item", () -> pair.server.items.size() == 1);
            pair.turns(5);
            pair.clientSide.shutdownOutput();
            pair.await("the close", pair.server::isClosed);
            assertThat(pair.server.events).containsExactly("close", "closed");
            assertThat(pair.server.items).containsExactly("whole");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aPeerThatHasEndedStillGetsItsAnswers(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.server.closesAtEnd = false;
            pair.server.whenEnded = pair.server::closeWhenDone;
            pair.client.closesAtEnd = false;
            var commit = new ScriptedProducer("commit\n");
            commit.state = Producer.State.WAITING;
            pair.server.whenFound = () -> {
                if (pair.server.items.size() == 1) {
                    pair.server.pushWithProducer(commit);
                }
            };
            pair.client.send("DATA\nNOOP\n");
            pair.client.shutdownWhenDone();
            pair.await("the items", () -> pair.server.items.size() == 2);
            pair.turns(10);
            assertThat(pair.server.isClosed()).isFalse();
            commit.state = Producer.State.READY;
            pair.server.interestChanged();
            pair.await("the close", () -> pair.client.isClosed() && pair.server.isClosed());
            assertThat(pair.client.items).containsExactly("commit");
            assertThat(pair.client.events).containsSubsequence("end", "closed");
        }
    }

    /** In TLS 1.3 each direction has an end of its own (RFC 8446 §6.1). */
    @ParameterizedTest
    @ValueSource(strings = "TLSv1.3")
    void aHalfCloseLeavesTheOtherDirectionOpen(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.server.closesAtEnd = false;
            pair.client.shutdownWhenDone();
            pair.await("the end", pair.server::hasEnded);
            pair.server.send("still speaking\n");
            pair.await("the item", () -> pair.client.items.size() == 1);
            pair.server.shutdownWhenDone();
            pair.await("the close", () -> pair.client.isClosed() && pair.server.isClosed());
            assertThat(pair.client.failures).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"EHLO in.clear\r\n", "GET / HTTP/1.0\r\n\r\n", "\u0016\u0003\u0001\u00ff\u00ff", "\u0080\u0080"})
    void garbageInsteadOfAHandshakeFailsThatConnectionOnly(String garbage) throws IOException {
        try (var pair = new TlsPair(CONTEXT, "TLSv1.3");
                var other = new ChatFixture(ConnectionType.TCP)) {
            pair.server.continueWithTls(pair.serverTls);
            pair.client.send(garbage + "x".repeat(70_000));
            pair.await("the failure", () -> !pair.server.failures.isEmpty());
            pair.client.closeWhenDone();
            pair.await("the close", pair.server::isClosed);
            assertThat(pair.server.items).isEmpty();
            assertThat(pair.server.sessions).isEmpty();
            other.deliver("fine\n");
            assertThat(other.chat.items).containsExactly("fine");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void garbageAfterTheHandshakeIsNotDispatched(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version).secure()) {
            pair.client.send("good\n");
            pair.await("the item", () -> pair.server.items.size() == 1);
            pair.clientSide.write(new ByteBuffer[] {ByteBuffer.wrap("EVIL\n\n\n".getBytes(ISO_8859_1))}, 1);
            pair.await("the failure", () -> !pair.server.failures.isEmpty());
            pair.await("the close", () -> pair.server.isClosed() && pair.client.isClosed());
            assertThat(pair.server.items).containsExactly("good");
            assertThat(pair.client.failures.size() + pair.client.events.size()).isPositive();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aPeerThatVanishesDuringTheHandshakeFailsThatConnectionOnly(String version) throws IOException {
        var random = new Random(7);
        for (int i = 0; i < 20; i++) {
            int max = random.nextInt(1, 900);
            try (var pair = new TlsPair(CONTEXT, version)) {
                pair.clientSide.maxPerWrite = max;
                pair.server.continueWithTls(pair.serverTls);
                pair.client.continueWithTls(pair.clientTls);
                pair.await("some of it", () -> pair.clientSide.bytesWritten > 0);
                pair.clientSide.close();
                pair.await("the close", pair.server::isClosed);
                assertThat(pair.server.items).isEmpty();
                assertThat(pair.loop.size()).isLessThanOrEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void aCloseDuringTheHandshakeDoesNotWaitForIt(String version) throws IOException {
        try (var pair = new TlsPair(CONTEXT, version)) {
            pair.server.continueWithTls(pair.serverTls);
            pair.turns(2);
            pair.server.send("421\n");
            pair.server.closeWhenDone();
            pair.await("the close", () -> pair.client.isClosed() && pair.server.isClosed());
            assertThat(pair.client.items).isEmpty();
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void flippedBitsAreNotDispatched(String version) throws IOException {
        for (int at : new int[] {0, 3, 5, 20}) {
            try (var pair = new TlsPair(CONTEXT, version).secure()) {
                pair.turns(5);
                byte[] record = new byte[60];
                Arrays.fill(record, (byte) at);
                record[0] = 23;
                record[1] = 3;
                record[2] = 3;
                record[3] = 0;
                record[4] = 55;
                pair.clientSide.write(new ByteBuffer[] {ByteBuffer.wrap(record)}, 1);
                pair.await("the close", () -> pair.server.isClosed());
                assertThat(pair.server.failures).hasSize(1);
                assertThat(pair.server.items).isEmpty();
            }
        }
    }
}
