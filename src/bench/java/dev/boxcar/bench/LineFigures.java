// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures how late the replies of a simulated line are: the time from sending NOOP to its reply, minus the round-trip
 * time of the line. It includes what the client and the machine add.
 */
final class LineFigures {
    private static final int WARMUP = 50;
    private static final int SAMPLES = 500;
    private static final double NANOS_PER_MILLI = 1e6;

    private LineFigures() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("| round-trip time | connections | earliest, ms late | median | 99 % | latest |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (int millis : new int[] {1, 10, 70}) {
            for (int connections : new int[] {1, 20}) {
                measure(Duration.ofMillis(millis), connections);
            }
        }
    }

    private static void measure(Duration roundTrip, int connections) throws Exception {
        var scripts = new ScriptFaults(new ScriptStore(LineSettings.NONE.withRtt(roundTrip), 1));
        ExecutorService clients = Executors.newFixedThreadPool(connections);
        try (var spool = new MemorySpool(1024 * 1024)) {
            SmtpServer server = SmtpServer.start(
                    new SmtpServer.Options("lab.example", 1, Limits.DEFAULTS),
                    Ports.of(new SpoolSink(spool)).withFaults(scripts));
            InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
            int each = SAMPLES / connections;
            Callable<List<Double>> client = () -> lateMillis(address, roundTrip, each);
            var late = new ArrayList<Double>();
            for (Future<List<Double>> result : clients.invokeAll(Collections.nCopies(connections, client))) {
                late.addAll(result.get());
            }
            server.shutdown(Duration.ofSeconds(1));
            print(roundTrip, connections, late);
        } finally {
            clients.shutdown();
        }
    }

    /** How late each reply to a NOOP is, in milliseconds; negative for early. */
    private static List<Double> lateMillis(InetSocketAddress address, Duration roundTrip, int samples)
            throws Exception {
        byte[] noop = "NOOP\r\n".getBytes(US_ASCII);
        var late = new ArrayList<Double>();
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            Idle.answer(in);
            for (int i = 0; i < WARMUP + samples; i++) {
                long sent = System.nanoTime();
                socket.getOutputStream().write(noop);
                Idle.answer(in);
                if (i >= WARMUP) {
                    late.add((System.nanoTime() - sent - roundTrip.toNanos()) / NANOS_PER_MILLI);
                }
            }
        }
        return late;
    }

    private static void print(Duration roundTrip, int connections, List<Double> late) {
        Collections.sort(late);
        System.out.println(Figures.row(List.of(
                roundTrip.toMillis() + " ms",
                Integer.toString(connections),
                Figures.text(late.get(0)),
                Figures.text(Figures.median(late)),
                Figures.text(late.get(late.size() * 99 / 100)),
                Figures.text(late.get(late.size() - 1)))));
    }
}
