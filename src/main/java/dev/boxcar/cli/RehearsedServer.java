// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The next server of a rehearsed relay: it takes every message, so that the archive has the classes that deliver one.
 * Each connection has a thread of its own.
 */
final class RehearsedServer implements Closeable {
    private final ServerSocket listener;
    private final CountDownLatch missing;

    private RehearsedServer(ServerSocket listener, int messages) {
        this.listener = listener;
        this.missing = new CountDownLatch(messages);
    }

    /** A server on a free port of loopback that expects this many messages. */
    static RehearsedServer start(int messages) throws IOException {
        var server = new RehearsedServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), messages);
        inBackground(server::accept);
        return server;
    }

    private static void inBackground(Runnable task) {
        var thread = new Thread(task, "rehearsed-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Its address and port. */
    String address() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    /** Waits until the messages have arrived; returns false if that takes too long. */
    boolean awaitMessages(long nanos) throws InterruptedException {
        return missing.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                inBackground(() -> serve(client));
            }
        } catch (IOException e) {
            // closed: the rehearsal is over
            assert listener.isClosed();
        }
    }

    private void serve(Socket client) {
        try (client;
                var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            reply(client, "220 rehearsal");
            boolean isText = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isText && !line.equals(".")) {
                    continue;
                }
                if (isText) {
                    missing.countDown();
                }
                isText = line.equals("DATA");
                reply(
                        client,
                        line.startsWith("EHLO") ? "250-rehearsal\r\n250 PIPELINING" : isText ? "354 go on" : "250 ok");
            }
        } catch (IOException e) {
            // the relay has ended before it has read the last reply
            assert client.isClosed();
        }
    }

    private static void reply(Socket client, String text) throws IOException {
        client.getOutputStream().write((text + "\r\n").getBytes(US_ASCII));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
