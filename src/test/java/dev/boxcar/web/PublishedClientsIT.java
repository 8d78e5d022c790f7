// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients that people have in their tests today judge the compatibility: what they are and ask for is theirs,
 * fetched from npm. Skipped, with a reason, where there is no npm or no way to its registry. The sink is the packaged
 * jar.
 */
@Timeout(300)
class PublishedClientsIT {
    private static final List<String> PACKAGES =
            List.of("mailpit-api@2.1.0", "mailpit-api-1@npm:mailpit-api@1.7.2", "cypress-mailpit@2.0.0");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"mailpit-api", "cypress-mailpit"})
    void isSatisfied(String client) throws Exception {
        Path clients = installed();
        Path script = Path.of("src/test/resources/clients", client + ".mjs").toAbsolutePath();
        try (PackagedServer sink = PackagedServer.start(directory, Map.of(), "--enable-chaos")) {
            NodeScript.Run run = run(clients, "node", script.toString(), sink.base());
            assertThat(run.output()).endsWith("all well\n");
            assertThat(run.status()).isZero();
        }
    }

    @Test
    void clientsWorkBelowAWebRoot() throws Exception {
        Path clients = installed();
        try (PackagedServer sink = PackagedServer.start(directory, Map.of("MP_WEBROOT", "/q/mailpit"))) {
            String script = "const {MailpitClient} = require('mailpit-api');" + "new MailpitClient('" + sink.base()
                    + "').listMessages().then(l => console.log(l.total))";
            assertThat(run(clients, "node", "-e", script).output()).isEqualTo("0\n");
        }
    }

    private static Path installed() throws Exception {
        return NodeScript.installed("npm-clients", PACKAGES);
    }

    private static NodeScript.Run run(Path directory, String... command) throws Exception {
        return NodeScript.run(directory, PATIENCE, command);
    }
}
