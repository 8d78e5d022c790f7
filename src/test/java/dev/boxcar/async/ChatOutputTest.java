// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is pushed leaves in order, together, and as fast as the peer takes it. The letters are rows of the asynchat
 * checklist.
 */
class ChatOutputTest {

    @ParameterizedTest
    @EnumSource
    void c1_h1_whatAProducerMakesArrivesInOrder(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.pushWithProducer(new Script("hello wo", "rld\nI'm ", "not dead", " yet!\n"));
            talk.chat.say("behind");
            talk.awaitReceived("hello world\nI'm not dead yet!\nbehind");
            assertThat(talk.chat.writable()).isFalse();
        }
    }

    @Test
    void c2_bytesAreAProducerToo() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.pushWithProducer(BytesProducer.of("hello".getBytes(ISO_8859_1)));
            talk.awaitReceived("hello");
        }
    }

    @Test
    void c3_aPartOfAnArrayIsCopiedAndTheArrayMayBeUsedAgain() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            byte[] bytes = "hello".getBytes(ISO_8859_1);
            talk.chat.push(bytes, 1, 3);
            bytes[1] = 'X';
            talk.awaitReceived("el");
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void c3_whatIsNotBytesIsRefusedAtOnceAndNothingIsQueued() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            assertThatThrownBy(() -> talk.chat.push(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> talk.chat.pushWithProducer(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> talk.chat.push(new byte[3], 1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> talk.chat.push(new byte[3], -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> talk.chat.setTerminator(null)).isInstanceOf(NullPointerException.class);
            assertThat(talk.chat.terminator()).isEqualTo(ItemChat.LF);
            assertThat(talk.chat.writable()).isFalse();
            talk.chat.say("intact");
            talk.awaitReceived("intact");
        }
    }

    @ParameterizedTest
    @EnumSource
    void c4_whatWasPushedIsSentBeforeTheCloseAndNothingIsDispatchedBehindIt(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            String large = "x".repeat(3_000_000);
            talk.chat.say(large);
            talk.chat.closeWhenDone();
            talk.peer.send("line\n");
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo(large);
            assertThat(talk.chat.items).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void c5_withNothingQueuedTheEndIsTheSameTurnsAndTheCloseThePeers(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.closeWhenDone();
            talk.turn();
            talk.peer.receive(Integer.MAX_VALUE);
            assertThat(talk.peer.ended).isTrue();
            talk.peer.close();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.events).containsExactly("closed");
        }
    }

    @Test
    void c6_aPushBehindTheCloseIsRefusedAndTheRestStillLeaves() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.say("before");
            talk.chat.closeWhenDone();
            assertThatThrownBy(() -> talk.chat.say("behind")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> talk.chat.pushWithProducer(new Script("x")))
                    .isInstanceOf(IllegalStateException.class);
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("before");
            assertThatThrownBy(() -> talk.chat.say("closed")).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void c7_moreThanAnyBufferHoldsArrivesInOrder(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            var expected = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                String piece = i + ":" + "y".repeat(i * 137 % 30_000) + "\n";
                expected.append(piece);
                if (i % 3 == 0) {
                    talk.chat.pushWithProducer(new Script(piece));
                } else {
                    talk.chat.say(piece);
                }
            }
            talk.awaitReceived(expected.toString());
        }
    }

    @Test
    void c8_nothingIsHarmlessToPush() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.say("");
            talk.chat.say("a");
            talk.chat.say("");
            talk.chat.pushWithProducer(new Script());
            talk.chat.push(new byte[5], 2, 2);
            talk.chat.say("b");
            talk.chat.say("");
            talk.awaitReceived("ab");
            assertThat(talk.chat.writable()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 9000})
    void c9_aShortWriteKeepsTheRestInItsPlace(int most) throws IOException {
        for (Wire wire : Wire.values()) {
            try (var talk = new Talk(wire)) {
                talk.transport.mostPerWrite = most;
                String large = "L".repeat(most * 10 + 1) + "M".repeat(9001 > most * 100 ? most : 9001);
                talk.chat.whenFound = () -> {
                    talk.chat.say("first ");
                    talk.chat.say("second ");
                    talk.chat.pushWithProducer(new Script(large, " fourth ", large));
                    talk.chat.say(" sixth");
                };
                talk.peer.send("go\n");
                talk.awaitReceived("first second " + large + " fourth " + large + " sixth");
            }
        }
    }

    @Test
    void c9_oneEventMakesOneWriteAlsoWhenItIsShort() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.transport.mostPerWrite = 5;
            talk.chat.say("0123456789ab");
            for (int writes = 1; writes <= 3; writes++) {
                talk.turn();
                assertThat(talk.transport.writes).isEqualTo(writes);
            }
            talk.awaitReceived("0123456789ab");
            talk.turn();
            assertThat(talk.transport.writes).isEqualTo(3);
        }
    }

    @Test
    void c9_aPieceThatWasTakenInPartLeavesBeforeItsProducerIsAskedForTheNext() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.transport.mostPerWrite = 20_000;
            String first = "1".repeat(50_000);
            String second = "2".repeat(50_000);
            talk.chat.pushWithProducer(
                    new Halting(first, second)); // which spoils a piece when it is asked for the next
            talk.awaitReceived(first + second);
        }
    }

    @Test
    void c10_anExhaustedProducerMakesRoomForTheNext() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.pushWithProducer(new Script());
            talk.chat.pushWithProducer(new Script("a", "b"));
            talk.chat.pushWithProducer(new Script("c"));
            talk.awaitReceived("abc");
        }
    }

    @Test
    void c10_aProducerThatIsReadyButMakesNothingCostsItsChannelAfterWhatStoodBeforeIt() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var broken = new Script();
            broken.staysReady = true;
            talk.chat.closesAtError = false;
            talk.chat.say("before ");
            talk.chat.pushWithProducer(broken);
            talk.chat.say("behind");
            talk.turn();
            assertThat(talk.chat.errors).hasSize(1).first().isInstanceOf(IllegalStateException.class);
            assertThat(broken.abandoned).isEqualTo(1);
            talk.awaitReceived("before behind"); // a channel that lives on goes on behind it
        }
    }

    @ParameterizedTest
    @EnumSource
    void c11_whatIsPushedInOneEventLeavesInOneWrite(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("small ");
                talk.chat.say("L".repeat(20_000));
                talk.chat.pushWithProducer(new Script(" made"));
                talk.chat.say(" last ");
                assertThat(talk.transport.writes).isZero();
            };
            talk.peer.send("1\n2\n");
            talk.await("the write", () -> talk.transport.writes > 0);
            assertThat(talk.transport.writes).isEqualTo(1);
            talk.awaitReceived(("small " + "L".repeat(20_000) + " made last ").repeat(2));
        }
    }

    @Test
    void c11_whatIsPushedBeforeTheConnectionLeavesWhenItIsThere() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new ItemChat(loop);
            chat.say("a");
            chat.pushWithProducer(new Script("b"));
            chat.say("c");
            loop.poll(Duration.ZERO);
            try (var peer = Talk.connect(chat, Wire.TCP).peer()) {
                Talk.await(loop, "the output", () -> peer.received().equals("abc"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void c11_whatAClientPushesBeforeItIsConnectedLeavesAndMayBeItsLastWord(Wire wire) throws IOException {
        try (var loop = EventLoop.open("test")) {
            var listener = new Watcher(loop);
            var address = listener.listenAt(wire.freeAddress());
            var client = new ItemChat(loop);
            client.createSocket(Dispatcher.familyOf(address));
            client.connect(address);
            client.say("hello ");
            client.whenConnected = () -> {
                client.say("connected");
                client.closeWhenDone();
            };
            Talk.await(loop, "the connection", () -> !listener.accepted.isEmpty());
            try (var peer = new Peer(listener.accepted.get(0), wire)) {
                Talk.await(loop, "the end", () -> {
                    peer.receive(Integer.MAX_VALUE);
                    return peer.ended;
                });
                assertThat(peer.received()).isEqualTo("hello connected");
            }
            Talk.await(loop, "the close", client::isClosed);
            assertThat(client.events).containsExactly("connect", "closed");
        }
    }

    @Test
    void c11_manySmallAnswersLeaveInFewWrites() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("A".repeat(120));
                assertThat(talk.chat.bytesWaiting()).isZero(); // all went into the loop's buffer
            };
            talk.peer.send("q\n".repeat(1000));
            talk.await("all answers", () -> talk.peer.bytes() == 120_000);
            assertThat(talk.transport.writes).isLessThanOrEqualTo(4);
            assertThat(talk.chat.errors).isEmpty();
        }
    }

    @Test
    void c11_aFlushSendsWhatIsQueuedSoFar() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("now ");
                talk.chat.flush();
                assertThat(talk.transport.writes).isEqualTo(1);
                talk.chat.say("later");
            };
            talk.deliver("x\n");
            talk.awaitReceived("now later");
            assertThat(talk.transport.writes).isEqualTo(2);
        }
    }

    @Test
    void c11_aFlushWithinTheEventOfAnotherChannelSendsNothingOfThatOne() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var other = new ItemChat(talk.loop);
            try (var otherPeer = Talk.connect(other, Wire.TCP).peer()) {
                talk.chat.whenFound = () -> {
                    talk.chat.say("for the one");
                    other.say("for the other");
                    other.flush();
                };
                talk.deliver("x\n");
                talk.awaitReceived("for the one");
                Talk.await(talk.loop, "the other", () -> !otherPeer.received().isEmpty());
                assertThat(otherPeer.received()).isEqualTo("for the other");
            }
        }
    }

    @Test
    void c12_anIdleChannelDoesNotAskToWrite() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            assertThat(talk.chat.writable()).isFalse();
            talk.chat.say("x");
            assertThat(talk.chat.writable()).isTrue();
            talk.turn();
            assertThat(talk.chat.writable()).isFalse();
        }
    }

    // producers that wait

    @ParameterizedTest
    @EnumSource
    void aProducerThatWaitsHoldsBackWhatIsBehindItAndNothingElse(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            var commit = new Script("commit ");
            commit.state = Producer.State.WAITING;
            talk.chat.whenFound = () -> {
                talk.chat.say("before ");
                talk.chat.pushWithProducer(commit);
                talk.chat.say("behind ");
            };
            talk.deliver("x\n");
            talk.awaitReceived("before ");
            assertThat(talk.chat.writable()).isFalse();
            talk.chat.whenFound = () -> talk.chat.say("also ");
            talk.deliver("y\n");
            assertThat(talk.peer.received()).isEqualTo("before ");
            int writes = talk.transport.writes;

            commit.state = Producer.State.READY;
            talk.chat.interestChanged();
            talk.turn();
            assertThat(talk.transport.writes).isEqualTo(writes + 1);
            talk.awaitReceived("before commit behind also ");
        }
    }

    @Test
    void aProducerMayWaitBetweenItsPieces() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var file = new Script("first ", "second ");
            file.whenAsked = () -> file.state = Producer.State.WAITING;
            talk.chat.pushWithProducer(file);
            talk.chat.say("behind");
            talk.turn();
            talk.awaitReceived("first ");
            file.whenAsked = () -> {};
            file.state = Producer.State.READY;
            talk.chat.interestChanged();
            talk.awaitReceived("first second behind");
        }
    }

    @Test
    void aProducerThatIsGivenUpWhileItWaitsMakesRoom() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var lost = new Script();
            lost.state = Producer.State.WAITING;
            talk.chat.pushWithProducer(lost);
            talk.chat.say("behind");
            talk.turn();
            lost.state = Producer.State.EXHAUSTED;
            talk.chat.interestChanged();
            talk.awaitReceived("behind");
        }
    }

    @Test
    void aProducerMayPushAndCloseWhileItIsAsked() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var hooked = new Script("hooked ");
            hooked.whenAsked = () -> {
                talk.chat.say("pushed");
                talk.chat.closeWhenDone();
            };
            talk.chat.pushWithProducer(hooked);
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("hooked pushed");
        }
        try (var talk = new Talk(Wire.TCP)) {
            var closing = new Script("never");
            closing.whenAsked = talk.chat::close;
            talk.chat.pushWithProducer(closing);
            talk.turn();
            talk.awaitPeerEnded();
            assertThat(talk.chat.errors).isEmpty();
        }
    }

    @Test
    void aProducerThatThrowsCostsItsChannel() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var broken = new Script("x");
            broken.whenAsked = () -> {
                throw new IllegalArgumentException("broken");
            };
            talk.chat.pushWithProducer(broken);
            talk.turn();
            assertThat(talk.chat.events).containsExactly("error", "closed");
            assertThat(talk.chat.errors.get(0)).hasMessage("broken");
        }
    }

    @Test
    void whatIsStillQueuedIsAbandonedWithTheChannelEvenIfOneOfThemFails() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var first = new Script("a");
            var second = new Script("b");
            first.state = Producer.State.WAITING;
            talk.chat.pushWithProducer(first);
            talk.chat.pushWithProducer(new Producer() {
                @Override
                public State state() {
                    return State.WAITING;
                }

                @Override
                public java.nio.ByteBuffer more() {
                    throw new IllegalStateException();
                }

                @Override
                public void abandon() {
                    throw new IllegalStateException("it cannot be given up");
                }
            });
            talk.chat.pushWithProducer(second);
            talk.turn();
            talk.chat.close();
            talk.chat.close();
            assertThat(first.abandoned).isEqualTo(1);
            assertThat(second.abandoned).isEqualTo(1);
            assertThat(talk.chat.events).containsExactly("closed");
        }
    }

    // back-pressure

    @ParameterizedTest
    @EnumSource
    void c13_aPeerThatDoesNotReadIsNotReadAndGoesOnWhenItDoes(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.whenFound = () -> talk.chat.say("A".repeat(999) + "\n");
            byte[] questions = "q\n".repeat(1000).getBytes(ISO_8859_1);
            long sent = 0;
            long most = 0;
            for (int quiet = 0; quiet < 20; ) { // until the peer cannot send any more, for its questions are not taken
                int now = talk.peer.send(questions);
                sent += now;
                quiet = now == 0 ? quiet + 1 : 0;
                talk.turn();
                most = Math.max(most, talk.chat.bytesWaiting());
            }
            assertThat(sent % 2).isZero();
            assertThat(most).isLessThan(64 * 1024 + 64 * 1024 + 1000);
            assertThat(talk.chat.readable()).isFalse();
            int reads = talk.transport.reads;
            talk.turns(5);
            assertThat(talk.transport.reads).isEqualTo(reads);
            long expected = sent / 2 * 1000;
            var counted = new long[1];
            talk.await("all answers", () -> {
                counted[0] = talk.peer.bytes();
                return counted[0] >= expected;
            });
            assertThat(counted[0]).isEqualTo(expected);
            assertThat(talk.chat.items).hasSize((int) (sent / 2));
            assertThat(talk.chat.bytesWaiting()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void c13_manyQuestionsInOneReadDoNotGrowTheOutputWithoutBound(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.transport.mostPerWrite = 0;
            talk.chat.whenFound = () -> {
                talk.chat.say("A".repeat(3000));
                assertThat(talk.chat.bytesWaiting()).isLessThan(140_000);
            };
            talk.deliver("q\n".repeat(32 * 1024));
            int dispatched = talk.chat.items.size();
            assertThat(dispatched).isBetween(10, 60);
            talk.turns(5);
            assertThat(talk.chat.items).hasSize(dispatched);
            assertThat(talk.chat.errors).isEmpty();

            talk.transport.mostPerWrite = Integer.MAX_VALUE;
            talk.await("all answers", () -> talk.peer.bytes() >= 32 * 1024 * 3000);
            assertThat(talk.chat.items).hasSize(32 * 1024);
        }
    }

    @Test
    void c13_answersOfUnknownSizeAreBoundedInNumber() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var first = new Script("first");
            first.state = Producer.State.WAITING;
            talk.chat.pushWithProducer(first);
            var made = new int[1];
            talk.chat.whenFound = () -> {
                made[0]++;
                talk.chat.pushWithProducer(BytesProducer.of(new byte[] {'x'}));
            };
            talk.deliver("q\n".repeat(30_000));
            talk.turns(40);
            assertThat(made[0]).isBetween(500, 2000);
            first.state = Producer.State.READY;
            talk.chat.interestChanged();
            talk.await("the rest", () -> made[0] == 30_000);
            talk.awaitReceived("first" + "x".repeat(30_000));
        }
    }

    @Test
    void oneChannelWithMuchToSayLeavesATurnToTheOthers() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.transport.swallows = true;
            var asked = new int[1];
            var endless = new Script();
            endless.staysReady = true;
            endless.whenAsked = () -> {
                asked[0]++;
                endless.pieces.add("x".repeat(100_000));
            };
            talk.chat.pushWithProducer(endless);
            talk.turn();
            assertThat(asked[0]).isBetween(10, 12); // 1 MiB
            talk.turn();
            assertThat(asked[0]).isBetween(20, 24);
        }
    }

    // pushes from elsewhere

    @Test
    void aPushFromATimerOrATaskLeavesInThatTurnAsOneWrite() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.loop.schedule(Duration.ZERO, () -> talk.chat.say("timer "));
            talk.loop.execute(() -> talk.chat.say("task "));
            talk.loop.execute(() -> talk.chat.say("again"));
            talk.turn();
            assertThat(talk.transport.writes).isEqualTo(1);
            talk.awaitReceived("timer task again");
        }
    }

    @Test
    void aPushFromAnotherChannelsEventLeavesInThatTurn() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var other = new ItemChat(talk.loop);
            var connection = Talk.connect(other, Wire.TCP);
            try (var otherPeer = connection.peer()) {
                talk.turn();
                talk.chat.whenFound = () -> {
                    talk.chat.say("1");
                    other.say("a");
                    talk.chat.say("2");
                    other.say("b");
                };
                talk.peer.send("x\n");
                talk.await("the item", () -> !talk.chat.items.isEmpty());
                assertThat(connection.transport().writes).isEqualTo(1);
                assertThat(otherPeer.received()).isEqualTo("ab");
                talk.awaitReceived("12");
            }
        }
    }
}
