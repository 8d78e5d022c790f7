// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in its own process or processes, pinned to one core if {@code taskset} is available. */
final class ServerProcess implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100; // Linux, USER_HZ
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String TASKSET = "/usr/bin/taskset";

    private final Process process;
    private final InetSocketAddress address;
    private final double secondsToBanner;
    private final Peer peer;

    private ServerProcess(Peer peer, Process process, InetSocketAddress address, double secondsToBanner) {
        this.peer = peer;
        this.process = process;
        this.address = address;
        this.secondsToBanner = secondsToBanner;
    }

    /** Keeps this process off the core of the servers. */
    static void pinClient() {
        if (mayPin()) {
            Peer.succeeds(
                    TASKSET,
                    "-a",
                    "-c",
                    "-p",
                    "1",
                    Long.toString(ProcessHandle.current().pid()));
        }
    }

    static boolean mayPin() {
        return Files.isExecutable(Path.of(TASKSET))
                && Runtime.getRuntime().availableProcessors() > 0
                && Files.exists(Path.of("/sys/devices/system/cpu/cpu1"));
    }

    /** Starts the peer at a free port of {@code host}, and waits for its SMTP banner. */
    static ServerProcess start(Peer peer, String host) throws IOException {
        return start(peer, host, mayPin());
    }

    /** The same, on any core. */
    static ServerProcess startAnywhere(Peer peer, String host) throws IOException {
        return start(peer, host, false);
    }

    private static ServerProcess start(Peer peer, String host, boolean pinned) throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var command = new ArrayList<String>();
        if (pinned) {
            command.addAll(List.of(TASKSET, "-c", "0"));
        }
        for (String word : peer.command()) {
            command.add(word.replace("HOST", host).replace("PORT", Integer.toString(port)));
        }
        if (peer.command().stream().noneMatch(word -> word.contains("PORT"))) {
            command.add(Integer.toString(port));
        }
        forgetSpool(peer);
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(Path.of("target", "bench", peer.name() + ".log").toFile())
                .start();
        var address = new InetSocketAddress(host, port);
        while (!greets(address)) {
            if (!process.isAlive() || System.nanoTime() - began > PATIENCE_NANOS) {
                process.destroy();
                throw new IOException(peer.name() + " did not start: see target/bench/" + peer.name() + ".log");
            }
        }
        return new ServerProcess(peer, process, address, (System.nanoTime() - began) / 1e9);
    }

    /** Removes the spool of an earlier row, so that it is neither read at the start nor written back meanwhile. */
    private static void forgetSpool(Peer peer) {
        int option = peer.command().indexOf("--spool");
        String spool = option < 0 ? "memory" : peer.command().get(option + 1);
        if (!spool.equals("memory")) {
            Peer.succeeds("rm", "-rf", spool);
        }
    }

    /** Tries to connect every millisecond, because the servers have no common way to report that they listen. */
    private static boolean greets(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(address, 1000);
            return socket.getInputStream().read() == '2';
        } catch (IOException e) {
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            return false;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    double secondsToBanner() {
        return secondsToBanner;
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** The CPU time so far, user and system, of all its processes, including those that have ended. */
    double cpuSeconds() {
        return processes()
                .mapToDouble(one -> ticks(one.pid()) / TICKS_PER_SECOND)
                .sum();
    }

    /** The CPU time so far of the event loops of a Boxcar: without the compiler, the collector and other threads. */
    double loopSeconds() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return threads.filter(ServerProcess::isLoop)
                            .mapToLong(ServerProcess::ticks)
                            .sum()
                    / TICKS_PER_SECOND;
        }
    }

    private static boolean isLoop(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).startsWith("boxcar-loop");
        } catch (IOException e) {
            return false; // the thread has just ended
        }
    }

    private static long ticks(long pid) {
        return ticks(Path.of("/proc/" + pid));
    }

    private static long ticks(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[11])
                    + Long.parseLong(fields[12])
                    + Long.parseLong(fields[13])
                    + Long.parseLong(fields[14]);
        } catch (IOException e) {
            return 0; // the process has just ended
        }
    }

    /** The resident memory of all its processes. */
    long residentKibibytes() {
        return processes().mapToLong(one -> resident(one.pid())).sum();
    }

    private static long resident(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = processes().toList();
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        forgetSpool(peer);
    }
}
