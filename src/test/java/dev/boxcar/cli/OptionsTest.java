// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.ConfigKeys;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.OptionSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The names and defaults of options, which scripts rely on, and the documents that list them. */
class OptionsTest {
    private static final Map<String, String> SINK = new TreeMap<>(Map.ofEntries(
            Map.entry("--smtp", "localhost:1025"),
            Map.entry("--listen", ""),
            Map.entry("--max-connections-per-address", "0"),
            Map.entry("--max-session-recipients", "0"),
            Map.entry("--max-messages-per-minute", "0"),
            Map.entry("--max-recipients-per-minute", "0"),
            Map.entry("--command-timeout", "5m"),
            Map.entry("--session-timeout", "24h"),
            Map.entry("--min-data-rate", "1"),
            Map.entry("--greet-delay", "0"),
            Map.entry("--error-delay", "0"),
            Map.entry("--lenient-paths", "true"),
            Map.entry("--http", "localhost:8025"),
            Map.entry("--http-tls-cert", ""),
            Map.entry("--http-tls-key", ""),
            Map.entry("--allow-recipients", ""),
            Map.entry("--release-tls-insecure", ""),
            Map.entry("--web-root", "/"),
            Map.entry("--web-host", ""),
            Map.entry("--api-cors", ""),
            Map.entry("--ui-auth", ""),
            Map.entry("--ui-auth-file", ""),
            Map.entry("--label", ""),
            Map.entry("--record", "true"),
            Map.entry("--record-input", "64KiB"),
            Map.entry("--max-messages", "0"),
            Map.entry("--max-age", "0"),
            Map.entry("--max-size", "0"),
            Map.entry("--namespaces", "none"),
            Map.entry("--webhook-url", ""),
            Map.entry("--enable-chaos", ""),
            Map.entry("--chaos-triggers", ""),
            Map.entry("--link-check", ""),
            Map.entry("--release-to", ""),
            Map.entry("--release-tls", "off"),
            Map.entry("--release-auth", ""),
            Map.entry("--release-return-path", ""),
            Map.entry("--release-allow", ""),
            Map.entry("--release-block", ""),
            Map.entry("--link-check-internal", ""),
            Map.entry("--spamd", ""),
            Map.entry("--release-all", ""),
            Map.entry("--release-matching", ""),
            Map.entry("--forward-to", ""),
            Map.entry("--forward-server", ""),
            Map.entry("--forward-tls", "off"),
            Map.entry("--forward-tls-insecure", ""),
            Map.entry("--forward-auth", ""),
            Map.entry("--forward-return-path", ""),
            Map.entry("--tag", ""),
            Map.entry("--tags-config", ""),
            Map.entry("--spool", "mailspool"),
            Map.entry("--sync", "none"),
            Map.entry("--blob-size", "1MiB"),
            Map.entry("--max-message-size", "50MiB"),
            Map.entry("--max-recipients", "10000"),
            Map.entry("--max-session-messages", "0"),
            Map.entry("--max-recipient-domains", "0"),
            Map.entry("--max-errors", "100"),
            Map.entry("--max-connections", "20000"),
            Map.entry("--max-command-size", "4096"),
            Map.entry("--idle-timeout", "5m"),
            Map.entry("--data-timeout", "10m"),
            Map.entry("--commit-timeout", "5m"),
            Map.entry("--auth-file", ""),
            Map.entry("--auth-accept-any", "false"),
            Map.entry("--auth-allow-insecure", "false"),
            Map.entry("--auth-required", "false"),
            Map.entry("--extensions", "all"),
            Map.entry("--loops", ""),
            Map.entry("--spin", "0"),
            Map.entry("--hostname", ""),
            Map.entry("--config", ""),
            Map.entry("--tls", ""),
            Map.entry("--tls-cert", ""),
            Map.entry("--tls-key", ""),
            Map.entry("--tls-required", ""),
            Map.entry("--smtps", ""),
            Map.entry("--pop3", "off"),
            Map.entry("--pop3s", ""),
            Map.entry("--log-level", "info"),
            Map.entry("--log-format", "text"),
            Map.entry("--help", "")));

    private static final Map<String, String> LAB = Map.of("--script", "", "--rtt", "0", "--hold", "off", "--seed", "");

    @Test
    void theCommandsAreThese() {
        assertThat(Main.commands(Map.of()).getSubcommands().keySet())
                .containsExactlyInAnyOrder(
                        "sink",
                        "lab",
                        "relay",
                        "queue",
                        "sendmail",
                        "mailq",
                        "spool",
                        "send",
                        "ingest",
                        "readyz",
                        "blast",
                        "proxy",
                        "fetch",
                        "rehearse",
                        "passwd",
                        "mcp",
                        "version",
                        "help");
    }

