// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Command line over BOXCAR_FLAG over Mailpit's variables over the file over the default. */
class LayersTest {
    @TempDir
    Path directory;

    @Test
    void withoutAnythingItIsTheDefault() {
        assertThat(options(Map.of()).limits.maxRecipients).isEqualTo(10_000);
    }

    @Test
    void theFileStandsOverTheDefault() throws IOException {
        assertThat(options(Map.of(), "--config", file("max-recipients = 1")).limits.maxRecipients)
                .isEqualTo(1);
    }

    @Test
    void mailpitsVariableStandsOverTheFile() throws IOException {
        var environment = Map.of("MP_SMTP_MAX_RECIPIENTS", "2");
        assertThat(options(environment, "--config", file("max-recipients = 1")).limits.maxRecipients)
                .isEqualTo(2);
    }

    @Test
    void ourVariableStandsOverMailpits() throws IOException {
        var environment = Map.of("MP_SMTP_MAX_RECIPIENTS", "2", "BOXCAR_MAX_RECIPIENTS", "3");
        assertThat(options(environment, "--config", file("max-recipients = 1")).limits.maxRecipients)
                .isEqualTo(3);
    }

    @Test
    void theCommandLineStandsOverAll() throws IOException {
        var environment = Map.of("MP_SMTP_MAX_RECIPIENTS", "2", "BOXCAR_MAX_RECIPIENTS", "3");
        assertThat(options(environment, "--max-recipients", "4", "--config", file("max-recipients = 1"))
                        .limits
                        .maxRecipients)
                .isEqualTo(4);
    }

    @Test
    void aWrongValueThatIsNotUsedDoesNoHarm() {
        assertThat(options(Map.of("BOXCAR_MAX_RECIPIENTS", "many"), "--max-recipients", "4").limits.maxRecipients)
                .isEqualTo(4);
    }

    @Test
    void anEmptyVariableCountsAsAbsent() {
        assertThat(options(Map.of("BOXCAR_MAX_RECIPIENTS", "")).limits.maxRecipients)
                .isEqualTo(10_000);
    }

    @Test
    void theFileMayBeNamedByTheEnvironment() throws IOException {
        assertThat(options(Map.of("BOXCAR_CONFIG", file("max-recipients = 1"))).limits.maxRecipients)
                .isEqualTo(1);
    }

    @Test
    void variablesOfOthersAreLeftAlone() {
        // Kubernetes makes such ones for a service of the name "boxcar".
        assertThat(options(Map.of("BOXCAR_SERVICE_HOST", "10.0.0.1", "BOXCAR_PORT", "tcp://10.0.0.1:1025")).smtp)
                .hasToString("localhost:1025");
    }

    @Test
    void mailpitsSizeIsInMebibytes() {
        assertThat(options(Map.of("MP_MAX_MESSAGE_SIZE", "3"))
                        .limits
                        .maxMessageSize)
                .isEqualTo(3L << 20);
    }

    @Test
    void mailpitsAddressIsOurs() {
        assertThat(options(Map.of("MP_SMTP_BIND_ADDR", "[::]:2525")).smtp).isEqualTo(new HostPort("::", 2525));
    }

    @Test
    void aFileMayHaveUnitsNumbersAndVariables() throws IOException {
        SinkOptions options = options(
                Map.of(),
                "--config",
                file("max-message-size = 5 MiB\nsync = 100ms\nloops = 2\nhttp = off\nspool = ${PATH}"));
        assertThat(options.limits.maxMessageSize).isEqualTo(5L << 20);
        assertThat(options.sync).hasToString("100ms");
        assertThat(options.loops).isEqualTo(2);
        assertThat(options.spool).isEqualTo(System.getenv("PATH"));
    }

    @Test
    void everyCommandHasTheLayers() {
        var environment = Map.of("BOXCAR_SPOOL", "elsewhere");
        var given = Main.commands(environment)
                .setDefaultValueProvider(new Layers(environment))
                .parseArgs("spool", "ls");
        Object spool = given.asCommandLineList().stream()
                .map(command -> command.getCommandSpec().findOption("--spool"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow()
                .getValue();
        assertThat(spool).hasToString("elsewhere");
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("sink.conf"), text).toString();
    }

    private static SinkOptions options(Map<String, String> environment, String... arguments) {
        var sink = new SinkCommand(environment);
        new CommandLine(sink).setDefaultValueProvider(new Layers(environment)).parseArgs(arguments);
        return sink.options;
    }
}
