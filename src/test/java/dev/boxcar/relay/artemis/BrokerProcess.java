// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts and kills a broker that runs in a process of its own. */
public final class BrokerProcess implements AutoCloseable {
    /** The system property {@code boxcar.broker.options} sets others. */
    private static final String OPTIONS = "-XX:TieredStopAtLevel=1 -Xmx512m";

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

    /** The broker of a replicated pair that is live first, as soon as it is. */
    public static BrokerProcess replicating(Path directory, int port, int otherPort) throws IOException {
        return of("replicating", directory, port, otherPort);
    }

    /** The other broker of a replicated pair, as soon as it has a copy of what the first one has. */
    public static BrokerProcess replica(Path directory, int port, int otherPort) throws IOException {
        return of("replica", directory, port, otherPort);
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        return BrokerSetup.freePort();
    }

    private static BrokerProcess of(String kind, Path directory, int port, int otherPort) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(System.getProperty("boxcar.broker.options", OPTIONS).split(" ")));
        command.addAll(List.of(
                "-Dboxcar.log.level=error",
                "-cp",
                System.getProperty("java.class.path") + lockManager(),
                BrokerMain.class.getName(),
                kind,
                directory.toAbsolutePath().toString(),
                Integer.toString(port),
                Integer.toString(otherPort)));
        return new BrokerProcess(command);
    }

    /** The library by which the brokers of a replicated pair agree; see {@link BrokerSetup#replicating}. */
    private static String lockManager() throws IOException {
        Path home = BrokerSetup.home();
        if (home == null) {
            return "";
        }
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(home.resolve("lib"), "artemis-lockmanager-ri-*.jar")) {
            return File.pathSeparator + found.iterator().next();
        }
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

    /** Ends it in order (SIGTERM). */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** From now on its disk is full, as far as it knows. */
    public void fillDisk() throws IOException {
        tell("full");
    }

    /** From now on its disk has room. */
    public void makeRoom() throws IOException {
        tell("room");
    }

    private void tell(String word) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((word + "\n").getBytes(UTF_8));
        in.flush();
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
