// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.producer.CompositeProducer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Output leaves in order, in few writes, and no faster than the peer takes it. The letters refer to the asynchat
 * checklist in docs/async.md.
 */
class ChatOutputTest {

    @ParameterizedTest
    @EnumSource
    void c1_h1_theOutputOfAProducerArrivesInOrder(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.pushWithProducer(new ScriptedProducer("hello wo", "rld\nI'm ", "not dead", " yet!\n"));
            fixture.chat.send("after");
            fixture.awaitReceived("hello world\nI'm not dead yet!\nafter");
            assertThat(fixture.chat.writable()).isFalse();
        }
    }

    @Test
    void c2_bytesCanBePushedAsAProducer() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.pushWithProducer(BytesProducer.of("hello".getBytes(ISO_8859_1)));
            fixture.awaitReceived("hello");
        }
    }

    @Test
    void c3_aPartOfAnArrayIsCopied() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            byte[] bytes = "hello".getBytes(ISO_8859_1);
            fixture.chat.push(bytes, 1, 3);
            bytes[1] = 'X';
            fixture.awaitReceived("el");
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void c3_invalidOutputThrowsAndQueuesNothing() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            assertThatThrownBy(() -> fixture.chat.push(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> fixture.chat.pushWithProducer(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> fixture.chat.push(new byte[3], 1, 4))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> fixture.chat.push(new byte[3], -1, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> fixture.chat.setTerminator(null)).isInstanceOf(NullPointerException.class);
            assertThat(fixture.chat.terminator()).isEqualTo(RecordingChat.LF);
            assertThat(fixture.chat.writable()).isFalse();
            fixture.chat.send("intact");
            fixture.awaitReceived("intact");
        }
    }

    @ParameterizedTest
    @EnumSource
    void c4_pushedOutputIsSentBeforeTheCloseAndNothingIsDispatchedAfterIt(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            String large = "x".repeat(3_000_000);
            fixture.chat.send(large);
            fixture.chat.closeWhenDone();
            fixture.peer.send("line\n");
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo(large);
            assertThat(fixture.chat.items).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void c5_withNothingQueuedTheOutputEndsInTheSameTurn(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.closeWhenDone();
            fixture.turn();
            fixture.peer.receive(Integer.MAX_VALUE);
            assertThat(fixture.peer.ended).isTrue();
            fixture.peer.close();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.events).containsExactly("closed");
        }
    }

    @Test
    void c6_aPushAfterTheCloseThrowsAndEarlierOutputStillLeaves() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.send("before");
            fixture.chat.closeWhenDone();
            assertThatThrownBy(() -> fixture.chat.send("after")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> fixture.chat.pushWithProducer(new ScriptedProducer("x")))
                    .isInstanceOf(IllegalStateException.class);
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("before");
            assertThatThrownBy(() -> fixture.chat.send("closed")).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void c7_moreThanAnyBufferHoldsArrivesInOrder(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            var expected = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                String piece = i + ":" + "y".repeat(i * 137 % 30_000) + "\n";
                expected.append(piece);
                if (i % 3 == 0) {
                    fixture.chat.pushWithProducer(new ScriptedProducer(piece));
                } else {
                    fixture.chat.send(piece);
                }
            }
            fixture.awaitReceived(expected.toString());
        }
    }

    @Test
    void c8_emptyOutputIsHarmless() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.send("");
            fixture.chat.send("a");
            fixture.chat.send("");
            fixture.chat.pushWithProducer(new ScriptedProducer());
            fixture.chat.push(new byte[5], 2, 2);
            fixture.chat.send("b");
            fixture.chat.send("");
            fixture.awaitReceived("ab");
            assertThat(fixture.chat.writable()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 9000})
    void c9_aShortWriteKeepsTheRestInOrder(int max) throws IOException {
        for (ConnectionType wire : ConnectionType.values()) {
            try (var fixture = new ChatFixture(wire)) {
                fixture.transport.maxPerWrite = max;
                String large = "L".repeat(max * 10 + 1) + "M".repeat(9001 > max * 100 ? max : 9001);
                fixture.chat.whenFound = () -> {
                    fixture.chat.send("first ");
                    fixture.chat.send("second ");
                    fixture.chat.pushWithProducer(new ScriptedProducer(large, " fourth ", large));
                    fixture.chat.send(" sixth");
                };
                fixture.peer.send("go\n");
                fixture.awaitReceived("first second " + large + " fourth " + large + " sixth");
            }
        }
    }

    @Test
    void c9_oneEventMakesOneWriteEvenIfItIsShort() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.transport.maxPerWrite = 5;
            fixture.chat.send("0123456789ab");
            for (int writes = 1; writes <= 3; writes++) {
                fixture.turn();
                assertThat(fixture.transport.writes).isEqualTo(writes);
            }
            fixture.awaitReceived("0123456789ab");
            fixture.turn();
            assertThat(fixture.transport.writes).isEqualTo(3);
        }
    }

    @Test
    void c9_aPartlyWrittenPieceLeavesBeforeItsProducerIsCalledAgain() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.transport.maxPerWrite = 20_000;
            String first = "1".repeat(50_000);
            String second = "2".repeat(50_000);
            fixture.chat.pushWithProducer(
                    new StrictProducer(first, second)); // it overwrites a piece when it is called for the next one
            fixture.awaitReceived(first + second);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 20_000})
    void c9_piecesThatStayUnchangedLeaveInOneWrite(int maxPerWrite) throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.transport.maxPerWrite = maxPerWrite;
            String first = "1".repeat(20_000);
            String second = "2".repeat(20_000);
            fixture.chat.pushWithProducer(CompositeProducer.of(
                    BytesProducer.of(first.getBytes(ISO_8859_1)),
                    BytesProducer.of(second.getBytes(ISO_8859_1)),
                    BytesProducer.of("end".getBytes(ISO_8859_1))));
            fixture.chat.pushWithProducer(new StrictProducer("3".repeat(20_000), "4".repeat(20_000)));
            fixture.awaitReceived(first + second + "end" + "3".repeat(20_000) + "4".repeat(20_000));
            if (maxPerWrite == Integer.MAX_VALUE) {
                assertThat(fixture.transport.writes).isEqualTo(2); // the pieces of the last producer do not stay
            }
        }
    }

    @Test
    void c10_anExhaustedProducerIsFollowedByTheNext() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.pushWithProducer(new ScriptedProducer());
            fixture.chat.pushWithProducer(new ScriptedProducer("a", "b"));
            fixture.chat.pushWithProducer(new ScriptedProducer("c"));
            fixture.awaitReceived("abc");
        }
    }

    @Test
    void c10_aReadyProducerWithoutBytesFailsItsChannelAfterEarlierOutput() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var broken = new ScriptedProducer();
            broken.staysReady = true;
            fixture.chat.closesAtError = false;
            fixture.chat.send("before ");
            fixture.chat.pushWithProducer(broken);
            fixture.chat.send("after");
            fixture.turn();
            assertThat(fixture.chat.errors).hasSize(1).first().isInstanceOf(IllegalStateException.class);
            assertThat(broken.abandoned).isEqualTo(1);
            fixture.awaitReceived("before after"); // a channel that stays open continues after it
        }
    }

    @ParameterizedTest
    @EnumSource
    void c11_outputOfOneEventLeavesInOneWrite(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("small ");
                fixture.chat.send("L".repeat(20_000));
                fixture.chat.pushWithProducer(new ScriptedProducer(" made"));
                fixture.chat.send(" last ");
                assertThat(fixture.transport.writes).isZero();
            };
            fixture.peer.send("1\n2\n");
            fixture.await("the write", () -> fixture.transport.writes > 0);
            assertThat(fixture.transport.writes).isEqualTo(1);
            fixture.awaitReceived(("small " + "L".repeat(20_000) + " made last ").repeat(2));
        }
    }

    @Test
    void c11_outputPushedBeforeTheConnectionLeavesOnceItIsEstablished() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new RecordingChat(loop);
            chat.send("a");
            chat.pushWithProducer(new ScriptedProducer("b"));
            chat.send("c");
            loop.poll(Duration.ZERO);
            try (var peer = ChatFixture.connect(chat, ConnectionType.TCP).peer()) {
                ChatFixture.await(loop, "the output", () -> peer.received().equals("abc"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void c11_aClientMayPushAndCloseBeforeItIsConnected(ConnectionType wire) throws IOException {
        try (var loop = EventLoop.open("test")) {
            var listener = new RecordingDispatcher(loop);
            var address = listener.listenAt(wire.freeAddress());
            var client = new RecordingChat(loop);
            client.createSocket(Dispatcher.familyOf(address));
            client.connect(address);
            client.send("hello ");
            client.whenConnected = () -> {
                client.send("connected");
                client.closeWhenDone();
            };
            ChatFixture.await(loop, "the connection", () -> !listener.accepted.isEmpty());
            try (var peer = new Peer(listener.accepted.get(0), wire)) {
                ChatFixture.await(loop, "the end", () -> {
                    peer.receive(Integer.MAX_VALUE);
                    return peer.ended;
                });
                assertThat(peer.received()).isEqualTo("hello connected");
            }
            ChatFixture.await(loop, "the close", client::isClosed);
            assertThat(client.events).containsExactly("connect", "closed");
        }
    }

    @Test
    void c11_manySmallAnswersLeaveInFewWrites() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("A".repeat(120));
                assertThat(fixture.chat.bytesWaiting()).isZero(); // everything is in the loop's buffer
            };
            fixture.peer.send("q\n".repeat(1000));
            fixture.await("all answers", () -> fixture.peer.bytes() == 120_000);
            assertThat(fixture.transport.writes).isLessThanOrEqualTo(4);
            assertThat(fixture.chat.errors).isEmpty();
        }
    }

    @Test
    void c11_aFlushSendsEverythingQueuedSoFar() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("now ");
                fixture.chat.flush();
                assertThat(fixture.transport.writes).isEqualTo(1);
                fixture.chat.send("later");
            };
            fixture.deliver("x\n");
            fixture.awaitReceived("now later");
            assertThat(fixture.transport.writes).isEqualTo(2);
        }
    }

    @Test
    void c11_aFlushDuringTheEventOfAnotherChannelSendsNothingOfThatChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var other = new RecordingChat(fixture.loop);
            try (var otherPeer = ChatFixture.connect(other, ConnectionType.TCP).peer()) {
                fixture.chat.whenFound = () -> {
                    fixture.chat.send("for the one");
                    other.send("for the other");
                    other.flush();
                };
                fixture.deliver("x\n");
                fixture.awaitReceived("for the one");
                ChatFixture.await(
                        fixture.loop, "the other", () -> !otherPeer.received().isEmpty());
                assertThat(otherPeer.received()).isEqualTo("for the other");
            }
        }
    }

    @Test
    void c12_anIdleChannelDoesNotAskToWrite() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            assertThat(fixture.chat.writable()).isFalse();
            fixture.chat.send("x");
            assertThat(fixture.chat.writable()).isTrue();
            fixture.turn();
            assertThat(fixture.chat.writable()).isFalse();
        }
    }

    // waiting producers

    @ParameterizedTest
    @EnumSource
    void aWaitingProducerHoldsBackOnlyTheOutputAfterIt(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            var commit = new ScriptedProducer("commit ");
            commit.state = Producer.State.WAITING;
            fixture.chat.whenFound = () -> {
                fixture.chat.send("before ");
                fixture.chat.pushWithProducer(commit);
                fixture.chat.send("after ");
            };
            fixture.deliver("x\n");
            fixture.awaitReceived("before ");
            assertThat(fixture.chat.writable()).isFalse();
            fixture.chat.whenFound = () -> fixture.chat.send("also ");
            fixture.deliver("y\n");
            assertThat(fixture.peer.received()).isEqualTo("before ");
            int writes = fixture.transport.writes;

            commit.state = Producer.State.READY;
            fixture.chat.interestChanged();
            fixture.turn();
            assertThat(fixture.transport.writes).isEqualTo(writes + 1);
            fixture.awaitReceived("before commit after also ");
        }
    }

    @Test
    void aProducerMayWaitBetweenPieces() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var file = new ScriptedProducer("first ", "second ");
            file.whenCalled = () -> file.state = Producer.State.WAITING;
            fixture.chat.pushWithProducer(file);
            fixture.chat.send("after");
            fixture.turn();
            fixture.awaitReceived("first ");
            file.whenCalled = () -> {};
            file.state = Producer.State.READY;
            fixture.chat.interestChanged();
            fixture.awaitReceived("first second after");
        }
    }

    @Test
    void aWaitingProducerMayBecomeExhausted() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var lost = new ScriptedProducer();
            lost.state = Producer.State.WAITING;
            fixture.chat.pushWithProducer(lost);
            fixture.chat.send("after");
            fixture.turn();
            lost.state = Producer.State.EXHAUSTED;
            fixture.chat.interestChanged();
            fixture.awaitReceived("after");
        }
    }

    @Test
    void aProducerMayPushAndCloseWhileItIsCalled() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var hooked = new ScriptedProducer("hooked ");
            hooked.whenCalled = () -> {
                fixture.chat.send("pushed");
                fixture.chat.closeWhenDone();
            };
            fixture.chat.pushWithProducer(hooked);
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("hooked pushed");
        }
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var closing = new ScriptedProducer("never");
            closing.whenCalled = fixture.chat::close;
            fixture.chat.pushWithProducer(closing);
            fixture.turn();
            fixture.awaitPeerEnded();
            assertThat(fixture.chat.errors).isEmpty();
        }
    }

    @Test
    void aProducerThatThrowsFailsItsChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var broken = new ScriptedProducer("x");
            broken.whenCalled = () -> {
                throw new IllegalArgumentException("broken");
            };
            fixture.chat.pushWithProducer(broken);
            fixture.turn();
            assertThat(fixture.chat.events).containsExactly("error", "closed");
            assertThat(fixture.chat.errors.get(0)).hasMessage("broken");
        }
    }

    @Test
    void queuedProducersAreAbandonedWithTheChannelEvenIfOneFails() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var first = new ScriptedProducer("a");
            var second = new ScriptedProducer("b");
            first.state = Producer.State.WAITING;
            fixture.chat.pushWithProducer(first);
            fixture.chat.pushWithProducer(new Producer() {
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
            fixture.chat.pushWithProducer(second);
            fixture.turn();
            fixture.chat.close();
            fixture.chat.close();
            assertThat(first.abandoned).isEqualTo(1);
            assertThat(second.abandoned).isEqualTo(1);
            assertThat(fixture.chat.events).containsExactly("closed");
        }
    }

    // back-pressure

    @ParameterizedTest
    @EnumSource
    void c13_aPeerThatDoesNotReadIsNotReadUntilItReads(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound = () -> fixture.chat.send("A".repeat(999) + "\n");
            byte[] questions = "q\n".repeat(1000).getBytes(ISO_8859_1);
            long sent = 0;
            long max = 0;
            for (int quiet = 0; quiet < 20; ) { // until the peer cannot send any more, because its input is not read
                int now = fixture.peer.send(questions);
                sent += now;
                quiet = now == 0 ? quiet + 1 : 0;
                fixture.turn();
                max = Math.max(max, fixture.chat.bytesWaiting());
            }
            assertThat(sent % 2).isZero();
            assertThat(max).isLessThan(64 * 1024 + 64 * 1024 + 1000);
            assertThat(fixture.chat.readable()).isFalse();
            int reads = fixture.transport.reads;
            fixture.turns(5);
            assertThat(fixture.transport.reads).isEqualTo(reads);
            long expected = sent / 2 * 1000;
            var counted = new long[1];
            fixture.await("all answers", () -> {
                counted[0] = fixture.peer.bytes();
                return counted[0] >= expected;
            });
            assertThat(counted[0]).isEqualTo(expected);
            assertThat(fixture.chat.items).hasSize((int) (sent / 2));
            assertThat(fixture.chat.bytesWaiting()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void c13_manyItemsInOneReadDoNotGrowTheOutputWithoutLimit(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.transport.maxPerWrite = 0;
            fixture.chat.whenFound = () -> {
                fixture.chat.send("A".repeat(3000));
                assertThat(fixture.chat.bytesWaiting()).isLessThan(140_000);
            };
            fixture.deliver("q\n".repeat(32 * 1024));
            int dispatched = fixture.chat.items.size();
            assertThat(dispatched).isBetween(10, 60);
            fixture.turns(5);
            assertThat(fixture.chat.items).hasSize(dispatched);
            assertThat(fixture.chat.errors).isEmpty();

            fixture.transport.maxPerWrite = Integer.MAX_VALUE;
            fixture.await("all answers", () -> fixture.peer.bytes() >= 32 * 1024 * 3000);
            assertThat(fixture.chat.items).hasSize(32 * 1024);
        }
    }

    @Test
    void c13_outputOfUnknownSizeIsLimitedInPieces() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var first = new ScriptedProducer("first");
            first.state = Producer.State.WAITING;
            fixture.chat.pushWithProducer(first);
            var made = new int[1];
            fixture.chat.whenFound = () -> {
                made[0]++;
                fixture.chat.pushWithProducer(BytesProducer.of(new byte[] {'x'}));
            };
            fixture.deliver("q\n".repeat(30_000));
            fixture.turns(40);
            assertThat(made[0]).isBetween(500, 2000);
            first.state = Producer.State.READY;
            fixture.chat.interestChanged();
            fixture.await("the rest", () -> made[0] == 30_000);
            fixture.awaitReceived("first" + "x".repeat(30_000));
        }
    }

    @Test
    void aChannelWithMuchOutputDoesNotHoldUpOtherChannels() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.transport.swallows = true;
            var asked = new int[1];
            var endless = new ScriptedProducer();
            endless.staysReady = true;
            endless.whenCalled = () -> {
                asked[0]++;
                endless.pieces.add("x".repeat(100_000));
            };
            fixture.chat.pushWithProducer(endless);
            fixture.turn();
            assertThat(asked[0]).isBetween(10, 12); // 1 MiB
            fixture.turn();
            assertThat(asked[0]).isBetween(20, 24);
        }
    }

    // output from outside an event of the channel

    @Test
    void outputOfATimerOrTaskLeavesInThatTurnInOneWrite() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.loop.schedule(Duration.ZERO, () -> fixture.chat.send("timer "));
            fixture.loop.execute(() -> fixture.chat.send("task "));
            fixture.loop.execute(() -> fixture.chat.send("again"));
            fixture.turn();
            assertThat(fixture.transport.writes).isEqualTo(1);
            fixture.awaitReceived("timer task again");
        }
    }

    @Test
    void outputPushedInAnotherChannelsEventLeavesInThatTurn() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var other = new RecordingChat(fixture.loop);
            var connection = ChatFixture.connect(other, ConnectionType.TCP);
            try (var otherPeer = connection.peer()) {
                fixture.turn();
                fixture.chat.whenFound = () -> {
                    fixture.chat.send("1");
                    other.send("a");
                    fixture.chat.send("2");
                    other.send("b");
                };
                fixture.peer.send("x\n");
                fixture.await("the item", () -> !fixture.chat.items.isEmpty());
                assertThat(connection.transport().writes).isEqualTo(1);
                assertThat(otherPeer.received()).isEqualTo("ab");
                fixture.awaitReceived("12");
            }
        }
    }
}
