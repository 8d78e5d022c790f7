// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts and kills a broker that runs in a process of its own. */
public final class BrokerProcess implements AutoCloseable {
    private final List<String> command;
    private Process process;

    private BrokerProcess(List<String> command) throws IOException {
        this.command = command;
        this.process = start();
    }

    /** A broker alone, as soon as it is ready. */
    public static BrokerProcess alone(Path directory, int port) throws IOException {
        return of("alone", directory, port, 0);
    }

    /** The broker of a pair that is live first, as soon as it is. */
    public static BrokerProcess primary(Path directory, int port, int otherPort) throws IOException {
        return of("primary", directory, port, otherPort);
    }

    /** The broker of a pair that waits for the store. */
    public static BrokerProcess backup(Path directory, int port, int otherPort) throws IOException {
        return of("backup", directory, port, otherPort);
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        return BrokerSetup.freePort();
    }

    private static BrokerProcess of(String kind, Path directory, int port, int otherPort) throws IOException {
        return new BrokerProcess(new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Dboxcar.log.level=error",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                kind,
                directory.toAbsolutePath().toString(),
                Integer.toString(port),
                Integer.toString(otherPort))));
    }

    private Process start() throws IOException {
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = started.inputReader(UTF_8);
        String line = out.readLine();
        while (line != null && !line.equals("started")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the broker has ended");
        }
        var rest = new Thread(() -> out.lines().forEach(more -> {}), "broker-output");
        rest.setDaemon(true);
        rest.start();
        return started;
    }

    /** Kills it (SIGKILL). */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again, with the same files and port. */
    public void startAgain() throws IOException {
        process = start();
    }

    /** Sends a signal such as STOP or CONT. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
