// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a conversation ends: by either side, by half-closes, and with output still on its way. */
class ChatEndTest {

    @ParameterizedTest
    @EnumSource
    void theLastOutputArrivesAlthoughThePeerKeepsSending(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("L".repeat(2_000_000) + "bye\n");
                fixture.chat.closeWhenDone();
            };
            fixture.deliver("QUIT\n");
            var noise = new byte[10_000];
            int sent = 0;
            for (int i = 0; i < 30; i++) { // unread input at a close would reset the connection
                sent += fixture.peer.send(noise);
                fixture.turn();
            }
            assertThat(sent).isGreaterThan(100_000);
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.lost).isFalse();
            assertThat(fixture.peer.received()).hasSize(2_000_004).endsWith("bye\n");
            assertThat(fixture.chat.isClosed()).isFalse(); // it waits for the peer to end
            fixture.peer.end();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.events).containsExactly("closed"); // that end was not reported
            assertThat(fixture.chat.items).containsExactly("QUIT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastOutputArrivesAlthoughMoreInputComesLater(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("421");
                fixture.chat.closeWhenDone();
            };
            fixture.deliver("bad\ntrain\n");
            assertThat(fixture.chat.isClosed()).isFalse();
            fixture.deliver("more of it\n");
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.lost).isFalse();
            assertThat(fixture.peer.received()).isEqualTo("421");
            fixture.peer.end();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.items).containsExactly("bad");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseAtOnceWaitsForTheOutputButNotForThePeer(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("L".repeat(2_000_000) + "bye\n");
                fixture.chat.closeAtOnceWhenDone();
            };
            fixture.deliver("QUIT\n");
            assertThat(fixture.chat.isClosed()).isFalse(); // the peer has not taken everything
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.lost).isFalse();
            assertThat(fixture.peer.received()).hasSize(2_000_004).endsWith("bye\n");
            assertThat(fixture.chat.isClosed()).isTrue();
            assertThat(fixture.chat.events).containsExactly("closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseThatWaitsIsNotShortenedByOneThatDoesNot(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.closeWhenDone();
                fixture.chat.closeAtOnceWhenDone();
            };
            fixture.deliver("QUIT\n");
            fixture.awaitPeerEnded();
            assertThat(fixture.chat.isClosed()).isFalse();
        }
    }

    @Test
    void aPeerThatNeverStopsSendingIsCutOff() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = fixture.chat::closeWhenDone;
            fixture.peer.send("QUIT\n");
            var noise = new byte[50_000];
            long[] sent = new long[1];
            fixture.await("the close", () -> {
                sent[0] += fixture.chat.isClosed() ? 0 : fixture.peer.send(noise);
                return fixture.chat.isClosed();
            });
            assertThat(sent[0]).isLessThan(3_000_000);
            assertThat(fixture.loop.size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatHasEndedStillGetsItsAnswers(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.closesAtEnd = false;
            fixture.chat.whenEnded = fixture.chat::closeWhenDone;
            var commit = new ScriptedProducer("commit ");
            commit.state = Producer.State.WAITING;
            fixture.chat.whenFound = () -> {
                fixture.chat.pushWithProducer(commit);
                fixture.chat.send("after");
            };
            fixture.deliver("DATA\n");
            fixture.peer.end();
            fixture.await("the end", fixture.chat::hasEnded);
            fixture.turns(3);
            assertThat(fixture.chat.isClosed()).isFalse();
            assertThat(fixture.chat.events).containsExactly("end");
            commit.state = Producer.State.READY;
            fixture.chat.interestChanged();
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("commit after");
            assertThat(fixture.chat.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndIsReportedOnce(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.closesAtEnd = false;
            fixture.peer.end();
            fixture.await("the end", fixture.chat::hasEnded);
            int reads = fixture.transport.reads;
            fixture.chat.interestChanged();
            fixture.turns(5);
            assertThat(fixture.transport.reads).isEqualTo(reads);
            assertThat(fixture.chat.events).containsExactly("end");
            fixture.chat.send("still speaking");
            fixture.awaitReceived("still speaking");
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeersEndIsReportedAfterAllItsInput(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> fixture.chat.gate = false;
            fixture.deliver("a\nb\n");
            fixture.peer.end();
            fixture.turns(5);
            assertThat(fixture.chat.events).isEmpty();
            fixture.chat.whenFound = () -> {};
            fixture.chat.gate = true;
            fixture.chat.interestChanged();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.items).containsExactly("a", "b");
            assertThat(fixture.chat.events).containsExactly("end", "close", "closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHalfCloseEndsOutputAndInputGoesOn(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.send("L".repeat(500_000));
            fixture.chat.shutdownWhenDone();
            assertThatThrownBy(() -> fixture.chat.send("more")).isInstanceOf(IllegalStateException.class);
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).hasSize(500_000);
            fixture.deliver("still\nlistening\n");
            assertThat(fixture.chat.items).containsExactly("still", "listening");
            fixture.peer.end();
            fixture.await("the close", fixture.chat::isClosed);
        }
    }

    @Test
    void aHalfCloseInTheMiddleOfALongGroupDispatchesTheRest() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = fixture.chat::shutdownWhenDone;
            fixture.deliver("x\n".repeat(5000));
            fixture.await("all items", () -> fixture.chat.items.size() == 5000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theChannelClosesWhenBothDirectionsHaveEnded(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.closesAtEnd = false;
            fixture.peer.end();
            fixture.await("the end", fixture.chat::hasEnded);
            fixture.chat.send("last");
            fixture.chat.shutdownWhenDone();
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("last");
            assertThat(fixture.chat.isClosed()).isTrue();
        }
    }

    @Test
    void remainingInputIsDispatchedBeforeBothDirectionsClose() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.chat.closesAtEnd = false;
            fixture.chat.whenEnded = () -> {
                fixture.chat.setTerminator(RecordingChat.terminator("\r")); // the last line may lack its LF
                fixture.chat.shutdownWhenDone();
            };
            fixture.deliver("a\r");
            fixture.peer.end();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.items).containsExactly("a");
        }
    }

    @Test
    void aHalfCloseMayBecomeAClose() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.shutdownWhenDone();
            fixture.turn();
            fixture.chat.closeWhenDone();
            fixture.chat.shutdownWhenDone(); // has no effect after the close
            fixture.turn();
            fixture.peer.close();
            fixture.await("the close", fixture.chat::isClosed);
        }
    }

    @Test
    void f3_aSecondCloseIsHarmlessAndACloseRemovesTheChannelFromTheLoop() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            assertThat(fixture.loop.channels()).containsExactly(fixture.chat);
            fixture.chat.close();
            fixture.chat.close();
            fixture.chat.closeWhenDone();
            fixture.chat.interestChanged();
            fixture.turns(2);
            assertThat(fixture.chat.events).containsExactly("closed");
            assertThat(fixture.loop.channels()).isEmpty();
            assertThat(fixture.chat.isConnected()).isFalse();
            fixture.awaitPeerEnded();
        }
    }

    @ParameterizedTest
    @EnumSource
    void i7_aChannelThatSendsToAPeerThatIsGoneCloses(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.closesAtEnd = false;
            fixture.peer.close();
            fixture.await("the close", () -> {
                if (!fixture.chat.isClosed()) {
                    fixture.chat.send("anybody there?");
                }
                return fixture.chat.isClosed();
            });
            assertThat(fixture.chat.events).contains("close", "closed").doesNotContain("error");
        }
    }

    @Test
    void e5_aResetByThePeerIsACloseAndNotAnError() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.peer.reset();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.events).containsExactly("close", "closed");
        }
    }

    @Test
    void theLastOutputOfAFailedChannelLeavesAfterEarlierAnswers() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.closesAtError = false;
            fixture.chat.whenError = () -> {
                fixture.chat.send("421");
                fixture.chat.closeWhenDone();
            };
            fixture.chat.whenFound = () -> {
                fixture.chat.send("250 ");
                if (fixture.chat.lastItem().equals("bad")) {
                    throw new IllegalStateException("bad item");
                }
            };
            fixture.deliver("good\nbad\nnever\n");
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("250 250 421");
            assertThat(fixture.chat.items).containsExactly("good", "bad");
        }
    }

    @Test
    void aFailureInTheErrorHandlerClosesTheChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.closesAtError = false;
            fixture.chat.whenError = () -> {
                throw new IllegalStateException("worse");
            };
            fixture.chat.whenFound = () -> {
                throw new IllegalStateException("bad");
            };
            fixture.deliver("x\n");
            assertThat(fixture.chat.isClosed()).isTrue();
        }
    }
}
