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

/**
 * Input is cut at terminators, whatever the pieces that it comes in. The letters are rows of the asynchat checklist.
 */
class ChatInputTest {
    private static final String DELIVERIES = "dev.boxcar.async.Deliveries#all";

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a1_aLineEndsAtOneByte(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.LF)) {
            talk.deliver("hello world\nI'm not dead yet!\n", chunk);
            assertThat(talk.chat.items).containsExactly("hello world", "I'm not dead yet!");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a2_aLineEndsAtTwoBytes(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.deliver("hello world\r\nI'm not dead yet!\r\nre", chunk);
            assertThat(talk.chat.items).containsExactly("hello world", "I'm not dead yet!");
            assertThat(talk.chat.coming).hasToString("re");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a3_aLineEndsAtThreeEqualBytes(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.terminator("qqq"))) {
            talk.deliver("hello worldqqqI'm not dead yet!qqq", chunk);
            assertThat(talk.chat.items).containsExactly("hello world", "I'm not dead yet!");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a4_aCountEndsOnceAndThenAllIsCollected(Wire wire, int chunk) throws IOException {
        for (int count : new int[] {1, 6}) {
            try (var talk = new Talk(wire, Terminator.count(count))) {
                talk.deliver("hello world\nI'm not dead yet!\n", chunk);
                assertThat(talk.chat.items).containsExactly("hello world\nI'm not dead yet!\n".substring(0, count));
                assertThat(talk.chat.coming).hasToString("hello world\nI'm not dead yet!\n".substring(count));
                assertThat(talk.chat.terminator()).isEqualTo(Terminator.none());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a5_aCountCountsDownOverReadsAndLeavesTheRest(Wire wire) throws IOException {
        try (var talk = new Talk(wire, Terminator.count(10))) {
            talk.chat.whenFound = () -> talk.chat.setTerminator(ItemChat.LF);
            talk.deliver("0123", 4);
            talk.deliver("4567", 4);
            assertThat(talk.chat.items).isEmpty();
            assertThat(talk.chat.terminator()).isEqualTo(Terminator.count(2)); // a11: what is left of it
            talk.deliver("89ab", 4);
            assertThat(talk.chat.items).containsExactly("0123456789");
            assertThat(talk.chat.coming).hasToString("ab");
            talk.deliver("c\n", 2);
            assertThat(talk.chat.items).containsExactly("0123456789", "abc");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a6_withoutTerminatorAllIsCollectedAsItComes(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, Terminator.none())) {
            talk.deliver("hello world\n\r\nqqq", chunk);
            assertThat(talk.chat.items).isEmpty();
            assertThat(talk.chat.coming).hasToString("hello world\n\r\nqqq");
        }
    }

    @Test
    void a7_noBytesAreNoTerminator() throws IOException {
        assertThat(Terminator.of()).isSameAs(Terminator.none());
        try (var talk = new Talk(Wire.TCP, Terminator.of())) {
            talk.deliver("abc", 1);
            assertThat(talk.chat.items).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a7_aCountOfNothingEndsAtOnceWithoutAnyByte(Wire wire) throws IOException {
        try (var talk = new Talk(wire, Terminator.count(0))) {
            talk.turns(2);
            assertThat(talk.chat.items).containsExactly("");
            assertThat(talk.chat.pieces).isZero();
            assertThat(talk.chat.terminator()).isEqualTo(Terminator.none());
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a7_aCountOfNothingWithinATrainEndsAnEmptyItem(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.LF)) {
            talk.chat.whenFound = () -> talk.chat.setTerminator(
                    talk.chat.lastItem().startsWith("BDAT") ? Terminator.count(0) : ItemChat.LF);
            talk.deliver("BDAT 0 LAST\nMAIL\n", chunk);
            assertThat(talk.chat.items).containsExactly("BDAT 0 LAST", "", "MAIL");
        }
    }

    @Test
    void a7_aHandlerThatAlwaysCountsToNothingLeavesATurnToOthers() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.LF)) {
            talk.chat.whenFound = () -> talk.chat.setTerminator(Terminator.count(0));
            talk.peer.send("x\n");
            talk.await("the first item", () -> !talk.chat.items.isEmpty());
            int before = talk.chat.items.size();
            talk.turn();
            assertThat(talk.chat.items.size()).isGreaterThan(before).isLessThan(before + 5000);
        }
    }

    @Test
    void a7_aCountOfNothingSetBeforeTheConnectionEndsWhenItIsThere() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new ItemChat(loop);
            chat.setTerminator(Terminator.count(0));
            loop.poll(java.time.Duration.ZERO);
            assertThat(chat.items).isEmpty();
            try (var peer = Talk.connect(chat, Wire.TCP).peer()) {
                Talk.await(loop, "the empty item", () -> chat.items.equals(List.of("")));
                assertThat(peer.ended).isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a8_a9_anEmptyLineIsAnItemWithoutAPiece(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.LF)) {
            talk.deliver("hello world\n\nI'm not dead yet!\n", chunk);
            assertThat(talk.chat.items).containsExactly("hello world", "", "I'm not dead yet!");
        }
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.deliver("\r\n\r\n", chunk);
            assertThat(talk.chat.items).containsExactly("", "");
            assertThat(talk.chat.pieces).isZero();
        }
    }

    @Test
    void a10_aNegativeCountThrowsAtOnce() throws IOException {
        assertThatThrownBy(() -> Terminator.count(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a11_theTerminatorIsGivenBack() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new ItemChat(loop);
            assertThat(chat.terminator()).isEqualTo(Terminator.none());
            for (Terminator terminator : List.of(ItemChat.CRLF, Terminator.count(7), ItemChat.DOT.assuming(2))) {
                chat.setTerminator(terminator);
                assertThat(chat.terminator()).isEqualTo(terminator);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a12_allItemsOfOneReadAreFoundInThatEvent(Wire wire) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.chat.whenFound = () -> talk.chat.say("250\r\n");
            talk.peer.send("RSET\r\nMAIL\r\nRCPT\r\nRCPT\r\nDA");
            talk.await("a read", () -> talk.transport.bytesRead > 0);
            assertThat(talk.transport.reads).isEqualTo(1);
            assertThat(talk.chat.items).containsExactly("RSET", "MAIL", "RCPT", "RCPT");
            assertThat(talk.transport.writes).isEqualTo(1);
            talk.awaitReceived("250\r\n".repeat(4));
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a13_theTerminatorMayChangeWhenAnItemWasFound(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.chat.whenFound = () -> {
                String item = talk.chat.lastItem();
                talk.chat.setTerminator(
                        item.equals("DATA")
                                ? ItemChat.DOT.assuming(2)
                                : item.equals("BDAT 5") ? Terminator.count(5) : ItemChat.CRLF);
            };
            talk.deliver("MAIL\r\nDATA\r\nline\r\n.line\r\n\r\n.\r\nBDAT 5\r\n\r\n.\r\nRSET\r\nQUIT\r\n", chunk);
            assertThat(talk.chat.items)
                    .containsExactly("MAIL", "DATA", "line\r\n.line\r\n", "BDAT 5", "\r\n.\r\n", "RSET", "QUIT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a14_aBeginningOfTheTerminatorIsHeldBackAndIsDataWhenItDoesNotGoOn(Wire wire) throws IOException {
        try (var talk = new Talk(wire, ItemChat.DOT)) {
            talk.deliver("abc\r\n");
            assertThat(talk.chat.coming).hasToString("abc");
            talk.deliver(".");
            talk.deliver("\r");
            assertThat(talk.chat.coming).hasToString("abc");
            talk.deliver("x");
            assertThat(talk.chat.coming).hasToString("abc\r\n.\rx");
            assertThat(talk.chat.items).isEmpty();
            talk.deliver("\r\n.\r\n", 1);
            assertThat(talk.chat.items).containsExactly("abc\r\n.\rx");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a15_aFalseStartMayOverlapATrueOne(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.terminator("qqq"))) {
            talk.deliver("aqqbqqqqqcqqq", chunk);
            assertThat(talk.chat.items).containsExactly("aqqb", "qqc");
        }
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.deliver("\r\r\n\rx\r\r\r\n", chunk);
            assertThat(talk.chat.items).containsExactly("\r", "\rx\r\r");
        }
        try (var talk = new Talk(wire, ItemChat.DOT)) {
            talk.deliver("a\r\n.\r\r\n\r\n.\r\n", chunk);
            assertThat(talk.chat.items).containsExactly("a\r\n.\r\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a16_nothingIsLostAtTheSeamOfReads(Wire wire) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            var sent = new ArrayList<String>();
            var text = new StringBuilder();
            for (int i = 0; text.length() < 300_000; i++) {
                sent.add("line " + i + " " + "x".repeat(i % 977));
                text.append(sent.get(i)).append("\r\n");
            }
            talk.deliver(text.toString());
            assertThat(talk.transport.reads).isGreaterThan(4);
            assertThat(talk.chat.items).isEqualTo(sent);
        }
    }

    @Test
    void a17_dataWithoutTerminatorIsHandedOverWithEachReadAndNotKept() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.deliver("abcdef", 2);
            assertThat(talk.chat.pieces).isEqualTo(3);
            assertThat(talk.chat.released).isGreaterThanOrEqualTo(3);
            assertThat(talk.chat.coming).hasToString("abcdef");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a18_nothingIsDispatchedBehindACloseWhenDone(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.LF)) {
            talk.chat.whenFound = () -> {
                if (talk.chat.lastItem().equals("QUIT")) {
                    talk.chat.say("bye\n");
                    talk.chat.closeWhenDone();
                }
            };
            talk.peer.send("NOOP\nQUIT\nNOOP\nNOOP\n"); // more than the chunks take is there when it closes
            talk.await("the items", () -> talk.chat.items.size() >= 2);
            talk.awaitReceived("bye\n");
            talk.awaitPeerEnded();
            assertThat(talk.chat.items).containsExactly("NOOP", "QUIT");
        }
    }

    @Test
    void a18_nothingIsDispatchedBehindAClose() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.LF)) {
            talk.chat.whenFound = talk.chat::close;
            talk.deliver("QUIT\nNOOP\n");
            assertThat(talk.chat.items).containsExactly("QUIT");
            assertThat(talk.chat.errors).isEmpty();
        }
    }

    @Test
    void a18_aCloseWhileDataIsCollectedFindsNoTerminatorAnyMore() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.chat.whenCollected = talk.chat::closeWhenDone;
            talk.deliver("\r"); // held back, so that the item comes in two pieces
            talk.deliver("x\r\ny");
            assertThat(talk.chat.pieces).isEqualTo(1);
            assertThat(talk.chat.items).isEmpty();
        }
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.chat.whenCollected = talk.chat::close;
            talk.deliver("\r");
            talk.deliver("x\r\ny");
            assertThat(talk.chat.pieces).isEqualTo(1);
            assertThat(talk.chat.items).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a19_theTerminatorMayBecomeNoneInTheMiddleOfTheBuffer(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.LF)) {
            talk.chat.whenFound = () -> talk.chat.setTerminator(Terminator.none());
            talk.deliver("CONNECT\nraw\nraw\n", chunk);
            assertThat(talk.chat.items).containsExactly("CONNECT");
            assertThat(talk.chat.coming).hasToString("raw\nraw\n");
        }
    }

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void a20_aMessageOfNothingButADotEnds(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            var atOnce = new ArrayList<Boolean>();
            talk.chat.whenFound = () -> {
                atOnce.add(talk.chat.foundWithAssumedBytes());
                boolean data = talk.chat.lastItem().equals("DATA");
                talk.chat.setTerminator(data ? ItemChat.DOT.assuming(2) : ItemChat.CRLF);
            };
            talk.deliver("DATA\r\n.\r\nDATA\r\n\r\n.\r\nDATA\r\n.x\r\n.\r\nRSET\r\n", chunk);
            assertThat(talk.chat.items).containsExactly("DATA", "", "DATA", "", "DATA", ".x", "RSET");
            assertThat(atOnce).containsExactly(false, true, false, false, false, false, false);
        }
    }

    // where a terminator may be set

    @ParameterizedTest
    @MethodSource(DELIVERIES)
    void aTerminatorSetBetweenEventsCutsWhatWasHeldBack(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.DOT)) {
            talk.deliver("abc\r\n.", chunk);
            assertThat(talk.chat.coming).hasToString("abc");
            talk.chat.setTerminator(ItemChat.CRLF);
            talk.turns(3);
            assertThat(talk.chat.items).containsExactly("abc");
            assertThat(talk.chat.coming).hasToString(".");
            talk.deliver("\r\n", chunk);
            assertThat(talk.chat.items).containsExactly("abc", ".");
        }
    }

    @Test
    void aTerminatorSetWhileDataIsCollectedCutsWhatWasHeldBack() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.DOT)) {
            talk.chat.whenCollected = () -> {
                if (talk.chat.coming.length() == 3) {
                    talk.chat.setTerminator(Terminator.count(1));
                }
            };
            talk.deliver("abc\r\n.");
            assertThat(talk.chat.items).containsExactly("abc\r");
            assertThat(talk.chat.coming).hasToString("\n.");
        }
    }

    @Test
    void aTerminatorSetWhileDataIsCollectedHoldsForWhatComesBehindTheItem() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.LF)) {
            talk.chat.whenCollected = () -> talk.chat.setTerminator(ItemChat.CRLF);
            talk.deliver("a\nb\nc\r\n");
            assertThat(talk.chat.items).containsExactly("a", "b\nc");
        }
    }

    @Test
    void aTerminatorSetTwiceKeepsTheBytesInOrder() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.DOT)) {
            talk.deliver("\r\n.\r");
            talk.chat.setTerminator(ItemChat.terminator("zz"));
            talk.chat.setTerminator(ItemChat.LF);
            talk.turns(3);
            assertThat(talk.chat.items).containsExactly("\r");
            assertThat(talk.chat.coming).hasToString(".\r");
        }
    }

    @Test
    void aTerminatorSetInAnotherChannelsEventKeepsHeldBackBytesBeforeThoseThatCome() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            var other = new ItemChat(talk.loop);
            try (var otherPeer = Talk.connect(other, Wire.TCP).peer()) {
                other.setTerminator(ItemChat.CRLF);
                talk.deliver("\r");
                otherPeer.send("\r");
                talk.turns(3);
                // whichever is asked first in the round, it changes the other before that one reads
                talk.chat.whenCollected = () -> other.setTerminator(Terminator.none());
                other.whenCollected = () -> talk.chat.setTerminator(Terminator.none());
                talk.peer.send("x");
                otherPeer.send("x");
                talk.await("all", () -> talk.chat.coming.length() + other.coming.length() == 4);
                assertThat(talk.chat.coming).hasToString("\rx");
                assertThat(other.coming).hasToString("\rx");
            }
        }
    }

    // reading errors and ends

    @ParameterizedTest
    @EnumSource
    void d1_aReadWithNothingToReadIsIgnored(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            EventDelivery.deliver(talk.chat, java.nio.channels.SelectionKey.OP_READ);
            assertThat(talk.transport.reads).isEqualTo(1);
            assertThat(talk.chat.events).isEmpty();
            talk.deliver("still here\n");
            assertThat(talk.chat.items).containsExactly("still here");
        }
    }

    @ParameterizedTest
    @EnumSource
    void d2_aReadThatFailsCostsTheChannelAndNotTheLoop(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.transport.readFails = new IOException("the disk of the network is full");
            talk.peer.send("x");
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.events).containsExactly("error", "closed");
            assertThat(talk.chat.errors).containsExactly(talk.transport.readFails);
            assertThat(talk.loop.size()).isZero();
            talk.turn();
        }
    }

    @ParameterizedTest
    @EnumSource
    void d3_anUnfinishedItemIsNotFoundAtTheEnd(Wire wire) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.deliver("RSET\r\nQUIT\r");
            talk.peer.end();
            talk.await("the close", talk.chat::isClosed);
            assertThat(talk.chat.items).containsExactly("RSET");
            assertThat(talk.chat.coming).hasToString("QUIT");
            assertThat(talk.chat.events).containsExactly("end", "close", "closed");
        }
    }

    @Test
    void c14_discardedBuffersForgetWhatIsBehindTheItemAndWhatWaits() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("lost");
                talk.chat.discardBuffers();
                talk.chat.say("kept");
            };
            talk.deliver("STARTTLS\r\nMAIL\r\nRCPT\r");
            assertThat(talk.chat.items).containsExactly("STARTTLS");
            talk.awaitReceived("kept");
            talk.deliver("\nEHLO\r\n"); // not the end of RCPT
            assertThat(talk.chat.items).containsExactly("STARTTLS", "\nEHLO");
        }
    }

    @Test
    void c14_discardedBuffersForgetWhatWasHeldBack() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.deliver("a\r");
            talk.chat.discardBuffers();
            talk.deliver("\nb\r\n");
            assertThat(talk.chat.items).containsExactly("a\nb");
        }
    }
}
