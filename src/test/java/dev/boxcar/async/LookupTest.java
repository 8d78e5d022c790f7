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

/** A name is looked up by a helper while the loop goes on. */
@Timeout(60)
class LookupTest {

    /** A listener on this machine, and its port under a name that is not looked up yet. */
    private static InetSocketAddress listen(EventLoop loop, String name) throws IOException {
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        var address = (InetSocketAddress) new Watcher(loop).listenAt(new InetSocketAddress(loopback, 0));
        return InetSocketAddress.createUnresolved(name, address.getPort());
    }

    /** Helpers of whom the only one is busy until it is released. */
    private static final class Busy implements AutoCloseable {
        final WorkerPool helpers = WorkerPool.open("busy", 1, 1);
        final CountDownLatch release = new CountDownLatch(1);

        Busy() {
            var begun = new CountDownLatch(1);
            helpers.execute(() -> {
                begun.countDown();
                WorkerPoolTest.await(release);
            });
            WorkerPoolTest.await(begun);
        }

        @Override
        public void close() {
            release.countDown();
            helpers.close();
        }
    }

    @Test
    void aNameIsLookedUpAndThenConnectedTo() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var client = new Watcher(loop);
            client.connect(listen(loop, "localhost"));
            assertThat(client.isConnected()).isFalse();
            assertThat(client.toString()).contains("looking_up localhost:");
            assertThat(loop.channels()).contains(client);
            Talk.await(loop, "the connection", client::isConnected);
            assertThat(client.events).startsWith("connect");
            assertThat(client.toString()).contains("127.0.0.1");
        }
    }

    @Test
    void aSocketOfVersion4TakesAnAddressOfVersion4() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var client = new Watcher(loop);
            client.createSocket(StandardProtocolFamily.INET);
            client.connect(listen(loop, "localhost"));
            Talk.await(loop, "the connection", client::isConnected);

            var six = new Watcher(loop);
            six.createSocket(StandardProtocolFamily.INET);
            six.connect(InetSocketAddress.createUnresolved("::1", 9));
            Talk.await(loop, "the failure", six::isClosed);
            assertThat(six.errors).singleElement().isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void i16_aNameThatNobodyKnowsIsAnError() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var client = new Watcher(loop);
            client.connect(InetSocketAddress.createUnresolved("no-such-host.invalid", 25));
            loop.run(); // the look-up keeps the loop going
            assertThat(client.events).containsExactly("error", "closed");
            assertThat(client.errors).singleElement().isInstanceOf(UnknownHostException.class);
            assertThat(client.isConnected()).isFalse();
            assertThat(loop.size()).isZero();
        }
    }

    @Test
    void aChannelThatIsClosedMeanwhileHearsNothingMore() throws IOException {
        try (var busy = new Busy();
                var loop = EventLoop.open("test", busy.helpers)) {
            var client = new Watcher(loop);
            client.connect(listen(loop, "localhost"));
            client.interestChanged(); // without an answer that is nothing
            loop.poll(Duration.ZERO);
            client.close();
            assertThat(loop.channels()).doesNotContain(client);
            busy.release.countDown();
            var last = new CountDownLatch(1);
            Talk.await(loop, "room", () -> hasTaken(busy.helpers, last::countDown));
            WorkerPoolTest.await(last);
            loop.poll(Duration.ZERO);
            assertThat(client.events).containsExactly("closed");
        }
    }

    private static boolean hasTaken(WorkerPool helpers, Runnable task) {
        try {
            helpers.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Test
    void aLoopThatEndsMeanwhileIsHarmless() throws IOException {
        try (var busy = new Busy()) {
            var loop = EventLoop.open("test", busy.helpers);
            var client = new Watcher(loop);
            client.connect(listen(loop, "localhost"));
            loop.close();
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void whenTheHelpersAreBusyTheConnectFailsAtOnce() throws IOException {
        try (var busy = new Busy();
                var loop = EventLoop.open("test", busy.helpers)) {
            busy.helpers.execute(() -> {});
            var client = new Watcher(loop);
            assertThatThrownBy(() -> client.connect(InetSocketAddress.createUnresolved("localhost", 25)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost");
            assertThat(client.isConnected()).isFalse();
            assertThat(loop.size()).isZero();
            client.close();
        }
    }

    @Test
    void whatIsPushedMeanwhileLeavesWhenTheConnectionIsThere() throws IOException {
        try (var loop = EventLoop.open("test")) {
            InetSocketAddress address = listen(loop, "localhost");
            var listener = (Watcher) loop.channels().get(0);
            var client = new ItemChat(loop);
            client.connect(address);
            client.say("hello");
            Talk.await(loop, "the connection", () -> !listener.accepted.isEmpty());
            try (var peer = new Peer(listener.accepted.get(0), Wire.TCP)) {
                Talk.await(loop, "the octets", () -> peer.received().equals("hello"));
            }
            assertThat(client.events).startsWith("connect");
        }
    }
}
