// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker looks a host name up while the loop goes on. */
@Timeout(60)
class AddressLookupTest {

    /** Opens a listener and returns its port with an unresolved host name. */
    private static InetSocketAddress listen(EventLoop loop, String name) throws IOException {
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        var address = (InetSocketAddress) new RecordingDispatcher(loop).listenAt(new InetSocketAddress(loopback, 0));
        return InetSocketAddress.createUnresolved(name, address.getPort());
    }

    /** A pool whose only worker is busy until it is released. */
    private static final class Busy implements AutoCloseable {
        final WorkerPool workers = WorkerPool.open("busy", 1, 1);
        final CountDownLatch release = new CountDownLatch(1);

        Busy() {
            var begun = new CountDownLatch(1);
            workers.execute(() -> {
                begun.countDown();
                WorkerPoolTest.await(release);
            });
            WorkerPoolTest.await(begun);
        }

        @Override
        public void close() {
            release.countDown();
            workers.close();
        }
    }

    @Test
    void looksANameUpAndConnects() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var client = new RecordingDispatcher(loop);
            client.connect(listen(loop, "localhost"));
            assertThat(client.isConnected()).isFalse();
            assertThat(client.toString()).contains("looking_up localhost:");
            assertThat(loop.channels()).contains(client);
            ChatFixture.await(loop, "the connection", client::isConnected);
            assertThat(client.events).startsWith("connect");
            assertThat(client.toString()).contains("127.0.0.1");
        }
    }

    @Test
    void anIpv4SocketConnectsToAnIpv4Address() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var client = new RecordingDispatcher(loop);
            client.createSocket(StandardProtocolFamily.INET);
            client.connect(listen(loop, "localhost"));
            ChatFixture.await(loop, "the connection", client::isConnected);

            var six = new RecordingDispatcher(loop);
            six.createSocket(StandardProtocolFamily.INET);
            six.connect(InetSocketAddress.createUnresolved("::1", 9));
            ChatFixture.await(loop, "the failure", six::isClosed);
            assertThat(six.errors).singleElement().isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void i16_anUnknownNameIsAnError() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var client = new RecordingDispatcher(loop);
            client.connect(InetSocketAddress.createUnresolved("no-such-host.invalid", 25));
            loop.run(); // the look-up keeps the loop running
            assertThat(client.events).containsExactly("error", "closed");
            assertThat(client.errors).singleElement().isInstanceOf(UnknownHostException.class);
            assertThat(client.isConnected()).isFalse();
            assertThat(loop.size()).isZero();
        }
    }

    @Test
    void aChannelClosedMeanwhileGetsNoEvent() throws IOException {
        try (var busy = new Busy();
                var loop = EventLoop.open("test", busy.workers)) {
            var client = new RecordingDispatcher(loop);
            client.connect(listen(loop, "localhost"));
            client.interestChanged(); // without a result, this has no effect
            loop.poll(Duration.ZERO);
            client.close();
            assertThat(loop.channels()).doesNotContain(client);
            busy.release.countDown();
            var last = new CountDownLatch(1);
            ChatFixture.await(loop, "a free worker", () -> hasTaken(busy.workers, last::countDown));
            WorkerPoolTest.await(last);
            loop.poll(Duration.ZERO);
            assertThat(client.events).containsExactly("closed");
        }
    }

    private static boolean hasTaken(WorkerPool workers, Runnable task) {
        try {
            workers.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Test
    void aLoopMayEndMeanwhile() throws IOException {
        try (var busy = new Busy()) {
            var loop = EventLoop.open("test", busy.workers);
            var client = new RecordingDispatcher(loop);
            client.connect(listen(loop, "localhost"));
            loop.close();
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void connectFailsImmediatelyWhenTheWorkersAreBusy() throws IOException {
        try (var busy = new Busy();
                var loop = EventLoop.open("test", busy.workers)) {
            busy.workers.execute(() -> {});
            var client = new RecordingDispatcher(loop);
            assertThatThrownBy(() -> client.connect(InetSocketAddress.createUnresolved("localhost", 25)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost");
            assertThat(client.isConnected()).isFalse();
            assertThat(loop.size()).isZero();
            client.close();
        }
    }

    @Test
    void outputPushedMeanwhileLeavesOnceConnected() throws IOException {
        try (var loop = EventLoop.open("test")) {
            InetSocketAddress address = listen(loop, "localhost");
            var listener = (RecordingDispatcher) loop.channels().get(0);
            var client = new RecordingChat(loop);
            client.connect(address);
            client.send("hello");
            ChatFixture.await(loop, "the connection", () -> !listener.accepted.isEmpty());
            try (var peer = new Peer(listener.accepted.get(0), ConnectionType.TCP)) {
                ChatFixture.await(loop, "the bytes", () -> peer.received().equals("hello"));
            }
            assertThat(client.events).startsWith("connect");
        }
    }
}
