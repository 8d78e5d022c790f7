// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bad configuration is a folder: {@code sink.conf}, and {@code expected}, the complaint without the path to the
 * folder. A {@code *} at its end stands for words that are a library's.
 */
class BadConfigTest {
    private static final Path FOLDERS = Path.of("src/test/resources/bad-config");

    static Stream<String> folders() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void isReportedInOneLineWithFileLineAndKey(String folder) throws IOException {
        String file = FOLDERS.resolve(folder).resolve("sink.conf").toString();
        String expected =
                Files.readString(FOLDERS.resolve(folder).resolve("expected")).strip();

        var run = Boxcar.run(Map.of(), "--config", file);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        String line = run.err().strip().replace(file, "sink.conf");
        if (expected.endsWith("*")) {
            assertThat(line).startsWith("boxcar: " + expected.substring(0, expected.length() - 1));
        } else {
            assertThat(line).isEqualTo("boxcar: " + expected);
        }
    }
}
