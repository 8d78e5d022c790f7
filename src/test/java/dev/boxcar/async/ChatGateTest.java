// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A chat dispatches items while its gate is open. While the gate is closed, input waits and nothing is read. */
class ChatGateTest {

    @ParameterizedTest
    @EnumSource
    void whileTheGateIsClosedInputWaitsAndNothingIsRead(ConnectionType wire) throws IOException {
        try (var fixture = new ChatFixture(wire)) {
            fixture.chat.whenFound =
                    () -> fixture.chat.gate = !fixture.chat.lastItem().equals("wait");
            fixture.deliver("a\nwait\nb\nc\nd");
            assertThat(fixture.chat.items).containsExactly("a", "wait");
            assertThat(fixture.chat.current).isEmpty();
            int reads = fixture.transport.reads;
            fixture.peer.send("e\nf\n");
            fixture.turns(5);
            assertThat(fixture.transport.reads).isEqualTo(reads);

            fixture.chat.gate = true;
            fixture.turns(2);
            assertThat(fixture.chat.items).hasSize(2); // the loop was not told of the open gate
            fixture.chat.interestChanged();
            fixture.turns(2);
            assertThat(fixture.transport.reads).isEqualTo(reads); // these needed no read event
            assertThat(fixture.chat.items).containsExactly("a", "wait", "b", "c");
            fixture.await("the rest", () -> fixture.chat.items.size() == 6);
            assertThat(fixture.chat.items).containsExactly("a", "wait", "b", "c", "de", "f");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.boxcar.async.InputSizes#all")
    void aGateThatClosesAfterEachItemLosesAndReordersNothing(ConnectionType wire, int chunk) throws IOException {
        try (var fixture = new ChatFixture(wire, RecordingChat.CRLF)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.gate = false;
                fixture.loop.execute(() -> {
                    fixture.chat.gate = true;
                    fixture.chat.interestChanged();
                });
            };
            fixture.deliver("a\r\n\r\nbc\r\nd\r\r\ne", chunk);
            fixture.await("the items", () -> fixture.chat.items.size() == 4);
            assertThat(fixture.chat.items).containsExactly("a", "", "bc", "d\r");
            fixture.deliver("\r\n", chunk);
            fixture.await("the last", () -> fixture.chat.items.size() == 5);
            assertThat(fixture.chat.lastItem()).isEqualTo("e");
        }
    }

    @Test
    void theGateMayCloseInTheMiddleOfAnItem() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, Terminator.count(6))) {
            fixture.chat.whenCollected = () -> fixture.chat.gate = false;
            fixture.deliver("abc");
            fixture.peer.send("def");
            fixture.turns(3);
            assertThat(fixture.chat.current).hasToString("abc");
            fixture.chat.gate = true;
            fixture.chat.interestChanged();
            fixture.await("the item", () -> !fixture.chat.items.isEmpty());
            assertThat(fixture.chat.items).containsExactly("abcdef");
        }
    }

    @Test
    void theTerminatorMayChangeWhileInputWaits() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP, RecordingChat.CRLF)) {
            fixture.chat.whenFound = () -> fixture.chat.gate = false;
            fixture.deliver("BDAT\r\nabc\r\nNOOP\r\n");
            fixture.chat.setTerminator(Terminator.count(5));
            fixture.chat.gate = true;
            fixture.chat.interestChanged();
            fixture.turns(3);
            assertThat(fixture.chat.items).containsExactly("BDAT", "abc\r\n");
        }
    }

    @Test
    void aLongGroupDoesNotHoldUpOtherChannels() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var other = new RecordingChat(fixture.loop);
            try (var otherPeer = ChatFixture.connect(other, ConnectionType.TCP).peer()) {
                other.setTerminator(RecordingChat.LF);
                fixture.peer.send("\n".repeat(30_000));
                fixture.await("a first part", () -> !fixture.chat.items.isEmpty());
                int first = fixture.chat.items.size();
                assertThat(first).isLessThan(30_000);
                otherPeer.send("short\n");
                fixture.await("the other", () -> !other.items.isEmpty());
                assertThat(fixture.chat.items.size()).isLessThan(30_000);
                fixture.await("the long group", () -> fixture.chat.items.size() == 30_000);
            }
        }
    }

    @Test
    void itemsThatFlushEndTheTurnEarlier() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = () -> {
                fixture.chat.send("x");
                fixture.chat.flush();
            };
            fixture.peer.send("\n".repeat(1000));
            fixture.await("a first part", () -> !fixture.chat.items.isEmpty());
            assertThat(fixture.chat.items).hasSizeLessThan(500);
            fixture.await("all of it", () -> fixture.chat.items.size() == 1000);
            fixture.awaitReceived("x".repeat(1000));
        }
    }

    @Test
    void theRestOfALongGroupIsNotDispatchedAfterAClose() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.peer.send("\n".repeat(5000));
            fixture.await("a first part", () -> !fixture.chat.items.isEmpty());
            int first = fixture.chat.items.size();
            assertThat(first).isLessThan(5000);
            fixture.chat.close();
            fixture.turns(3);
            assertThat(fixture.chat.items).hasSize(first);
        }
    }

    @Test
    void anExceptionInAHandlerOfAChannelThatStaysOpenLosesThatItemOnly() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.closesAtError = false;
            fixture.chat.whenFound = () -> {
                fixture.chat.send(fixture.chat.lastItem() + " ");
                if (fixture.chat.lastItem().equals("bad")) {
                    throw new IllegalStateException("bad item");
                }
            };
            fixture.chat.whenError = () -> fixture.chat.send("sorry ");
            fixture.deliver("a\nbad\nb\nc");
            assertThat(fixture.chat.errors).hasSize(1);
            fixture.deliver("d\n");
            assertThat(fixture.chat.items).containsExactly("a", "bad", "b", "cd");
            fixture.awaitReceived("a bad sorry b cd ");
        }
    }

    @Test
    void anExceptionInMayDispatchAffectsThatChannelOnly() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var failing = new RecordingChat(fixture.loop) {
                @Override
                protected boolean mayDispatch() {
                    throw new IllegalStateException("no idea");
                }
            };
            try (var failingPeer =
                    ChatFixture.connect(failing, ConnectionType.TCP).peer()) {
                fixture.turns(2);
                assertThat(failing.isClosed()).isTrue();
                assertThat(failingPeer.ended).isFalse();
                fixture.deliver("still here\n");
                assertThat(fixture.chat.items).containsExactly("still here");
            }
        }
    }
}
