// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.source.OptionSources;
import dev.boxcar.cli.value.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The order of the sources: command line, BOXCAR_ variable, Mailpit's variable, file, default. */
class OptionSourcesTest {
    @Command
    static final class Sink {
        @Mixin
        SinkOptions options;
    }

    @TempDir
    Path directory;

    @Test
    void usesTheDefaultWithoutAnyOtherSource() {
        assertThat(options(Map.of()).limits.maxRecipients).isEqualTo(10_000);
    }

    @Test
    void theFileOverridesTheDefault() throws IOException {
        assertThat(options(Map.of(), "--config", file("max-recipients = 1")).limits.maxRecipients)
                .isEqualTo(1);
    }

    @Test
    void mailpitsVariableOverridesTheFile() throws IOException {
        var environment = Map.of("MP_SMTP_MAX_RECIPIENTS", "2");
        assertThat(options(environment, "--config", file("max-recipients = 1")).limits.maxRecipients)
                .isEqualTo(2);
    }

    @Test
    void ourVariableOverridesMailpits() throws IOException {
        var environment = Map.of("MP_SMTP_MAX_RECIPIENTS", "2", "BOXCAR_MAX_RECIPIENTS", "3");
        assertThat(options(environment, "--config", file("max-recipients = 1")).limits.maxRecipients)
                .isEqualTo(3);
    }

    @Test
    void theCommandLineOverridesEverything() throws IOException {
        var environment = Map.of("MP_SMTP_MAX_RECIPIENTS", "2", "BOXCAR_MAX_RECIPIENTS", "3");
        assertThat(options(environment, "--max-recipients", "4", "--config", file("max-recipients = 1"))
                        .limits
                        .maxRecipients)
                .isEqualTo(4);
    }

    @Test
    void ignoresAnInvalidValueThatIsOverridden() {
        assertThat(options(Map.of("BOXCAR_MAX_RECIPIENTS", "many"), "--max-recipients", "4").limits.maxRecipients)
                .isEqualTo(4);
    }

    @Test
    void treatsAnEmptyVariableAsNotSet() {
        assertThat(options(Map.of("BOXCAR_MAX_RECIPIENTS", "")).limits.maxRecipients)
                .isEqualTo(10_000);
    }

    @Test
    void takesTheNameOfTheFileFromTheEnvironment() throws IOException {
        assertThat(options(Map.of("BOXCAR_CONFIG", file("max-recipients = 1"))).limits.maxRecipients)
                .isEqualTo(1);
    }

    @Test
    void ignoresVariablesOfKubernetes() {
        // Kubernetes sets these for a service with the name "boxcar"
        assertThat(options(Map.of("BOXCAR_SERVICE_HOST", "10.0.0.1", "BOXCAR_PORT", "tcp://10.0.0.1:1025")).smtp)
                .hasToString("localhost:1025");
    }

    @Test
    void readsMailpitsSizeInMebibytes() {
        assertThat(options(Map.of("MP_MAX_MESSAGE_SIZE", "3")).limits.maxMessageSize)
                .isEqualTo(3L << 20);
    }

    @Test
    void readsMailpitsAddress() {
        assertThat(options(Map.of("MP_SMTP_BIND_ADDR", "[::]:2525")).smtp).isEqualTo(new HostPort("::", 2525));
    }

    @Test
    void readsUnitsNumbersAndVariablesInAFile() throws IOException {
        SinkOptions options = options(
                Map.of(),
                "--config",
                file("max-message-size = 5 MiB\nsync = 100ms\nloops = 2\nhttp = off\nspool = ${PATH}"));
        assertThat(options.limits.maxMessageSize).isEqualTo(5L << 20);
        assertThat(options.sync).hasToString("100ms");
        assertThat(options.loops).isEqualTo(2);
        assertThat(options.spool).isEqualTo(System.getenv("PATH"));
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("sink.conf"), text).toString();
    }

    private static SinkOptions options(Map<String, String> environment, String... arguments) {
        var command = new Sink();
        new CommandLine(command)
                .setDefaultValueProvider(new OptionSources(environment))
                .parseArgs(arguments);
        return command.options;
    }
}
