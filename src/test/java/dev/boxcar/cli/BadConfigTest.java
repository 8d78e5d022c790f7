// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.relay.RelayCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * A bad configuration is a folder: {@code sink.conf}, and {@code expected}, the complaint without the path to the
 * folder. A {@code *} at its end stands for words that are a library's.
 */
class BadConfigTest {
    private static final Path FOLDERS = Path.of("src/test/resources/bad-config");
    private static final String RELAY = "relay.conf";

    static Stream<String> folders() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void isReportedInOneLineWithFileLineAndKey(String folder) throws IOException {
        boolean isRelay = Files.exists(FOLDERS.resolve(folder).resolve(RELAY));
        String name = isRelay ? RELAY : "sink.conf";
        String file = FOLDERS.resolve(folder).resolve(name).toString();
        String expected =
                Files.readString(FOLDERS.resolve(folder).resolve("expected")).strip();

        var run = Boxcar.run(Map.of(), isRelay ? "relay" : "sink", "--config", file);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        String line = run.err().strip().replace(file, name);
        if (expected.endsWith("*")) {
            assertThat(line).startsWith("boxcar: " + expected.substring(0, expected.length() - 1));
        } else {
            assertThat(line).isEqualTo("boxcar: " + expected);
        }
    }

    /** A new option of the relay needs a folder here that has a mistake in its key. */
    @Test
    void everyKeyOfTheRelayHasAMistake() throws IOException {
        var keys = new TreeSet<String>(Set.of("smarthosts", "routes"));
        new CommandLine(new RelayCommand(Map.of()))
                .getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp())
                        .forEach(option -> keys.add(option.longestName().substring(2)));
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            for (Path folder :
                    folders.filter(each -> Files.exists(each.resolve(RELAY))).toList()) {
                String[] words = Files.readString(folder.resolve("expected")).split(": ", 3);
                keys.remove(words[1]);
            }
        }

        assertThat(keys).isEmpty();
    }
}
