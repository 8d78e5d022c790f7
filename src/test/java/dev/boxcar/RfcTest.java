// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every class and transcript that docs/rfc.md names exists. */
class RfcTest {
    private static final Path TABLE = Path.of("docs/rfc.md");
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
    private static final Pattern CLASS = Pattern.compile("`(\\w+)`");
    private static final Pattern TRANSCRIPT = Pattern.compile("`([^`]+\\.smtp)`");

    private record Row(String rfc, String served, String classes, String transcripts) {}

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> line.matches("\\| (\\d+|none) \\|.*"))
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .map(cells -> new Row(cells.get(1), cells.get(4), cells.get(5), cells.get(6)))
                .toList();
    }

    private static List<String> all(Pattern pattern, String cell) {
        return pattern.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    @Test
    void everyRowSaysWhetherItIsImplemented() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(40).allSatisfy(row -> {
            assertThat(row.served()).isIn("yes", "partly", "no");
            assertThat(all(CLASS, row.classes()).isEmpty())
                    .as("%s", row)
                    .isEqualTo(row.served().equals("no"));
        });
    }

    @Test
    void everyClassExists() throws IOException {
        Set<String> classes;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            classes = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        assertThat(rows()).allSatisfy(row -> assertThat(classes).containsAll(all(CLASS, row.classes())));
    }

    @Test
    void everyTranscriptExists() throws IOException {
        List<String> named = rows().stream()
                .flatMap(row -> all(TRANSCRIPT, row.transcripts()).stream())
                .toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .allSatisfy(name -> assertThat(TRANSCRIPTS.resolve(name)).exists());
    }
}
