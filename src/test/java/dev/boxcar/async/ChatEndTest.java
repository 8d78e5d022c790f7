// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a conversation ends: by either side, by halves, with words still under way. */
class ChatEndTest {

    @ParameterizedTest
    @EnumSource
    void theLastWordArrivesThoughThePeerGoesOnSending(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("L".repeat(2_000_000) + "bye\n");
                talk.chat.closeWhenDone();
            };
            talk.deliver("QUIT\n");
            var noise = new byte[10_000];
            int sent = 0;
            for (int i = 0; i < 30; i++) { // unread input at a close would reset the connection
                sent += talk.peer.send(noise);
                talk.turn();
            }
            assertThat(sent).isGreaterThan(100_000);
            talk.awaitPeerEnded();
            assertThat(talk.peer.lost).isFalse();
            assertThat(talk.peer.received()).hasSize(2_000_004).endsWith("bye\n");
            assertThat(talk.chat.isClosed()).isFalse(); // it waits for the peer's end
            talk.peer.end();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.events).containsExactly("closed"); // that end was no news
            assertThat(talk.chat.items).containsExactly("QUIT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastWordArrivesThoughMoreOfACutTrainComesLater(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("421");
                talk.chat.closeWhenDone();
            };
            talk.deliver("bad\ntrain\n");
            assertThat(talk.chat.isClosed()).isFalse();
            talk.deliver("more of it\n");
            talk.awaitPeerEnded();
            assertThat(talk.peer.lost).isFalse();
            assertThat(talk.peer.received()).isEqualTo("421");
            talk.peer.end();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.items).containsExactly("bad");
        }
    }

    @Test
    void aPeerThatNeverStopsSendingIsNotListenedToForEver() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.whenFound = talk.chat::closeWhenDone;
            talk.peer.send("QUIT\n");
            var noise = new byte[50_000];
            long[] sent = new long[1];
            talk.await("the close", () -> {
                sent[0] += talk.chat.isClosed() ? 0 : talk.peer.send(noise);
                return talk.chat.isClosed();
            });
            assertThat(sent[0]).isLessThan(3_000_000);
            assertThat(talk.loop.size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatHasEndedGetsTheAnswersThatItIsOwed(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.closesAtEnd = false;
            talk.chat.whenEnded = talk.chat::closeWhenDone;
            var commit = new Script("commit ");
            commit.state = Producer.State.WAITING;
            talk.chat.whenFound = () -> {
                talk.chat.pushWithProducer(commit);
                talk.chat.say("behind");
            };
            talk.deliver("DATA\n");
            talk.peer.end();
            talk.await("the end", talk.chat::hasEnded);
            talk.turns(3);
            assertThat(talk.chat.isClosed()).isFalse();
            assertThat(talk.chat.events).containsExactly("end");
            commit.state = Producer.State.READY;
            talk.chat.interestChanged();
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("commit behind");
            assertThat(talk.chat.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndIsToldOnceAndAskedForNoMore(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.closesAtEnd = false;
            talk.peer.end();
            talk.await("the end", talk.chat::hasEnded);
            int reads = talk.transport.reads;
            talk.chat.interestChanged();
            talk.turns(5);
            assertThat(talk.transport.reads).isEqualTo(reads);
            assertThat(talk.chat.events).containsExactly("end");
            talk.chat.say("still speaking");
            talk.awaitReceived("still speaking");
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeersEndIsHeardBehindAllThatItSent(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.whenFound = () -> talk.chat.gate = false;
            talk.deliver("a\nb\n");
            talk.peer.end();
            talk.turns(5);
            assertThat(talk.chat.events).isEmpty();
            talk.chat.whenFound = () -> {};
            talk.chat.gate = true;
            talk.chat.interestChanged();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.items).containsExactly("a", "b");
            assertThat(talk.chat.events).containsExactly("end", "close", "closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHalfCloseTellsThePeerOfTheEndAndInputGoesOn(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.say("L".repeat(500_000));
            talk.chat.shutdownWhenDone();
            assertThatThrownBy(() -> talk.chat.say("more")).isInstanceOf(IllegalStateException.class);
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).hasSize(500_000);
            talk.deliver("still\nlistening\n");
            assertThat(talk.chat.items).containsExactly("still", "listening");
            talk.peer.end();
            talk.await("the close", talk.chat::isClosed);
        }
    }

    @Test
    void aHalfCloseInTheMiddleOfALongTrainDispatchesTheRest() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.whenFound = talk.chat::shutdownWhenDone;
            talk.deliver("x\n".repeat(5000));
            talk.await("all items", () -> talk.chat.items.size() == 5000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenBothHalvesHaveEndedTheChannelCloses(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.closesAtEnd = false;
            talk.peer.end();
            talk.await("the end", talk.chat::hasEnded);
            talk.chat.say("last");
            talk.chat.shutdownWhenDone();
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("last");
            assertThat(talk.chat.isClosed()).isTrue();
        }
    }

    @Test
    void whatIsStillToBeDispatchedComesBeforeTheCloseOfBothHalves() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.chat.closesAtEnd = false;
            talk.chat.whenEnded = () -> {
                talk.chat.setTerminator(ItemChat.terminator("\r")); // the last line may be cut
                talk.chat.shutdownWhenDone();
            };
            talk.deliver("a\r");
            talk.peer.end();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.items).containsExactly("a");
        }
    }

    @Test
    void aHalfCloseMayBecomeAWholeOne() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.shutdownWhenDone();
            talk.turn();
            talk.chat.closeWhenDone();
            talk.chat.shutdownWhenDone(); // says less than what was said already
            talk.turn();
            talk.peer.close();
            talk.await("the close", talk.chat::isClosed);
        }
    }

    @Test
    void f3_aSecondCloseIsHarmlessAndACloseTakesTheChannelOffTheLoop() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            assertThat(talk.loop.channels()).containsExactly(talk.chat);
            talk.chat.close();
            talk.chat.close();
            talk.chat.closeWhenDone();
            talk.chat.interestChanged();
            talk.turns(2);
            assertThat(talk.chat.events).containsExactly("closed");
            assertThat(talk.loop.channels()).isEmpty();
            assertThat(talk.chat.isConnected()).isFalse();
            talk.awaitPeerEnded();
        }
    }

    @ParameterizedTest
    @EnumSource
    void i7_aChannelThatGoesOnSendingToAPeerThatIsGoneCloses(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.closesAtEnd = false;
            talk.peer.close();
            talk.await("the close", () -> {
                if (!talk.chat.isClosed()) {
                    talk.chat.say("anybody there?");
                }
                return talk.chat.isClosed();
            });
            assertThat(talk.chat.events).contains("close", "closed").doesNotContain("error");
        }
    }

    @Test
    void e5_aPeersResetIsACloseAndNoError() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.peer.reset();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.events).containsExactly("close", "closed");
        }
    }

    @Test
    void theLastWordOfAChannelThatFailedLeavesBehindTheAnswersBeforeIt() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.closesAtError = false;
            talk.chat.whenError = () -> {
                talk.chat.say("421");
                talk.chat.closeWhenDone();
            };
            talk.chat.whenFound = () -> {
                talk.chat.say("250 ");
                if (talk.chat.lastItem().equals("bad")) {
                    throw new IllegalStateException("bad item");
                }
            };
            talk.deliver("good\nbad\nnever\n");
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("250 250 421");
            assertThat(talk.chat.items).containsExactly("good", "bad");
        }
    }

    @Test
    void aFailureWhileAFailureIsHandledClosesTheChannel() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.closesAtError = false;
            talk.chat.whenError = () -> {
                throw new IllegalStateException("worse");
            };
            talk.chat.whenFound = () -> {
                throw new IllegalStateException("bad");
            };
            talk.deliver("x\n");
            assertThat(talk.chat.isClosed()).isTrue();
        }
    }
}
