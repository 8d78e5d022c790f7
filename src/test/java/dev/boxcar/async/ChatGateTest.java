// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A chat is dispatched while its gate is open; while it is shut, what was read waits, and nothing more is read. */
class ChatGateTest {

    @ParameterizedTest
    @EnumSource
    void whileTheGateIsShutTheRestWaitsAndNothingIsRead(Wire wire) throws IOException {
        try (var talk = new Talk(wire)) {
            talk.chat.whenFound = () -> talk.chat.gate = !talk.chat.lastItem().equals("wait");
            talk.deliver("a\nwait\nb\nc\nd");
            assertThat(talk.chat.items).containsExactly("a", "wait");
            assertThat(talk.chat.coming).isEmpty();
            int reads = talk.transport.reads;
            talk.peer.send("e\nf\n");
            talk.turns(5);
            assertThat(talk.transport.reads).isEqualTo(reads);

            talk.chat.gate = true;
            talk.turns(2);
            assertThat(talk.chat.items).hasSize(2); // nobody said so
            talk.chat.interestChanged();
            talk.turns(2);
            assertThat(talk.transport.reads).isEqualTo(reads); // no read event was needed for these
            assertThat(talk.chat.items).containsExactly("a", "wait", "b", "c");
            talk.await("the rest", () -> talk.chat.items.size() == 6);
            assertThat(talk.chat.items).containsExactly("a", "wait", "b", "c", "de", "f");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.boxcar.async.Deliveries#all")
    void aGateThatShutsBehindEachItemLosesAndReordersNothing(Wire wire, int chunk) throws IOException {
        try (var talk = new Talk(wire, ItemChat.CRLF)) {
            talk.chat.whenFound = () -> {
                talk.chat.gate = false;
                talk.loop.execute(() -> {
                    talk.chat.gate = true;
                    talk.chat.interestChanged();
                });
            };
            talk.deliver("a\r\n\r\nbc\r\nd\r\r\ne", chunk);
            talk.await("the items", () -> talk.chat.items.size() == 4);
            assertThat(talk.chat.items).containsExactly("a", "", "bc", "d\r");
            talk.deliver("\r\n", chunk);
            talk.await("the last", () -> talk.chat.items.size() == 5);
            assertThat(talk.chat.lastItem()).isEqualTo("e");
        }
    }

    @Test
    void aGateMayShutInTheMiddleOfAnItem() throws IOException {
        try (var talk = new Talk(Wire.TCP, Terminator.count(6))) {
            talk.chat.whenCollected = () -> talk.chat.gate = false;
            talk.deliver("abc");
            talk.peer.send("def");
            talk.turns(3);
            assertThat(talk.chat.coming).hasToString("abc");
            talk.chat.gate = true;
            talk.chat.interestChanged();
            talk.await("the item", () -> !talk.chat.items.isEmpty());
            assertThat(talk.chat.items).containsExactly("abcdef");
        }
    }

    @Test
    void theTerminatorMayChangeWhileTheRestWaits() throws IOException {
        try (var talk = new Talk(Wire.TCP, ItemChat.CRLF)) {
            talk.chat.whenFound = () -> talk.chat.gate = false;
            talk.deliver("BDAT\r\nabc\r\nNOOP\r\n");
            talk.chat.setTerminator(Terminator.count(5));
            talk.chat.gate = true;
            talk.chat.interestChanged();
            talk.turns(3);
            assertThat(talk.chat.items).containsExactly("BDAT", "abc\r\n");
        }
    }

    @Test
    void aLongTrainLeavesATurnToTheOtherChannels() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var other = new ItemChat(talk.loop);
            try (var otherPeer = Talk.connect(other, Wire.TCP).peer()) {
                other.setTerminator(ItemChat.LF);
                talk.peer.send("\n".repeat(30_000));
                talk.await("a first part", () -> !talk.chat.items.isEmpty());
                int first = talk.chat.items.size();
                assertThat(first).isLessThan(30_000);
                otherPeer.send("short\n");
                talk.await("the other", () -> !other.items.isEmpty());
                assertThat(talk.chat.items.size()).isLessThan(30_000);
                talk.await("the long train", () -> talk.chat.items.size() == 30_000);
            }
        }
    }

    @Test
    void whatIsAnsweredAtOnceEndsATurnEarlier() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.whenFound = () -> {
                talk.chat.say("x");
                talk.chat.flush();
            };
            talk.peer.send("\n".repeat(1000));
            talk.await("a first part", () -> !talk.chat.items.isEmpty());
            assertThat(talk.chat.items).hasSizeLessThan(500);
            talk.await("all of it", () -> talk.chat.items.size() == 1000);
            talk.awaitReceived("x".repeat(1000));
        }
    }

    @Test
    void theRestOfALongTrainIsNotDispatchedBehindAClose() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.peer.send("\n".repeat(5000));
            talk.await("a first part", () -> !talk.chat.items.isEmpty());
            int first = talk.chat.items.size();
            assertThat(first).isLessThan(5000);
            talk.chat.close();
            talk.turns(3);
            assertThat(talk.chat.items).hasSize(first);
        }
    }

    @Test
    void anExceptionInAHandlerOfAChannelThatLivesOnCostsThatItemOnly() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.closesAtError = false;
            talk.chat.whenFound = () -> {
                talk.chat.say(talk.chat.lastItem() + " ");
                if (talk.chat.lastItem().equals("bad")) {
                    throw new IllegalStateException("bad item");
                }
            };
            talk.chat.whenError = () -> talk.chat.say("sorry ");
            talk.deliver("a\nbad\nb\nc");
            assertThat(talk.chat.errors).hasSize(1);
            talk.deliver("d\n");
            assertThat(talk.chat.items).containsExactly("a", "bad", "b", "cd");
            talk.awaitReceived("a bad sorry b cd ");
        }
    }

    @Test
    void anExceptionInAQuestionToTheChannelCostsThatChannelOnly() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var failing = new ItemChat(talk.loop) {
                @Override
                protected boolean mayDispatch() {
                    throw new IllegalStateException("no idea");
                }
            };
            try (var failingPeer = Talk.connect(failing, Wire.TCP).peer()) {
                talk.turns(2);
                assertThat(failing.isClosed()).isTrue();
                assertThat(failingPeer.ended).isFalse();
                talk.deliver("still here\n");
                assertThat(talk.chat.items).containsExactly("still here");
            }
        }
    }
}
