// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A listening sink in its own process: the packaged jar if {@code app.jar} names it, otherwise its classes.
 * {@code close} sends SIGKILL.
 */
final class ServerProcess implements AutoCloseable {
    private static final String LISTENING = "[smtp] listening on 127.0.0.1:";
    private static final String ACCESSIBLE = "[http] accessible via ";
    private static final String JAR = System.getProperty("app.jar", "");
    private static final long TIMEOUT_SECONDS = 60;

    private final Process process;
    private final Path err;
    private final BufferedReader out;
    private final InetSocketAddress address;

    private ServerProcess(Process process, Path err) throws IOException {
        this.process = process;
        this.err = err;
        this.out = process.inputReader(UTF_8);
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(said(LISTENING)));
    }

    static boolean isPackaged() {
        return Files.isRegularFile(Path.of(JAR));
    }

    /**
     * Starts the sink in this directory and waits until it listens. {@code under} is a command that runs it, such as
     * {@code strace}.
     */
    static ServerProcess start(Path directory, List<String> under, String... options) throws IOException {
        var arguments = new ArrayList<>(isPackaged() ? List.of("-jar", JAR) : ofClass(Main.class));
        arguments.addAll(List.of("sink", "--smtp=127.0.0.1:0", "--http=127.0.0.1:0", "--log-level=warn"));
        arguments.addAll(List.of(options));
        return run(directory, under, arguments);
    }

    /** Starts another program that prints its address as the sink does. */
    static ServerProcess start(Path directory, Class<?> main, String... options) throws IOException {
        var arguments = new ArrayList<>(ofClass(main));
        arguments.addAll(List.of(options));
        return run(directory, List.of(), arguments);
    }

    private static List<String> ofClass(Class<?> main) {
        return List.of("-cp", System.getProperty("java.class.path"), main.getName());
    }

    private static ServerProcess run(Path directory, List<String> under, List<String> arguments) throws IOException {
        var command = new ArrayList<>(under);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m"));
        command.addAll(arguments);
        Path err = Files.createTempFile(directory, "stderr", "");
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BOXCAR_") || name.startsWith("MP_"));
        Process process = builder.start();
        try {
            return new ServerProcess(process, err);
        } catch (IOException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw e;
        }
    }

    /** Reads lines until one starts with {@code start} and returns its rest. */
    private String said(String start) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
        throw new IOException("did not start: " + errors());
    }

    /** The URL of its web port, ending in /. Call it once. */
    URI web() throws IOException {
        return URI.create(said(ACCESSIBLE));
    }

    InetSocketAddress address() {
        return address;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its standard error so far. */
    String errors() throws IOException {
        return Files.readString(err);
    }

    /** Waits until it exits and returns its exit status. */
    int end() {
        return process.onExit()
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join()
                .exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }
}
