// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, pinned to one core where {@code taskset} is there. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("(?:^|127\\.0\\.0\\.1:)(\\d+)$");
    private static final double TICKS_PER_SECOND = 100; // Linux, USER_HZ

    private final Process process;
    private final InetSocketAddress address;
    private final double secondsToBanner;

    private ServerProcess(Process process, InetSocketAddress address, double secondsToBanner) {
        this.process = process;
        this.address = address;
        this.secondsToBanner = secondsToBanner;
    }

    /** Starts the command, whose output has a line that ends in its port, and waits for the SMTP banner. */
    static ServerProcess start(List<String> command) throws IOException {
        var pinned = new ArrayList<String>();
        if (Files.isExecutable(Path.of("/usr/bin/taskset"))) {
            pinned.addAll(List.of("taskset", "-c", "0"));
        }
        pinned.addAll(command);
        long began = System.nanoTime();
        Process process = new ProcessBuilder(pinned)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int port = port(process);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (var socket = new Socket(address.getAddress(), port)) {
            if (socket.getInputStream().read() != '2') {
                throw new IOException("no banner from " + command);
            }
        }
        return new ServerProcess(process, address, (System.nanoTime() - began) / 1e9);
    }

    private static int port(Process process) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
        }
        throw new IOException("the server ended without a port");
    }

    InetSocketAddress address() {
        return address;
    }

    double secondsToBanner() {
        return secondsToBanner;
    }

    long pid() {
        return process.pid();
    }

    /** Processor time so far, user and system. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
