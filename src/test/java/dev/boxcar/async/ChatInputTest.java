// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Input is split at terminators, however it arrives. The letters refer to the asynchat checklist in docs/async.md. */
class ChatInputTest {
    private static final String DELIVERIES = "dev.boxcar.async.InputSizes#all";

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a1_oneByteEndsALine(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.LF)) {
            fixture.deliver("hello world\nI'm not dead yet!\n", chunk);
            assertThat(fixture.chat.items).containsExactly("hello world", "I'm not dead yet!");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a2_twoBytesEndALine(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.deliver("hello world\r\nI'm not dead yet!\r\nre", chunk);
            assertThat(fixture.chat.items).containsExactly("hello world", "I'm not dead yet!");
            assertThat(fixture.chat.current).hasToString("re");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a3_threeEqualBytesEndALine(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.terminator("qqq"))) {
            fixture.deliver("hello worldqqqI'm not dead yet!qqq", chunk);
            assertThat(fixture.chat.items).containsExactly("hello world", "I'm not dead yet!");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a4_aCountEndsOneItemAndThenEverythingIsCollected(ConnectionType wire, int chunk) throws IOException {
        for (int count : new int[] {1, 6}) {
            try (var fixture = new ChatFixture(wire, Terminator.count(count))) {
                fixture.deliver("hello world\nI'm not dead yet!\n", chunk);
                assertThat(fixture.chat.items).containsExactly("hello world\nI'm not dead yet!\n".substring(0, count));
                assertThat(fixture.chat.current).hasToString("hello world\nI'm not dead yet!\n".substring(count));
                assertThat(fixture.chat.terminator()).isEqualTo(Terminator.none());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a5_aCountCountsDownOverSeveralReads(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire, Terminator.count(10))) {
            fixture.chat.whenFound = () -> fixture.chat.setTerminator(RecordingChat.LF);
            fixture.deliver("0123", 4);
            fixture.deliver("4567", 4);
            assertThat(fixture.chat.items).isEmpty();
            assertThat(fixture.chat.terminator()).isEqualTo(Terminator.count(2)); // a11: the rest of it
            fixture.deliver("89ab", 4);
            assertThat(fixture.chat.items).containsExactly("0123456789");
            assertThat(fixture.chat.current).hasToString("ab");
            fixture.deliver("c\n", 2);
            assertThat(fixture.chat.items).containsExactly("0123456789", "abc");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a6_withoutATerminatorBytesAreCollectedAsTheyArrive(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, Terminator.none())) {
            fixture.deliver("hello world\n\r\nqqq", chunk);
            assertThat(fixture.chat.items).isEmpty();
            assertThat(fixture.chat.current).hasToString("hello world\n\r\nqqq");
        }
    }

    @Test
    void a7_aTerminatorOfNoBytesIsNone() throws IOException {
        assertThat(Terminator.of()).isSameAs(Terminator.none());
        try (var fixture = new ChatFixture(ConnectionType.TCP, Terminator.of())) {
            fixture.deliver("abc", 1);
            assertThat(fixture.chat.items).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a7_aCountOfZeroEndsImmediately(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire, Terminator.count(0))) {
            fixture.turns(2);
            assertThat(fixture.chat.items).containsExactly("");
            assertThat(fixture.chat.pieces).isZero();
            assertThat(fixture.chat.terminator()).isEqualTo(Terminator.none());
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a7_aCountOfZeroWithinAGroupEndsAnEmptyItem(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.LF)) {
            fixture.chat.whenFound = () -> fixture.chat.setTerminator(
                    fixture.chat.lastItem().startsWith("BDAT") ? Terminator.count(0) : RecordingChat.LF);
            fixture.deliver("BDAT 0 LAST\nMAIL\n", chunk);
            assertThat(fixture.chat.items).containsExactly("BDAT 0 LAST", "", "MAIL");
        }
    }

    @Test
    void a7_aHandlerThatAlwaysSetsACountOfZeroDoesNotHoldUpOtherChannels() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.LF)) {
            fixture.chat.whenFound = () -> fixture.chat.setTerminator(Terminator.count(0));
            fixture.peer.send("x\n");
            fixture.await("the first item", () -> !fixture.chat.items.isEmpty());
            int before = fixture.chat.items.size();
            fixture.turn();
            assertThat(fixture.chat.items.size()).isGreaterThan(before).isLessThan(before + 5000);
        }
    }

    @Test
    void a7_aCountOfZeroSetBeforeTheConnectionEndsWhenItIsEstablished() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new RecordingChat(loop);
            chat.setTerminator(Terminator.count(0));
            loop.poll(java.time.Duration.ZERO);
            assertThat(chat.items).isEmpty();
            try (var peer = ChatFixture.connect(chat, ConnectionType.TCP).peer()) {
                ChatFixture.await(loop, "the empty item", () -> chat.items.equals(List.of("")));
                assertThat(peer.ended).isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a8_a9_anEmptyLineIsAnItemWithoutAPiece(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.LF)) {
            fixture.deliver("hello world\n\nI'm not dead yet!\n", chunk);
            assertThat(fixture.chat.items).containsExactly("hello world", "", "I'm not dead yet!");
        }
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.deliver("\r\n\r\n", chunk);
            assertThat(fixture.chat.items).containsExactly("", "");
            assertThat(fixture.chat.pieces).isZero();
        }
    }

    @Test
    void a10_aNegativeCountThrowsImmediately() throws IOException {
        assertThatThrownBy(() -> Terminator.count(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a11_theTerminatorIsReturned() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new RecordingChat(loop);
            assertThat(chat.terminator()).isEqualTo(Terminator.none());
            for (Terminator terminator :
                    List.of(RecordingChat.CRLF, Terminator.count(7), RecordingChat.DOT.assuming(2))) {
                chat.setTerminator(terminator);
                assertThat(chat.terminator()).isEqualTo(terminator);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a12_allItemsOfOneReadAreDispatchedInThatEvent(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.chat.whenFound = () -> fixture.chat.send("250\r\n");
            fixture.peer.send("RSET\r\nMAIL\r\nRCPT\r\nRCPT\r\nDA");
            fixture.await("a read", () -> fixture.transport.bytesRead > 0);
            assertThat(fixture.transport.reads).isEqualTo(1);
            assertThat(fixture.chat.items).containsExactly("RSET", "MAIL", "RCPT", "RCPT");
            assertThat(fixture.transport.writes).isEqualTo(1);
            fixture.awaitReceived("250\r\n".repeat(4));
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a13_theTerminatorMayChangeAfterAnItem(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.chat.whenFound = () -> {
                String item = fixture.chat.lastItem();
                fixture.chat.setTerminator(
                        item.equals("DATA")
                                ? RecordingChat.DOT.assuming(2)
                                : item.equals("BDAT 5") ? Terminator.count(5) : RecordingChat.CRLF);
            };
            fixture.deliver("MAIL\r\nDATA\r\nline\r\n.line\r\n\r\n.\r\nBDAT 5\r\n\r\n.\r\nRSET\r\nQUIT\r\n", chunk);
            assertThat(fixture.chat.items)
                    .containsExactly("MAIL", "DATA", "line\r\n.line\r\n", "BDAT 5", "\r\n.\r\n", "RSET", "QUIT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a14_aPrefixOfTheTerminatorIsHeldBackAndIsDataIfTheRestDoesNotFollow(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.DOT)) {
            fixture.deliver("abc\r\n");
            assertThat(fixture.chat.current).hasToString("abc");
            fixture.deliver(".");
            fixture.deliver("\r");
            assertThat(fixture.chat.current).hasToString("abc");
            fixture.deliver("x");
            assertThat(fixture.chat.current).hasToString("abc\r\n.\rx");
            assertThat(fixture.chat.items).isEmpty();
            fixture.deliver("\r\n.\r\n", 1);
            assertThat(fixture.chat.items).containsExactly("abc\r\n.\rx");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a15_aFailedMatchMayOverlapARealOne(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.terminator("qqq"))) {
            fixture.deliver("aqqbqqqqqcqqq", chunk);
            assertThat(fixture.chat.items).containsExactly("aqqb", "qqc");
        }
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.deliver("\r\r\n\rx\r\r\r\n", chunk);
            assertThat(fixture.chat.items).containsExactly("\r", "\rx\r\r");
        }
        try (var fixture = new ChatFixture(wire, RecordingChat.DOT)) {
            fixture.deliver("a\r\n.\r\r\n\r\n.\r\n", chunk);
            assertThat(fixture.chat.items).containsExactly("a\r\n.\r\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a16_nothingIsLostBetweenReads(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            var sent = new ArrayList<String>();
            var text = new StringBuilder();
            for (int i = 0; text.length() < 300_000; i++) {
                sent.add("line " + i + " " + "x".repeat(i % 977));
                text.append(sent.get(i)).append("\r\n");
            }
            fixture.deliver(text.toString());
            assertThat(fixture.transport.reads).isGreaterThan(4);
            assertThat(fixture.chat.items).isEqualTo(sent);
        }
    }

    @Test
    void a17_dataWithoutATerminatorIsDeliveredWithEachReadAndNotKept() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.deliver("abcdef", 2);
            assertThat(fixture.chat.pieces).isEqualTo(3);
            assertThat(fixture.chat.released).isGreaterThanOrEqualTo(3);
            assertThat(fixture.chat.current).hasToString("abcdef");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a18_nothingIsDispatchedAfterCloseWhenDone(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.LF)) {
            fixture.chat.whenFound = () -> {
                if (fixture.chat.lastItem().equals("QUIT")) {
                    fixture.chat.send("bye\n");
                    fixture.chat.closeWhenDone();
                }
            };
            fixture.peer.send("NOOP\nQUIT\nNOOP\nNOOP\n"); // more input than it reads is there when it closes
            fixture.await("the items", () -> fixture.chat.items.size() >= 2);
            fixture.awaitReceived("bye\n");
            fixture.awaitPeerEnded();
            assertThat(fixture.chat.items).containsExactly("NOOP", "QUIT");
        }
    }

    @Test
    void a18_nothingIsDispatchedAfterAClose() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.LF)) {
            fixture.chat.whenFound = fixture.chat::close;
            fixture.deliver("QUIT\nNOOP\n");
            assertThat(fixture.chat.items).containsExactly("QUIT");
            assertThat(fixture.chat.errors).isEmpty();
        }
    }

    @Test
    void a18_noTerminatorIsFoundAfterACloseDuringCollection() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.chat.whenCollected = fixture.chat::closeWhenDone;
            fixture.deliver("\r"); // held back, so that the item arrives in two pieces
            fixture.deliver("x\r\ny");
            assertThat(fixture.chat.pieces).isEqualTo(1);
            assertThat(fixture.chat.items).isEmpty();
        }
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.chat.whenCollected = fixture.chat::close;
            fixture.deliver("\r");
            fixture.deliver("x\r\ny");
            assertThat(fixture.chat.pieces).isEqualTo(1);
            assertThat(fixture.chat.items).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a19_theTerminatorMayBecomeNoneInTheMiddleOfTheBuffer(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.LF)) {
            fixture.chat.whenFound = () -> fixture.chat.setTerminator(Terminator.none());
            fixture.deliver("CONNECT\nraw\nraw\n", chunk);
            assertThat(fixture.chat.items).containsExactly("CONNECT");
            assertThat(fixture.chat.current).hasToString("raw\nraw\n");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a20_aMessageThatIsOnlyADotEnds(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            var withAssumedBytes = new ArrayList<Boolean>();
            fixture.chat.whenFound = () -> {
                withAssumedBytes.add(fixture.chat.foundWithAssumedBytes());
                boolean data = fixture.chat.lastItem().equals("DATA");
                fixture.chat.setTerminator(data ? RecordingChat.DOT.assuming(2) : RecordingChat.CRLF);
            };
            fixture.deliver("DATA\r\n.\r\nDATA\r\n\r\n.\r\nDATA\r\n.x\r\n.\r\nRSET\r\n", chunk);
            assertThat(fixture.chat.items).containsExactly("DATA", "", "DATA", "", "DATA", ".x", "RSET");
            assertThat(withAssumedBytes).containsExactly(false, true, false, false, false, false, false);
        }
    }

    // setting the terminator elsewhere

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void aTerminatorSetBetweenEventsAppliesToHeldBackBytes(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.DOT)) {
            fixture.deliver("abc\r\n.", chunk);
            assertThat(fixture.chat.current).hasToString("abc");
            fixture.chat.setTerminator(RecordingChat.CRLF);
            fixture.turns(3);
            assertThat(fixture.chat.items).containsExactly("abc");
            assertThat(fixture.chat.current).hasToString(".");
            fixture.deliver("\r\n", chunk);
            assertThat(fixture.chat.items).containsExactly("abc", ".");
        }
    }

    @Test
    void aTerminatorSetDuringCollectionAppliesToHeldBackBytes() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.DOT)) {
            fixture.chat.whenCollected = () -> {
                if (fixture.chat.current.length() == 3) {
                    fixture.chat.setTerminator(Terminator.count(1));
                }
            };
            fixture.deliver("abc\r\n.");
            assertThat(fixture.chat.items).containsExactly("abc\r");
            assertThat(fixture.chat.current).hasToString("\n.");
        }
    }

    @Test
    void aTerminatorSetDuringCollectionAppliesAfterTheItem() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.LF)) {
            fixture.chat.whenCollected = () -> fixture.chat.setTerminator(RecordingChat.CRLF);
            fixture.deliver("a\nb\nc\r\n");
            assertThat(fixture.chat.items).containsExactly("a", "b\nc");
        }
    }

    @Test
    void aTerminatorSetTwiceKeepsTheBytesInOrder() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.DOT)) {
            fixture.deliver("\r\n.\r");
            fixture.chat.setTerminator(RecordingChat.terminator("zz"));
            fixture.chat.setTerminator(RecordingChat.LF);
            fixture.turns(3);
            assertThat(fixture.chat.items).containsExactly("\r");
            assertThat(fixture.chat.current).hasToString(".\r");
        }
    }

    @Test
    void aTerminatorSetInAnotherChannelsEventKeepsHeldBackBytesInOrder() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            var other = new RecordingChat(fixture.loop);
            try (var otherPeer = ChatFixture.connect(other, ConnectionType.TCP).peer()) {
                other.setTerminator(RecordingChat.CRLF);
                fixture.deliver("\r");
                otherPeer.send("\r");
                fixture.turns(3);
                // whichever comes first in the turn changes the other one before that one reads
                fixture.chat.whenCollected = () -> other.setTerminator(Terminator.none());
                other.whenCollected = () -> fixture.chat.setTerminator(Terminator.none());
                fixture.peer.send("x");
                otherPeer.send("x");
                fixture.await("all", () -> fixture.chat.current.length() + other.current.length() == 4);
                assertThat(fixture.chat.current).hasToString("\rx");
                assertThat(other.current).hasToString("\rx");
            }
        }
    }

    // errors and the end of input

    @ParameterizedTest
    @EnumSource
    void d1_aReadWithNothingToReadIsIgnored(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            EventDelivery.deliver(fixture.chat, java.nio.channels.SelectionKey.OP_READ);
            assertThat(fixture.transport.reads).isEqualTo(1);
            assertThat(fixture.chat.events).isEmpty();
            fixture.deliver("still here\n");
            assertThat(fixture.chat.items).containsExactly("still here");
        }
    }

    @ParameterizedTest
    @EnumSource
    void d2_aReadThatFailsClosesTheChannelAndNotTheLoop(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.transport.readFails = new IOException("the disk of the network is full");
            fixture.peer.send("x");
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.events).containsExactly("error", "closed");
            assertThat(fixture.chat.errors).containsExactly(fixture.transport.readFails);
            assertThat(fixture.loop.size()).isZero();
            fixture.turn();
        }
    }

    @ParameterizedTest
    @EnumSource
    void d3_anIncompleteItemIsNotFoundAtTheEnd(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.deliver("RSET\r\nQUIT\r");
            fixture.peer.end();
            fixture.await("the close", fixture.chat::isClosed);
            assertThat(fixture.chat.items).containsExactly("RSET");
            assertThat(fixture.chat.current).hasToString("QUIT");
            assertThat(fixture.chat.events).containsExactly("end", "close", "closed");
        }
    }

    @Test
    void c14_discardBuffersDropsInputAfterTheItemAndQueuedOutput() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("lost");
                fixture.chat.discardBuffers();
                fixture.chat.send("kept");
            };
            fixture.deliver("STARTTLS\r\nMAIL\r\nRCPT\r");
            assertThat(fixture.chat.items).containsExactly("STARTTLS");
            fixture.awaitReceived("kept");
            fixture.deliver("\nEHLO\r\n"); // not the end of RCPT
            assertThat(fixture.chat.items).containsExactly("STARTTLS", "\nEHLO");
        }
    }

    @Test
    void c14_discardBuffersDropsHeldBackBytes() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.deliver("a\r");
            fixture.chat.discardBuffers();
            fixture.deliver("\nb\r\n");
            assertThat(fixture.chat.items).containsExactly("a\nb");
        }
    }
}
