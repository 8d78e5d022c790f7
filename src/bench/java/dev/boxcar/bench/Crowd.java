// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures many channels on one loop: opens them, exchanges a line over each, leaves them silent, closes them. The
 * clients run in a separate process, so that only the server is measured.
 */
final class Crowd {
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private Crowd() {}

    /** Echoes each line. */
    private static final class Echo extends AsyncChat {
        Echo(EventLoop loop) {
            super(loop);
            setTerminator(Terminator.of((byte) '\n'));
        }

        @Override
        protected void collectIncomingData(byte[] bytes, int from, int to) {
            push(bytes, from, to);
        }

        @Override
        protected void foundTerminator() {
            push(new byte[] {'\n'});
        }
    }

    private static final class Door extends Dispatcher {
        Door(EventLoop loop) throws IOException {
            super(loop);
            var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            createServerSocket(familyOf(anyPort));
            bind(anyPort);
            listen();
        }

        @Override
        protected void handleAccepted(SocketChannel socket) throws IOException {
            new Echo(loop()).setSocket(socket);
        }
    }

    /** Arguments: the number of channels (10000). */
    public static void main(String[] arguments) throws Exception {
        int channels = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        if (arguments.length > 1) {
            beClients(
                    channels, new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])));
            return;
        }
        if (descriptors() < channels + 200) {
            System.out.printf("skipped: ulimit -n is %d, too low for %d channels%n", descriptors(), channels);
            return;
        }
        try (EventLoop loop = EventLoop.open("crowd")) {
            var address = (InetSocketAddress) new Door(loop).localAddress();
            long heapBefore = heapAfterCollection();
            long residentBefore = residentKibibytes();
            Process clients = clients(channels, address);
            var said = new BufferedReader(new InputStreamReader(clients.getInputStream(), US_ASCII));
            long begin = System.nanoTime();
            turnUntil(loop, clients, said);
            System.out.printf("%d channels opened and used in %d ms%n", loop.size() - 1, millisSince(begin));
            long heap = heapAfterCollection() - heapBefore;
            long resident = residentKibibytes() - residentBefore;
            System.out.printf("heap per idle channel: %d bytes%n", heap / channels);
            System.out.printf("resident memory per idle channel: %d bytes%n", resident * 1024 / channels);
            measureSilence(loop);
            begin = System.nanoTime();
            clients.getOutputStream().close();
            while (loop.size() > 1) {
                loop.poll(Duration.ofSeconds(1));
            }
            System.out.printf("all closed in %d ms%n", millisSince(begin));
            clients.waitFor();
        }
    }

    private static void measureSilence(EventLoop loop) {
        long thread = Thread.currentThread().getId();
        var threads = ManagementFactory.getThreadMXBean();
        long cpuBefore = threads.getThreadCpuTime(thread);
        int turns = 0;
        long end = System.nanoTime() + SILENCE.toNanos();
        for (long left = SILENCE.toNanos(); left > 0; left = end - System.nanoTime()) {
            loop.poll(Duration.ofNanos(left));
            turns++;
        }
        long cpuMicros = (threads.getThreadCpuTime(thread) - cpuBefore) / 1000;
        System.out.printf("silent for %d s: %d turns, %d us of CPU%n", SILENCE.toSeconds(), turns, cpuMicros);
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static void turnUntil(EventLoop loop, Process clients, BufferedReader said) throws IOException {
        while (!said.ready() && clients.isAlive()) {
            loop.poll(Duration.ofMillis(10));
        }
        String line = said.readLine();
        if (!"ready".equals(line)) {
            throw new IOException("the clients failed: " + line);
        }
    }

    private static Process clients(int channels, InetSocketAddress address) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crowd.class.getName(),
                        Integer.toString(channels),
                        Integer.toString(address.getPort()))
                .redirectErrorStream(true)
                .start();
    }

    /** Opens the channels, exchanges a line over each, reports, and closes all at the end of its input. */
    private static void beClients(int channels, SocketAddress server) throws IOException {
        var out = new PrintStream(System.out, true, US_ASCII);
        List<SocketChannel> sockets = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            sockets.add(SocketChannel.open(server));
        }
        for (SocketChannel socket : sockets) {
            socket.write(ByteBuffer.wrap("hello\n".getBytes(US_ASCII)));
        }
        var answer = ByteBuffer.allocate(6);
        for (SocketChannel socket : sockets) {
            answer.clear();
            while (answer.hasRemaining() && socket.read(answer) >= 0) {
                continue;
            }
            if (answer.hasRemaining()) {
                throw new IOException("no reply");
            }
        }
        out.println("ready");
        System.in.readAllBytes();
        for (SocketChannel socket : sockets) {
            socket.close();
        }
    }

    private static long heapAfterCollection() throws InterruptedException {
        var memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) {
            memory.gc();
            Thread.sleep(100);
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** The resident memory of this process, or 0 if the system does not report it. */
    private static long residentKibibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
