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

/** Runs Node scripts with npm packages. If Node or a package is not available, the test is skipped with a reason. */
final class NodeScript {
    private static final Duration NPM_TIMEOUT = Duration.ofMinutes(2);

    private NodeScript() {}

    /** The exit status and the output of a process. */
    record Run(int status, String output) {}

    /**
     * A directory below {@code target} with these packages ({@code name@version}, {@code alias@npm:name@version}).
     * Installs them once per build.
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
            Run run = run(directory, NPM_TIMEOUT, command.toArray(String[]::new));
            assumeTrue(run.status() == 0, "npm cannot install " + packages + " here: " + run.output());
        }
        return directory;
    }

    /** Runs a process. One that exceeds the timeout is killed, and its status is -1. */
    static Run run(Path directory, Duration timeout, String... command) throws Exception {
        Path output = Files.createTempFile(Path.of("target"), "run", ".txt");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " is not installed: " + e.getMessage());
            throw e;
        }
        try {
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Run(ended ? process.exitValue() : -1, Files.readString(output, UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
