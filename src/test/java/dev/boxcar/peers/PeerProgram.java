// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server of another project, as a process with its own directory and port. Closing it ends it. */
final class PeerProgram implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final boolean IS_ROOT = System.getProperty("user.name").equals("root");
    /** Programs that refuse to run as root, run as this user then. */
    static final String USER = IS_ROOT ? "nobody" : System.getProperty("user.name");

    /** Where packages are unpacked that exclude each other when they are installed. */
    private static final Path UNPACKED = Path.of(System.getenv().getOrDefault("PEERS_DIR", "target/peers"));

    private final Process process;
    private final int port;

    private PeerProgram(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    int port() {
        return port;
    }

    /** The program's file. Skips the test if there is none. */
    static Path find(String name) {
        var directories = new ArrayList<Path>();
        for (String each : System.getenv("PATH").split(File.pathSeparator, -1)) {
            directories.add(Path.of(each));
        }
        directories.addAll(List.of(Path.of("/usr/sbin"), UNPACKED.resolve("usr/sbin"), UNPACKED.resolve("usr/bin")));
        Path found = directories.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(found != null, () -> name + " is not installed, and not below " + UNPACKED);
        return Objects.requireNonNull(found).toAbsolutePath();
    }

    /** The name of the main group of {@link #USER}. */
    static String group() throws IOException, InterruptedException {
        var command = new ProcessBuilder("id", "-gn", USER).start();
        String name = new String(command.getInputStream().readAllBytes()).strip();
        command.waitFor();
        return name;
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A copy of the test's certificate or key for localhost, which every user may read. */
    static Path certificate(Path directory, String resource) throws IOException {
        Path file = directory.resolve(resource);
        if (!Files.exists(file)) {
            try (InputStream in = PeerProgram.class.getResourceAsStream("/tls/" + resource)) {
                Files.copy(Objects.requireNonNull(in, resource), file);
            }
        }
        return file;
    }

    /** Starts a server as {@link #USER}, to whom its directory belongs, and waits until it accepts connections. */
    static PeerProgram startAsUser(Path directory, int port, String... command) throws Exception {
        var whole = new ArrayList<String>();
        if (IS_ROOT) {
            run("chown", "-R", USER + ":" + group(), directory.toString());
            run("chmod", "a+rx", directory.resolve("..").toString());
            whole.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + group(), "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return start(directory, port, whole.toArray(String[]::new));
    }

    /** Starts a server, and waits until it accepts connections. */
    static PeerProgram start(Path directory, int port, String... command) throws IOException {
        Path log = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var peer = new PeerProgram(process, port);
        try {
            await().atMost(LIMIT).until(() -> isOpen(port));
        } catch (RuntimeException e) {
            peer.close();
            throw new AssertionError(String.join(" ", command) + ": " + Files.readString(log), e);
        }
        return peer;
    }

    private static boolean isOpen(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a command to its end, which must be a success, and returns its output. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The content of the first file below this directory whose name ends like this; null if there is none. */
    static @Nullable String read(Path directory, String ending) {
        try (Stream<Path> files = Files.walk(directory)) {
            Path file = files.filter(Files::isRegularFile)
                    .filter(one -> one.toString().endsWith(ending))
                    .findFirst()
                    .orElse(null);
            return file == null ? null : Files.readString(file);
        } catch (IOException | UncheckedIOException e) {
            return null; // it is being written
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