    @Test
    void theSinkHasTheseOptionsAndDefaults() {
        var found = new TreeMap<String, String>();
        for (OptionSpec option : options()) {
            found.put(option.longestName(), option.defaultValue() == null ? "" : option.defaultValue());
        }
        assertThat(found).isEqualTo(SINK);
    }

    @Test
    void theLabHasTheseOptionsBesideThoseOfTheSink() {
        var found = new TreeMap<String, String>();
        for (OptionSpec option : labOptions()) {
            found.put(option.longestName(), option.defaultValue() == null ? "" : option.defaultValue());
        }
        var expected = new TreeMap<>(SINK);
        expected.putAll(LAB);
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void helpShowsEachOptionOnOneLineWithItsDefault() {
        List<String> help = Boxcar.run(Map.of(), "sink", "--help").out().lines().toList();
        for (OptionSpec option : options()) {
            List<String> lines = help.stream()
                    .filter(line -> line.matches("  (-h, |    )" + option.longestName() + "(?![a-z-]).*"))
                    .toList();
            assertThat(lines).as(option.longestName()).hasSize(1);
            if (option.arity().max() > 0) {
                String value = option.defaultValue();
                assertThat(lines.get(0))
                        .matches(value == null ? ".*\\(default: .+\\)" : ".*\\(default: " + value + "\\)");
            }
        }
    }

    @Test
    void helpIsAscii() {
        // a terminal may have any character set, and a service has none
        assertThat(Boxcar.run(Map.of(), "sink", "--help").out()).matches("\\A\\p{ASCII}*\\z");
        assertThat(Boxcar.run(Map.of(), "--help").out()).matches("\\A\\p{ASCII}*\\z");
    }

    @Test
    void theOptionsOfEveryCommandHaveAllSources() {
        var environment = Map.of("BOXCAR_SPOOL", "elsewhere");
        var given = Main.commands(environment)
                .setDefaultValueProvider(new OptionSources(environment))
                .parseArgs("spool", "ls");
        Object spool = given.asCommandLineList().stream()
                .map(command -> command.getCommandSpec().findOption("--spool"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow()
                .getValue();
        assertThat(spool).hasToString("elsewhere");
    }

    @Test
    void runsTheSinkWithoutACommand() {
        assertThat(Boxcar.run(Map.of(), "--smtp", "x").err())
                .isEqualTo(Boxcar.run(Map.of(), "sink", "--smtp", "x").err());
    }

    @Test
    void printsTheVersionOfTheBuild() {
        var run = Boxcar.run(Map.of(), "version");
        assertThat(run.out()).matches("boxcar [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\\R");
        assertThat(run).isEqualTo(Boxcar.run(Map.of(), "--version"));
    }

    @Test
    void theShippedConfigurationFileIsValid() throws InvalidConfigException {
        Path file = Path.of("conf/sink.conf");
        assertThat(ConfigFile.read(file, ConfigKeys.of(keys()))).isNotNull();
    }

    @Test
    void theShippedConfigurationFileShowsEachOptionWithItsDefault() throws IOException {
        String uncommented = Files.readString(Path.of("conf/sink.conf")).replaceAll("(?m)^#([a-z0-9-]+ =)", "$1");
        var config = ConfigFactory.parseString(uncommented);
        for (OptionSpec option : options()) {
            String key = option.longestName().substring(2);
            if (keys().contains(key)) {
                assertThat(config.hasPath(key)).as(key).isTrue();
                if (option.defaultValue() != null) {
                    assertThat(config.getString(key)).as(key).isEqualTo(option.defaultValue());
                }
            }
        }
    }

    @Test
    void theLabsConfigurationFileIsValidAndShowsItsOptionsWithTheirDefaults() throws Exception {
        Path file = Path.of("conf/lab.conf");
        List<String> keys = keys(labOptions());
        assertThat(ConfigFile.read(file, ConfigKeys.of(keys))).isNotNull();
        String uncommented = Files.readString(file).replaceAll("(?m)^#([a-z0-9-]+ =)", "$1");
        var config = ConfigFactory.parseString(uncommented);
        assertThat(keys).containsAll(config.root().keySet());
        LAB.forEach((option, value) -> {
            String key = option.substring(2);
            assertThat(config.hasPath(key)).as(key).isTrue();
            if (!value.isEmpty()) {
                assertThat(config.getString(key)).as(key).isEqualTo(value);
            }
        });
    }

    private static List<OptionSpec> labOptions() {
        return new CommandLine(new LabCommand(Map.of())).getCommandSpec().options();
    }

    private static List<OptionSpec> options() {
        return new CommandLine(new SinkCommand(Map.of())).getCommandSpec().options();
    }

    private static List<String> keys() {
        return keys(options());
    }

    private static List<String> keys(List<OptionSpec> options) {
        return options.stream()
                .map(option -> option.longestName().substring(2))
                .filter(key -> !key.equals("help") && !key.equals("config"))
                .toList();
    }
}
