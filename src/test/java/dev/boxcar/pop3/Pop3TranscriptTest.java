// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays each transcript in {@code src/test/resources/pop3} in four deliveries: the server's lines may not depend on how
 * the client's bytes arrive. {@code C:} is sent with CRLF, {@code S:} is expected ({@code *} matches anything),
 * {@code #} is a comment, {@code # MESSAGE user id text} adds a message in which {@code \r} and {@code \n} are escapes,
 * and {@code # LEFT user id…} says which messages remain at the end.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class Pop3TranscriptTest {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/pop3");
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    /** How the client's bytes are cut into segments. */
    enum Delivery {
        LOCKSTEP,
        PIPELINED,
        OCTET_BY_OCTET,
        STRADDLING
    }

    static Stream<Arguments> transcriptsInFourDeliveries() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(TRANSCRIPTS)) {
            files = all.filter(file -> file.toString().endsWith(".pop3"))
                    .sorted()
                    .toList();
        }
        return files.stream().flatMap(file -> Stream.of(Delivery.values()).map(way -> Arguments.of(file, way)));
    }

    @ParameterizedTest
    @MethodSource("transcriptsInFourDeliveries")
    void everyReplyIsAsWritten(Path file, Delivery delivery) throws IOException {
        List<String> lines = Files.readAllLines(file, UTF_8);
        try (Pop3TestServer server = Pop3TestServer.inClear()) {
            lines.stream().filter(line -> line.startsWith("# MESSAGE ")).forEach(line -> add(server, line));
            play(server, lines, delivery);
            for (String line : lines) {
                if (line.startsWith("# LEFT ")) {
                    String[] words = line.split(" ");
                    assertThat(server.ids(words[2]))
                            .containsExactlyInAnyOrder(
                                    List.of(words).subList(3, words.length).toArray(String[]::new));
                }
            }
        }
    }

    private static void add(Pop3TestServer server, String line) {
        String[] words = line.split(" ", 5);
        server.with(words[2], words[3], words[4].replace("\\r", "\r").replace("\\n", "\n"));
    }

    private static void play(Pop3TestServer server, List<String> lines, Delivery delivery) throws IOException {
        try (var socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            if (delivery == Delivery.LOCKSTEP) {
                for (String line : lines) {
                    if (line.startsWith("C: ")) {
                        socket.getOutputStream().write((line.substring(3) + "\r\n").getBytes(UTF_8));
                    } else if (line.startsWith("S: ")) {
                        expect(line.substring(3), in.readLine());
                    }
                }
            } else {
                for (byte[] segment : segments(lines, delivery)) {
                    socket.getOutputStream().write(segment);
                }
                for (String line : lines) {
                    if (line.startsWith("S: ")) {
                        expect(line.substring(3), in.readLine());
                    }
                }
            }
            if (lines.contains("# ENDS")) {
                assertThat(in.readLine()).as("a line after the end").isNull();
            }
        }
    }

    private static List<byte[]> segments(List<String> lines, Delivery delivery) {
        var joined = new ByteArrayOutputStream();
        var cuts = new TreeSet<Integer>();
        for (String line : lines) {
            if (line.startsWith("C: ")) {
                joined.writeBytes((line.substring(3) + "\r\n").getBytes(UTF_8));
                cuts.add(joined.size() + 1); // a whole line and the first byte of the next
            }
        }
        byte[] bytes = joined.toByteArray();
        var segments = new ArrayList<byte[]>();
        int from = 0;
        for (int to = 1; to <= bytes.length; to++) {
            boolean cut = delivery == Delivery.OCTET_BY_OCTET || (delivery == Delivery.STRADDLING && cuts.contains(to));
            if (cut || to == bytes.length) {
                segments.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
        }
        return segments;
    }

    private static void expect(String pattern, String line) {
        var regex = new StringBuilder();
        for (String literal : pattern.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        assertThat(line).as("expected %s", pattern).isNotNull().matches(regex.toString());
    }
}
