// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client on its own thread that sends numbered messages, pipelined, until the server has exited. With a window of 1
 * it waits for each 354 and sends the next group after the body. With a larger window it sends whole messages ahead and
 * reads the replies later.
 */
final class Sender {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String QUEUED = "250 2.0.0 Message queued as ";

    private final InetSocketAddress server;
    private final Ledger ledger;
    private final int window;
    private final Thread thread;
    private volatile @Nullable Throwable unexpected;

    Sender(InetSocketAddress server, Ledger ledger, int window) {
        this.server = server;
        this.ledger = ledger;
        this.window = window;
        this.thread = new Thread(this::run, "sender");
    }

    void start() {
        thread.start();
    }

    /** Waits for the thread to end, which happens when the server has exited. */
    void join() throws InterruptedException {
        thread.join(60_000);
        if (thread.isAlive()) {
            throw new AssertionError("the sender keeps running after the server has exited");
        }
        if (unexpected != null) {
            throw new AssertionError("the sender failed", unexpected);
        }
    }

    private void run() {
        try (var client = SocketClient.greeted(server)) {
            if (window == 1) {
                sendOneByOne(client);
            } else {
                sendAhead(client);
            }
        } catch (IOException e) {
            // the server was killed; there are no more replies
        } catch (RuntimeException | Error e) {
            unexpected = e;
        }
    }

    private void sendOneByOne(SocketClient client) throws IOException {
        client.send(GROUP);
        while (true) {
            expect(client, "250 ", "250 ", "354 ");
            long number = ledger.next();
            client.send(NumberedMessage.stuffed(NumberedMessage.bytes(number)), GROUP);
            ledger.acknowledged(number, id(client.reply()));
        }
    }

    private void sendAhead(SocketClient client) throws IOException {
        var sent = new ArrayDeque<Long>();
        while (true) {
            long number = ledger.next();
            client.send(GROUP);
            client.send(NumberedMessage.stuffed(NumberedMessage.bytes(number)), "");
            sent.add(number);
            if (sent.size() == window) {
                expect(client, "250 ", "250 ", "354 ");
                ledger.acknowledged(Objects.requireNonNull(sent.poll()), id(client.reply()));
            }
        }
    }

    private static void expect(SocketClient client, String... starts) throws IOException {
        for (String start : starts) {
            String reply = client.reply();
            if (!reply.startsWith(start)) {
                throw new IllegalStateException("expected " + start + ", received " + reply);
            }
        }
    }

    private static Ulid id(String reply) {
        if (!reply.startsWith(QUEUED)) {
            throw new IllegalStateException("not stored: " + reply);
        }
        return Objects.requireNonNull(Ulid.parse(reply.substring(QUEUED.length())), reply);
    }
}
