// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs every fuzz target with its saved corpus, in every build. */
class CorpusTest {
    private static final long MAX_BYTES = 300 * 1024;

    @TestFactory
    Stream<DynamicTest> everyTargetPassesItsCorpus() {
        return Arrays.stream(Target.values()).map(target -> dynamicTest(target.folder(), () -> feed(target)));
    }

    private static void feed(Target target) throws Exception {
        List<Path> inputs = inputs(target.folder());
        assertThat(inputs).as("inputs of " + target.folder()).hasSizeGreaterThan(10);
        for (Path input : inputs) {
            try {
                target.feed(Files.readAllBytes(input));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "corpus/" + target.folder() + "/" + input.getFileName() + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void theCorpusIsSmall() throws IOException, URISyntaxException {
        long bytes = 0;
        for (Path input : inputs("")) {
            bytes += Files.size(input);
        }
        assertThat(bytes).isLessThan(MAX_BYTES);
    }

    private static List<Path> inputs(String name) throws IOException, URISyntaxException {
        var corpus = Path.of(CorpusTest.class.getResource("/corpus").toURI());
        try (Stream<Path> files = Files.walk(corpus.resolve(name))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
