// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients that people have in their tests today judge the compatibility: what they are and ask for is theirs, fetched from npm. Skipped, with a
 * reason, where there is no npm or no way to its registry.
 */
@Timeout(300)
class PublishedClientsTest {
    private static final List<String> PACKAGES =
            List.of("mailpit-api@2.1.0", "mailpit-api-1@npm:mailpit-api@1.7.2", "cypress-mailpit@2.0.0");
    private static final long PATIENCE_SECONDS = 120;

    private record Run(int status, String output) {}

    @ParameterizedTest
    @ValueSource(strings = {"mailpit-api", "cypress-mailpit"})
    void isSatisfied(String client) throws Exception {
        Path clients = installed();
        Path script = Path.of("src/test/resources/clients", client + ".mjs").toAbsolutePath();
        try (Sink sink = Sink.withChaos()) {
            Run run = run(clients, "node", script.toString(), sink.base());
            assertThat(run.output()).endsWith("all well\n");
            assertThat(run.status()).isZero();
        }
    }

    @Test
    void theClientsAlsoStandBelowAWebRoot() throws Exception {
        Path clients = installed();
        try (Sink sink = Sink.below("/q/mailpit")) {
            String script = "const {MailpitClient} = require('mailpit-api');" + "new MailpitClient('" + sink.base()
                    + "').listMessages().then(l => console.log(l.total))";
            assertThat(run(clients, "node", "-e", script).output()).isEqualTo("0\n");
        }
    }

    /** Where the packages are; installed once a build. */
    private static Path installed() throws Exception {
        Path directory = Path.of("target/npm-clients").toAbsolutePath();
        if (!Files.isDirectory(directory.resolve("node_modules/mailpit-api"))
                || !Files.isDirectory(directory.resolve("node_modules/mailpit-api-1"))
                || !Files.isDirectory(directory.resolve("node_modules/cypress-mailpit"))) {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("package.json"), "{\"private\":true}");
            var command = new java.util.ArrayList<>(
                    List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"));
            command.addAll(PACKAGES);
            Run run = run(directory, command.toArray(String[]::new));
            assumeTrue(run.status() == 0, "npm cannot install the clients here: " + run.output());
        }
        return directory;
    }

    private static Run run(Path directory, String... command) throws Exception {
        Path output = Files.createTempFile(Path.of("target"), "client", ".txt");
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
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output, UTF_8);
            return new Run(ended ? process.exitValue() : -1, text);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
