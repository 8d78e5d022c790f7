// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The sink as users run it: the packaged jar in its own process, in memory, on free ports. Without a jar, the test is
 * skipped with a reason.
 */
final class PackagedServer implements AutoCloseable {
    private static final String JAR = System.getProperty("app.jar", "");
    private static final long TIMEOUT_SECONDS = 60;

    private final Process process;
    private final Path err;
    private final int smtpPort;
    private final String base;

    private PackagedServer(Process process, Path err) throws IOException {
        this.process = process;
        this.err = err;
        int port = 0;
        String url = "";
        BufferedReader out = process.inputReader(UTF_8);
        while (url.isEmpty()) { // stop at the last line: reading on would block
            String line = out.readLine();
            if (line == null) {
                throw new IOException("did not start: " + Files.readString(err));
            }
            if (line.startsWith("[smtp")) {
                port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            } else if (line.startsWith("[http] accessible via ")) {
                url = line.substring("[http] accessible via ".length()).replaceFirst("/$", "");
            }
        }
        smtpPort = port;
        base = url;
    }

    /** Starts the sink and waits until it is ready. Its files are in {@code directory}. */
    static PackagedServer start(Path directory, Map<String, String> environment, String... options) throws IOException {
        var command = new ArrayList<>(List.of("sink", "--smtp=127.0.0.1:0", "--http=127.0.0.1:0", "--spool=memory"));
        command.addAll(List.of(options));
        Path err = Files.createTempFile(directory, "stderr", "");
        ProcessBuilder builder = program(directory, command).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            return new PackagedServer(process, err);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** A boxcar process to be run in that directory, without settings from this environment. */
    static ProcessBuilder program(Path directory, List<String> arguments) {
        assumeTrue(Files.isRegularFile(Path.of(JAR)), "there is no packaged jar: mvn verify makes it");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-jar", JAR));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BOXCAR_") || name.startsWith("MP_"));
        return builder;
    }

    int smtpPort() {
        return smtpPort;
    }

    /** The base URL, without a trailing slash. */
    String base() {
        return base;
    }

    /** The standard error output so far. */
    String errors() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
