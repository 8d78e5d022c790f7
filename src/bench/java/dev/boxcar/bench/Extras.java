// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.blast.Blast;
import dev.boxcar.smtp.client.blast.BlastPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures what is not a rate: start-up time, and memory after many messages and with idle sessions. */
final class Extras {
    private static final int MESSAGES = 100_000;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int IDLE = 10_000;
    private static final int STARTS = 10;
    private static final int FIRST_MESSAGES = 100;

    private final List<Peer> peers;

    Extras(List<Peer> peers) {
        this.peers = peers;
    }

    void run() throws IOException, InterruptedException {
        System.out.println();
        System.out.println("| server | start to banner, ms, median of " + STARTS
                + " (spread) | first " + FIRST_MESSAGES
                + " messages, lock-step, ms, median | resident after start, MiB | after 100,000 messages of 1 KiB, MiB | "
                + "idle sessions | resident KiB each | CPU ms in 5 s of silence |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Peer peer : peers) {
            try {
                System.out.println(Figures.row(line(peer)));
            } catch (IOException e) {
                System.out.println(
                        Figures.row(List.of(peer.name(), "", "", "", "", "", "", String.valueOf(e.getMessage()))));
            }
        }
    }

    private static List<String> line(Peer peer) throws IOException, InterruptedException {
        var cells = new ArrayList<String>();
        cells.add(peer.name());
        var starts = new ArrayList<Double>();
        var firsts = new ArrayList<Double>();
        for (int i = 0; i < STARTS; i++) {
            try (ServerProcess server = ServerProcess.start(peer, "127.0.0.1")) {
                starts.add(1000 * server.secondsToBanner());
                long began = System.nanoTime();
                blast(server, 1, FIRST_MESSAGES);
                firsts.add((System.nanoTime() - began) / 1e6);
            }
        }
        cells.add(Figures.text(Figures.median(starts)) + String.format(" (%.0f %%)", 100 * Figures.spread(starts)));
        cells.add(Figures.text(Figures.median(firsts)));
        try (ServerProcess server = ServerProcess.start(peer, "127.0.0.1")) {
            cells.add(Figures.text(server.residentKibibytes() / 1024.0));
            long sent = blast(server, 20, MESSAGES);
            String resident = Figures.text(server.residentKibibytes() / 1024.0);
            cells.add(sent < MESSAGES ? resident + " (after " + sent + " in " + LONGEST.toSeconds() + " s)" : resident);
        }
        try (ServerProcess server = ServerProcess.start(peer, "127.0.0.1")) {
            idle(server, cells);
        }
        return cells;
    }

    /** Sends up to {@code messages} messages of 1 KiB, as many as the time allows, and returns their number. */
    private static long blast(ServerProcess server, int connections, int messages)
            throws IOException, InterruptedException {
        BlastPlan plan = BlastPlan.DEFAULTS
                .withConnections(connections)
                .withMessages(messages)
                .withMode(PipeliningMode.LOCKSTEP)
                .withTime(LONGEST)
                .withTimeout(LONGEST);
        return new Blast(server.address(), plan, () -> nanos -> {}).run().messages();
    }

    /** Measures sessions that are idle after EHLO. */
    private static void idle(ServerProcess server, List<String> cells) throws InterruptedException {
        var sockets = new ArrayList<SocketChannel>();
        long before = server.residentKibibytes();
        try {
            long began = System.nanoTime();
            while (sockets.size() < IDLE
                    && System.nanoTime() - began < LONGEST.toNanos()) { // some servers greet slowly
                sockets.add(greeted(server.address()));
            }
        } catch (IOException e) {
            // the table shows how many were opened
        }
        long resident = server.residentKibibytes() - before;
        double cpu = server.cpuSeconds();
        Thread.sleep(5000);
        cells.add(Integer.toString(sockets.size()));
        cells.add(sockets.isEmpty() ? "" : Figures.text((double) resident / sockets.size()));
        cells.add(Figures.text(1000 * (server.cpuSeconds() - cpu)));
        for (SocketChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                continue; // closed anyway
            }
        }
    }

    private static SocketChannel greeted(InetSocketAddress server) throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.socket().connect(server, 5000);
        socket.socket().setSoTimeout(5000);
        var in = socket.socket().getInputStream();
        Idle.answer(in);
        socket.write(ByteBuffer.wrap("EHLO idle.example\r\n".getBytes(StandardCharsets.US_ASCII)));
        Idle.answer(in);
        return socket;
    }
}
