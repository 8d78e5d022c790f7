// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs of Node's, with packages of npm's. What is not on this machine, or cannot be fetched, has the test skipped,
 * with a reason.
 */
final class NodeScript {
    private static final Duration PATIENCE_WITH_NPM = Duration.ofMinutes(2);

    private NodeScript() {}

    /** How a program ended, and all that it printed. */
    record Run(int status, String output) {}

    /**
     * A directory below {@code target} with these packages ({@code name@version}, {@code alias@npm:name@version}),
     * installed once a build.
     */
    static Path installed(String name, List<String> packages) throws Exception {
        Path directory = Path.of("target", name).toAbsolutePath();
        boolean missing = packages.stream()
                .map(one -> one.substring(0, one.indexOf('@', 1)))
                .anyMatch(one ->
                        !Files.isDirectory(directory.resolve("node_modules").resolve(one)));
        if (missing) {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("package.json"), "{\"private\":true}");
            var command = new ArrayList<>(
                    List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"));
            command.addAll(packages);
            Run run = run(directory, PATIENCE_WITH_NPM, command.toArray(String[]::new));
            assumeTrue(run.status() == 0, "npm cannot install " + packages + " here: " + run.output());
        }
        return directory;
    }

    /** Runs a program to its end; one that takes longer is ended, and its status is -1. */
    static Run run(Path directory, Duration patience, String... command) throws Exception {
        Path output = Files.createTempFile(Path.of("target"), "run", ".txt");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " is not on this machine: " + e.getMessage());
            throw e;
        }
        try {
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Run(ended ? process.exitValue() : -1, Files.readString(output, UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
