// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that docs/promises.md and docs/spool.md name as a proof exists. */
class PromisesTest {
    private static final Path PROMISES = Path.of("docs/promises.md");
    private static final Path SPOOL = Path.of("docs/spool.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT|Contract))(?:#(\\w+))?`");
    private static final Pattern TRANSCRIPT = Pattern.compile("`([\\w/-]+\\.smtp)`");

    @Test
    void everyProofExists() throws IOException {
        String promises = Files.readString(PROMISES) + Files.readString(SPOOL);
        List<Path> tests;
        try (Stream<Path> files = Files.walk(TESTS)) {
            tests = files.toList();
        }
        var named = TEST.matcher(promises);
        int proofs = 0;
        while (named.find()) {
            String file = named.group(1) + ".java";
            Path test = tests.stream()
                    .filter(path -> path.endsWith(file))
                    .findFirst()
                    .orElse(null);
            assertThat(test).as("%s", named.group(1)).isNotNull();
            if (named.group(2) != null) {
                assertThat(Files.readString(test)).contains("void " + named.group(2) + "(");
            }
            proofs++;
        }
        assertThat(proofs).isGreaterThan(50);
    }

    @Test
    void everyTranscriptExists() throws IOException {
        var named = TRANSCRIPT.matcher(Files.readString(PROMISES));
        assertThat(named.results().toList())
                .isNotEmpty()
                .allSatisfy(transcript ->
                        assertThat(TRANSCRIPTS.resolve(transcript.group(1))).exists());
    }
}
