// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Plays every transcript in four deliveries, and a recorded one also in the segments of its client, in clear and inside
 * TLS; two of the deliveries use TLS 1.2, two TLS 1.3.
 */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class TranscriptTest {
    @TestFactory
    Stream<DynamicTest> everyTranscriptHoldsInEveryDelivery() throws IOException, URISyntaxException {
        return transcripts()
                .flatMap(file -> deliveries(file)
                        .map(delivery -> dynamicTest(
                                file.getFileName() + " " + delivery,
                                () -> new Player(Transcript.read(file), delivery).play())));
    }

    @TestFactory
    Stream<DynamicTest> everyTranscriptHoldsInsideTlsUnlessItSaysNotInTls() throws IOException, URISyntaxException {
        return transcripts()
                .filter(file -> !saysNotInTls(file))
                .flatMap(file -> deliveries(file)
                        .map(delivery -> dynamicTest(
                                file.getFileName() + " in TLS " + delivery,
                                () -> Player.inTls(Transcript.read(file), delivery)
                                        .play())));
    }

    @TestFactory
    Stream<DynamicTest> everyTranscriptThatSaysNotInTlsFailsInsideTls() throws IOException, URISyntaxException {
        return transcripts()
                .filter(TranscriptTest::saysNotInTls)
                .map(file -> dynamicTest(
                        file.getFileName().toString(),
                        () -> assertThat(holdsInsideTls(file))
                                .as("%s says NOT IN TLS, but holds inside TLS", file)
                                .isFalse()));
    }

    @Test
    void aTranscriptThatSaysNotInTlsWithoutNeedIsFound(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("x.smtp"), "# NOT IN TLS: no need\nS: 220 *\n");
        assertThat(saysNotInTls(file)).isTrue();
        assertThat(holdsInsideTls(file)).isTrue();
    }

    @Test
    void thePlayerRefusesToPlayInsideTlsWhatSaysNotInTls(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("x.smtp"), "# NOT IN TLS: starts in clear\nS: 220 *\n");
        Transcript transcript = Transcript.read(file);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Player.inTls(transcript, Delivery.LOCKSTEP))
                .withMessage("not in TLS: starts in clear");
    }

    @Test
    void notInTlsNeedsAReason(@TempDir Path directory) throws IOException {
        for (String line : List.of("# NOT IN TLS", "# NOT IN TLS:", "# NOT IN TLS: ", "# NOT IN TLS because")) {
            Path file = Files.writeString(directory.resolve("x.smtp"), line + "\nS: 220 *\n");
            assertThatIllegalArgumentException()
                    .as("%s", line)
                    .isThrownBy(() -> Transcript.read(file))
                    .withStackTraceContaining("missing reason");
        }
    }

    @Test
    void everyTranscriptNamesItsRfcInTheCommentAtItsTop() throws IOException, URISyntaxException {
        assertThat(transcripts()).allSatisfy(file -> {
            String comment = Files.readAllLines(file).stream()
                    .takeWhile(line -> line.startsWith("# "))
                    .collect(Collectors.joining("\n"));
            assertThat(comment).contains("(RFC ");
        });
    }

    @Test
    void theReadmeExplainsEveryDirectiveInUse() throws IOException, URISyntaxException {
        String readme = Files.readString(directory().resolve("README.md"));
        assertThat(transcripts().flatMap(TranscriptTest::directives).distinct())
                .isNotEmpty()
                .allSatisfy(directive -> assertThat(readme).contains("| `" + directive));
    }

    /** The directives of a file, with the second word where that decides what the directive means. */
    private static Stream<String> directives(Path file) {
        return lines(file)
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" ", -1))
                .map(words -> switch (words[0]) {
                    case "SINK", "SET", "C", "S", "INSIDE", "NO" -> words[0] + " " + words[1];
                    case "TLS" -> String.join(" ", words);
                    default -> words[0];
                });
    }

    private static Stream<Delivery> deliveries(Path file) {
        try {
            return Delivery.of(Transcript.read(file));
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    private static boolean saysNotInTls(Path file) {
        return lines(file).anyMatch(line -> line.startsWith("# NOT IN TLS"));
    }

    private static boolean holdsInsideTls(Path file) throws IOException {
        for (Delivery delivery : deliveries(file).toList()) {
            try {
                Player.alwaysInTls(Transcript.read(file), delivery).play();
            } catch (AssertionError | IOException e) {
                return false;
            }
        }
        return true;
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    private static Path directory() throws URISyntaxException {
        return Path.of(TranscriptTest.class.getResource("/transcripts").toURI());
    }

    private static Stream<Path> transcripts() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.walk(directory())) {
            return files.filter(file -> file.toString().endsWith(".smtp")).sorted().toList().stream();
        }
    }
}
