// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Events call the right handlers, over real sockets. The letters refer to the asyncore checklist in docs/async.md. */
class DispatcherTest {
    private EventLoop loop;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Dispatcher.class);
    private final Logger loopLogger = (Logger) LoggerFactory.getLogger(EventLoop.class);
    private final Level before = logger.getLevel();

    DispatcherTest() throws IOException {
        loop = EventLoop.open("test");
    }

    @BeforeEach
    void listen() {
        log.start();
        for (Logger each : List.of(logger, loopLogger)) {
            each.setLevel(Level.DEBUG);
            each.setAdditive(false);
            each.addAppender(log);
        }
    }

    @AfterEach
    void end() {
        loop.close();
        for (Logger each : List.of(logger, loopLogger)) {
            each.detachAppender(log);
            each.setAdditive(true);
            each.setLevel(before);
        }
    }

    private List<String> logged(Level level) {
        return log.list.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void await(String what, ChatFixture.Condition condition) throws IOException {
        ChatFixture.await(loop, what, condition);
    }

    /** A dispatcher that overrides nothing. */
    private static final class Plain extends Dispatcher {
        Plain(EventLoop loop) {
            super(loop);
        }
    }

    // events and handlers

    @ParameterizedTest
    @EnumSource
    void e3_eachEventCallsItsHandlerAndNoOther(ConnectionType wire) throws IOException {
        var watcher = new RecordingDispatcher(loop);
        try (var peer = ChatFixture.connect(watcher, wire).peer()) {
            loop.poll(Duration.ZERO);
            assertThat(watcher.events).isEmpty();
            watcher.writable = true;
            watcher.interestChanged();
            await("to be writable", () -> !watcher.events.isEmpty());
            assertThat(watcher.events).containsExactly("write"); // i5
            peer.send("x");
            await("the read", () -> watcher.events.size() == 2);
            assertThat(watcher.events).containsExactly("write", "read"); // i4
            peer.end();
            await("the end", watcher::isClosed);
            assertThat(watcher.events).containsExactly("write", "read", "read", "end", "close", "closed"); // i6
        }
    }

    @Test
    void e2_i9_anExceptionInAHandlerReachesHandleErrorAndTheLoopGoesOn() throws IOException {
        var failing = new RecordingDispatcher(loop);
        var living = new RecordingDispatcher(loop);
        try (var one = ChatFixture.connect(failing, ConnectionType.TCP).peer();
                var other = ChatFixture.connect(living, ConnectionType.TCP).peer()) {
            failing.writesFail = true;
            failing.writable = true;
            failing.interestChanged();
            await("the failure", failing::isClosed);
            assertThat(failing.events).containsExactly("write", "error", "closed");
            assertThat(failing.errors.get(0)).isInstanceOf(ArithmeticException.class);
            assertThat(one.ended).isFalse();
            other.send("x");
            await("the other", () -> living.events.contains("read"));
            assertThat(loop.channels()).containsExactly(living);
            assertThat(logged(Level.ERROR)).singleElement().asString().contains("failed"); // g8
            assertThat(log.list.stream().anyMatch(event -> event.getThrowableProxy() != null))
                    .isTrue(); // g7: the log has the stack trace
        }
    }

    @Test
    void e6_aChannelClosedEarlierInTheTurnGetsNoEvent() throws IOException {
        var both = new ArrayList<RecordingChat>();
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < 2; i++) {
            var chat = new RecordingChat(loop);
            peers.add(ChatFixture.connect(chat, ConnectionType.TCP).peer());
            chat.setTerminator(RecordingChat.LF);
            both.add(chat);
        }
        both.get(0).whenFound = () -> both.get(1).close();
        both.get(1).whenFound = () -> both.get(0).close();
        loop.poll(Duration.ZERO);
        for (Peer peer : peers) {
            peer.send("x\n");
        }
        await("the first close", () -> both.get(0).isClosed() || both.get(1).isClosed());
        loop.poll(Duration.ZERO);
        assertThat(both.get(0).items.size() + both.get(1).items.size()).isEqualTo(1);
        assertThat(loop.size()).isEqualTo(1);
        for (Peer peer : peers) {
            peer.close();
        }
    }

    @Test
    void e6_anEventForAClosedChannelIsIgnored() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        try (var peer = ChatFixture.connect(watcher, ConnectionType.TCP).peer()) {
            watcher.close();
            EventDelivery.deliver(watcher, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(watcher.events).containsExactly("closed");
            assertThat(peer.ended).isFalse();
        }
    }

    @Test
    void e7_aChannelAddedInATurnWaitsForTheNextTurn() throws IOException {
        var late = new RecordingDispatcher(loop);
        var ends = ConnectionType.TCP.connect();
        try (var peer = new Peer(ends.connected(), ConnectionType.TCP)) {
            peer.send("x");
            var first = new RecordingChat(loop);
            first.setTerminator(RecordingChat.LF);
            first.whenFound = () -> {
                late.setSocket(ends.accepted());
                assertThat(late.events).isEmpty();
            };
            try (var firstPeer = ChatFixture.connect(first, ConnectionType.TCP).peer()) {
                firstPeer.send("go\n");
                await("the first", () -> !first.items.isEmpty());
                assertThat(late.events).isEmpty();
                await("the late channel", () -> late.events.contains("read"));
                assertThat(first.errors).isEmpty();
            }
        }
    }

    @Test
    void e9_aChannelThatIsNotReadableGetsNoReadEvent() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        watcher.readable = false;
        try (var peer = ChatFixture.connect(watcher, ConnectionType.TCP).peer()) {
            peer.send("x");
            for (int i = 0; i < 5; i++) {
                loop.poll(Duration.ZERO);
            }
            assertThat(watcher.events).isEmpty();
            watcher.readable = true;
            watcher.interestChanged();
            await("the read", () -> watcher.events.contains("read"));
        }
    }

    @Test
    void i6_theEndIsReportedOnceHoweverOftenTheChannelReads() throws IOException {
        var watcher = new RecordingDispatcher(loop) {
            @Override
            protected void handleEnd() {
                events.add("end");
            }
        };
        try (var peer = ChatFixture.connect(watcher, ConnectionType.TCP).peer()) {
            peer.end();
            await("the end", watcher::hasEnded);
            assertThat(watcher.receive(watcher.input)).isZero();
            assertThat(watcher.events).containsExactly("read", "end");
        }
    }

    @Test
    void aChannelThatKeepsChangingDoesNotHoldUpOtherChannels() throws IOException {
        var asked = new int[1];
        var restless = new RecordingDispatcher(loop) {
            @Override
            protected boolean writable() {
                if (++asked[0] > 1000) {
                    throw new AssertionError("asked without end");
                }
                interestChanged();
                return false;
            }
        };
        try (var peer = ChatFixture.connect(restless, ConnectionType.TCP).peer()) {
            peer.send("x");
            await("the read", () -> restless.events.contains("read"));
            assertThat(asked[0]).isLessThan(100);
        }
    }

    // closing

    @Test
    void f1_closeAllClosesEveryChannel() throws IOException {
        var watchers = new ArrayList<RecordingDispatcher>();
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < 10; i++) {
            var watcher = new RecordingDispatcher(loop);
            peers.add(
                    ChatFixture.connect(watcher, ConnectionType.values()[i % 2]).peer());
            watchers.add(watcher);
        }
        assertThat(loop.size()).isEqualTo(10);
        loop.closeAll();
        assertThat(loop.size()).isZero();
        assertThat(watchers).allMatch(Dispatcher::isClosed);
        for (Peer peer : peers) {
            peer.close();
        }
    }

    @Test
    void f2_aChannelThatFailsToCleanUpDoesNotKeepOthersOpen() throws IOException {
        var failing = new RecordingDispatcher(loop) {
            @Override
            protected void closed() {
                throw new IllegalStateException("cannot clean up");
            }
        };
        var other = new RecordingDispatcher(loop);
        try (var one = ChatFixture.connect(failing, ConnectionType.TCP).peer();
                var two = ChatFixture.connect(other, ConnectionType.TCP).peer()) {
            loop.closeAll();
            assertThat(failing.isClosed()).isTrue();
            assertThat(other.isClosed()).isTrue();
            assertThat(one.ended || two.ended).isFalse();
        }
    }

    @Test
    void f3_aDispatcherMayBeClosedBeforeItConnects() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        watcher.close();
        watcher.close();
        assertThat(watcher.events).containsExactly("closed");
        var ends = ConnectionType.TCP.connect();
        assertThatThrownBy(() -> watcher.setSocket(ends.accepted())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> watcher.createSocket(StandardProtocolFamily.INET))
                .isInstanceOf(IllegalStateException.class);
        ends.accepted().close();
        ends.connected().close();
    }

    // the dispatcher

    @Test
    void g1_aFreshDispatcherIsReadableAndWritable() {
        var plain = new Plain(loop);
        assertThat(plain.readable()).isTrue();
        assertThat(plain.writable()).isTrue();
        assertThat(plain.isConnected() || plain.isAccepting() || plain.isClosed())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void g2_toStringHasTheClassTheStateAndTheAddress(ConnectionType wire) throws IOException {
        var listener = new RecordingDispatcher(loop);
        assertThat(listener).asString().matches("RecordingDispatcher@[0-9a-f]+ fresh");
        SocketAddress address = listener.listenAt(wire.freeAddress());
        assertThat(listener).asString().contains("listening").contains(address.toString());
        var watcher = new RecordingDispatcher(loop).connectTo(address);
        await("the connection", watcher::isConnected);
        assertThat(watcher).asString().contains("connected").contains(address.toString());
        watcher.close();
        assertThat(watcher).asString().contains("closed");
    }

    @Test
    void g2_aFailingToStringDoesNotBreakErrorHandling() throws IOException {
        var mute = new RecordingDispatcher(loop) {
            @Override
            public String toString() {
                throw new IllegalStateException("no name");
            }
        };
        try (var peer = ChatFixture.connect(mute, ConnectionType.TCP).peer()) {
            mute.writesFail = true;
            mute.writable = true;
            mute.interestChanged();
            await("the failure", mute::isClosed);
            assertThat(mute.events).containsExactly("write", "error", "closed");
            assertThat(peer.ended).isFalse();
        }
    }

    @Test
    void g3_addingAndClosingAChannelIsLogged() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        try (var peer = ChatFixture.connect(watcher, ConnectionType.TCP).peer()) {
            watcher.close();
            assertThat(logged(Level.DEBUG)).anyMatch(line -> line.contains("adding channel RecordingDispatcher@"));
            assertThat(logged(Level.DEBUG)).anyMatch(line -> line.contains("closing channel RecordingDispatcher@"));
            assertThat(peer.ended).isFalse();
        }
    }

    @Test
    void g5_anUnhandledEventLogsAWarning() throws IOException {
        var plain = new Plain(loop);
        plain.handleConnect();
        plain.handleRead();
        plain.handleWrite();
        plain.handleExpt();
        plain.handleEnd();
        assertThat(logged(Level.WARN)).hasSize(5);
        assertThat(logged(Level.WARN).get(0)).contains("connect");
        assertThat(logged(Level.WARN).get(1)).contains("read");
        assertThat(logged(Level.WARN).get(2)).contains("write");
        assertThat(logged(Level.WARN).get(3)).contains("priority");
        assertThat(logged(Level.WARN).get(4)).contains("close");
        assertThat(plain.isClosed()).isTrue();
    }

    @Test
    void h1_sendWritesAsMuchAsTheSystemTakes() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        try (var peer = ChatFixture.connect(watcher, ConnectionType.TCP).peer()) {
            assertThat(watcher.send(ByteBuffer.wrap("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                    .isEqualTo(5);
            await("the bytes", () -> peer.received().equals("hello"));
            int quiet = 0;
            while (quiet == 0) { // i17: a send that would block writes nothing and is not an error
                quiet = watcher.send(ByteBuffer.allocate(100_000)) == 0 ? 1 : 0;
            }
            assertThat(watcher.isConnected()).isTrue();
        }
    }

    // real sockets

    @ParameterizedTest
    @EnumSource
    void i1_i2_aClientConnectsAndAListenerAccepts(ConnectionType wire) throws IOException {
        var listener = new RecordingDispatcher(loop);
        SocketAddress address = listener.listenAt(wire.freeAddress());
        assertThat(listener.isAccepting()).isTrue();
        assertThat(listener.isConnected()).isFalse();
        var client = new RecordingDispatcher(loop).connectTo(address);
        assertThat(client.isConnected() || client.isAccepting()).isFalse();
        assertThat(client.events).isEmpty();
        await("both", () -> client.events.contains("connect") && listener.events.contains("accepted"));
        assertThat(client.events).containsExactly("connect");
        assertThat(listener.events).containsExactly("accepted");
        assertThat(client.isConnected()).isTrue();
        assertThat(listener.isAccepting()).isTrue();
        client.close();
        listener.close();
        assertThat(client.isConnected() || listener.isAccepting()).isFalse(); // i10
        for (SocketChannel socket : listener.accepted) {
            socket.close();
        }
    }

    @Test
    void i1_aClientConnectsOverIpVersion6() throws IOException {
        InetAddress loopback = InetAddress.getByName("::1");
        var listener = new RecordingDispatcher(loop);
        SocketAddress address;
        try {
            address = listener.listenAt(new InetSocketAddress(loopback, 0));
        } catch (IOException e) {
            org.junit.jupiter.api.Assumptions.abort("this machine has no IPv6");
            return;
        }
        assertThat(Dispatcher.familyOf(address)).isEqualTo(StandardProtocolFamily.INET6);
        var client = new RecordingDispatcher(loop).connectTo(address);
        await("both", () -> client.events.contains("connect") && listener.events.contains("accepted"));
        listener.accepted.get(0).close();
    }

    @Test
    void i3_anUnhandledAcceptedConnectionIsClosed() throws IOException {
        var listener = new Plain(loop);
        listener.createServerSocket(StandardProtocolFamily.INET);
        listener.bind(ConnectionType.TCP.freeAddress());
        listener.listen();
        SocketAddress address = listener.localAddress();
        if (address == null) {
            throw new AssertionError("no address");
        }
        try (var peer = new Peer(SocketChannel.open(address), ConnectionType.TCP)) {
            await("the end", () -> {
                peer.receive(1);
                return peer.ended;
            });
            assertThat(logged(Level.WARN)).singleElement().asString().contains("accepted");
        }
    }

    @Test
    void i3_aFailureWithOneConnectionDoesNotAffectTheListenerOrTheNext() throws IOException {
        var seen = new int[1];
        var listener = new RecordingDispatcher(loop) {
            @Override
            protected void handleAccepted(SocketChannel socket) throws IOException {
                switch (++seen[0]) {
                    case 1 -> throw new IOException("it was gone");
                    case 2 -> throw new IllegalStateException("a bug");
                    default -> super.handleAccepted(socket);
                }
            }
        };
        SocketAddress address = listener.listenAt(ConnectionType.TCP.freeAddress());
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < 3; i++) {
            peers.add(new Peer(SocketChannel.open(address), ConnectionType.TCP));
        }
        await("the third", () -> !listener.accepted.isEmpty());
        assertThat(listener.isAccepting()).isTrue();
        for (int i = 0; i < 2; i++) {
            Peer peer = peers.get(i);
            await("the end", () -> {
                peer.receive(1);
                return peer.ended;
            });
        }
        peers.get(2).receive(1);
        assertThat(peers.get(2).ended).isFalse();
        listener.accepted.get(0).close();
        for (Peer peer : peers) {
            peer.close();
        }
    }

    @Test
    void i3_aBurstOfConnectionsDoesNotHoldUpOtherChannels() throws IOException {
        var listener = new RecordingDispatcher(loop);
        SocketAddress address = listener.listenAt(ConnectionType.TCP.freeAddress());
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < 100; i++) {
            peers.add(new Peer(SocketChannel.open(address), ConnectionType.TCP));
        }
        loop.poll(Duration.ZERO);
        assertThat(listener.accepted).hasSizeLessThan(100);
        await("all", () -> listener.accepted.size() == 100);
        for (SocketChannel socket : listener.accepted) {
            socket.close();
        }
        for (Peer peer : peers) {
            peer.close();
        }
    }

    @Test
    void i11_aCreatedSocketDoesNotBlock() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        watcher.createSocket(StandardProtocolFamily.INET);
        assertThatThrownBy(() -> watcher.createSocket(StandardProtocolFamily.INET))
                .isInstanceOf(IllegalStateException.class);
        var server = new RecordingDispatcher(loop);
        server.createServerSocket(StandardProtocolFamily.INET);
        server.bind(ConnectionType.TCP.freeAddress());
        assertThat(server.accept()).isNull(); // i15: nothing to accept is not an error
        watcher.close();
        server.close();
    }

    @Test
    void i12_anAddressCanBeBoundOnce() throws IOException {
        SocketAddress address = new RecordingDispatcher(loop).listenAt(ConnectionType.TCP.freeAddress());
        var second = new RecordingDispatcher(loop);
        assertThatThrownBy(() -> second.listenAt(address)).isInstanceOf(BindException.class);
        second.close();
        assertThat(loop.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void i13_anAddressCanBeReusedWhileOldConnectionsClose(ConnectionType wire) throws IOException {
        var first = new RecordingDispatcher(loop);
        first.createServerSocket(Dispatcher.familyOf(wire.freeAddress()));
        first.setReuseAddress();
        first.bind(wire.freeAddress());
        first.listen();
        assertThat(first.isAccepting()).isTrue();
        assertThatThrownBy(first::setReuseAddress).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void i14_aClientThatConnectsAndResetsImmediatelyIsHarmless() throws IOException {
        var chats = new ArrayList<RecordingChat>();
        var listener = new RecordingDispatcher(loop) {
            @Override
            protected void handleAccepted(SocketChannel socket) throws IOException {
                var chat = new RecordingChat(loop());
                chats.add(chat);
                chat.setSocket(socket);
                chat.send("hello");
            }
        };
        SocketAddress address = listener.listenAt(ConnectionType.TCP.freeAddress());
        for (int i = 0; i < 20; i++) {
            new Peer(SocketChannel.open(address), ConnectionType.TCP).reset();
            if (i % 3 == 0) {
                loop.poll(Duration.ZERO);
            }
        }
        await("all to be gone", () -> chats.size() == 20 && loop.size() == 1);
        assertThat(chats).allMatch(Dispatcher::isClosed).allMatch(chat -> chat.errors.isEmpty());
        assertThat(listener.isAccepting()).isTrue();
    }

    private static SocketAddress unusedAddress() throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            return listener.bind(ConnectionType.TCP.freeAddress()).getLocalAddress();
        }
    }

    @Test
    void i16_aFailedConnectionIsClosedWhateverItsErrorHandlerDoes() throws IOException {
        SocketAddress unused = unusedAddress();
        var client = new RecordingChat(loop);
        client.closesAtError = false;
        client.whenError = () -> client.send("anybody there?");
        client.createSocket(Dispatcher.familyOf(unused));
        client.connect(unused);
        await("the failure", client::isClosed);
        assertThat(client.events).containsExactly("error", "closed");
        assertThat(loop.size()).isZero();
    }

    @Test
    void i16_aFailedConnectionIsAnError() throws IOException {
        SocketAddress unused = unusedAddress();
        var client = new RecordingDispatcher(loop).connectTo(unused);
        await("the failure", client::isClosed);
        assertThat(client.events).containsExactly("error", "closed");
        assertThat(client.errors.get(0)).isInstanceOf(IOException.class);
        assertThat(client.isConnected()).isFalse();
        assertThat(loop.size()).isZero();
    }

    @Test
    void i18_anUnconnectedSocketIsRejected() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        try (var socket = SocketChannel.open()) {
            assertThatThrownBy(() -> watcher.setSocket(socket)).isInstanceOf(NotYetConnectedException.class);
        }
        var ends = ConnectionType.TCP.connect();
        watcher.setSocket(ends.accepted());
        assertThat(ends.accepted().isBlocking()).isFalse();
        assertThatThrownBy(() -> watcher.setSocket(ends.connected())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> watcher.connectTo(ConnectionType.TCP.freeAddress()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(watcher.isConnected()).isTrue();
        ends.connected().close();
    }

    @Test
    void i18_aBrokenSocketIsNotAddedToTheLoop() throws IOException {
        var watcher = new RecordingDispatcher(loop);
        var ends = ConnectionType.TCP.connect();
        ends.accepted().close();
        assertThatThrownBy(() -> watcher.setSocket(ends.accepted()))
                .isInstanceOfAny(IOException.class, NotYetConnectedException.class, AlreadyConnectedException.class);
        assertThat(loop.size()).isZero();
        ends.connected().close();
    }
}
