// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every transcript, in four deliveries; and in the same four inside TLS, of which two are 1.2 and two are 1.3. */
class TranscriptTest {
    private static final Pattern OUTSIDE = Pattern.compile(
            ".*/(?:tls/[^/]+|access/.*(?:proxy|-tls|network).*|auth/(?:in-clear|the-list|unknown-mechanisms).*)");

    @TestFactory
    Stream<DynamicTest> everyTranscriptHoldsInEveryDelivery() throws IOException, URISyntaxException {
        return transcripts().stream()
                .flatMap(file -> Arrays.stream(Delivery.values())
                        .map(delivery -> dynamicTest(
                                file.getFileName() + " " + delivery,
                                () -> new Player(Transcript.read(file), delivery).play())));
    }

    /**
     * Pipelining inside TLS is as outside. Those that go over to TLS themselves begin in clear; so does a PROXY header,
     * and a client of the wrong network hears nothing where TLS comes first. Of those about AUTH three say what is
     * different within TLS.
     */
    @TestFactory
    Stream<DynamicTest> everyTranscriptHoldsInsideTls() throws IOException, URISyntaxException {
        return transcripts().stream()
                .filter(file -> !OUTSIDE.matcher(file.toString()).matches())
                .flatMap(file -> Arrays.stream(Delivery.values())
                        .map(delivery -> dynamicTest(
                                file.getFileName() + " in TLS " + delivery,
                                () -> Player.inTls(Transcript.read(file), delivery)
                                        .play())));
    }

    @Test
    void everyTranscriptNamesItsRfc() throws IOException, URISyntaxException {
        for (Path file : transcripts()) {
            assertThat(Files.readAllLines(file).get(0))
                    .as("first line of %s", file)
                    .startsWith("# ")
                    .contains("(RFC ");
        }
    }

    private static List<Path> transcripts() throws IOException, URISyntaxException {
        var directory = Path.of(TranscriptTest.class.getResource("/transcripts").toURI());
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".smtp"))
                    .sorted()
                    .toList();
        }
    }
}
