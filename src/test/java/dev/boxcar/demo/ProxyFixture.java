// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A proxy in front of a target that the test itself plays. */
abstract class ProxyFixture {
    private static final int TIMEOUT_MILLIS = 10_000;

    final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    final List<AutoCloseable> open = new ArrayList<>();
    ServerSocket target;
    Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(TIMEOUT_MILLIS);
        open.add(target);
        proxy = proxyFor("127.0.0.1", target.getLocalPort(), shown);
    }

    Proxy proxyFor(String host, int port, OutputStream out) throws IOException {
        var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Proxy started = Proxy.start(free, host, port, out);
        open.add(started);
        return started;
    }

    @AfterEach
    void end() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** The two ends of a session. */
    record Ends(Socket client, Socket server) {}

    Ends session() throws IOException {
        Socket client = connected(proxy);
        Socket server = target.accept();
        open.add(server);
        server.setSoTimeout(TIMEOUT_MILLIS);
        return new Ends(client, server);
    }

    Socket connected(Proxy to) throws IOException {
        var client = new Socket();
        open.add(client);
        client.setSoTimeout(TIMEOUT_MILLIS);
        client.connect(to.address(), TIMEOUT_MILLIS);
        return client;
    }

    void awaitShown(String text) {
        await().atMost(Duration.ofSeconds(10)).until(() -> shown.toString(UTF_8).contains(text));
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
    }

    static byte[] readAll(Socket socket) throws IOException {
        return socket.getInputStream().readAllBytes();
    }

    static byte[] writeAndEnd(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        return bytes;
    }

    interface Work {
        byte[] done() throws Exception;
    }

    /** Runs each piece of work on a thread of its own, because they wait for one another. */
    static CompletableFuture<byte[]> inBackground(Work work) {
        var done = new CompletableFuture<byte[]>();
        var thread = new Thread(() -> {
            try {
                done.complete(work.done());
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
