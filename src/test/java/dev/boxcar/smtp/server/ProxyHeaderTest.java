// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.admission.ClientAdmission;
import dev.boxcar.smtp.server.admission.ProxyHeader;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol: the meaning of each header in any segments, and what happens after an invalid one. */
class ProxyHeaderTest {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final ListenerOptions LISTENER =
            ListenerOptions.at("", 0).withName("front").withProxy(Networks.of(List.of("192.0.2.1")));

    private final RecordingSink sink = new RecordingSink();

    private record Good(byte[] bytes, String client) {
        @Override
        public String toString() {
            return new String(bytes, 0, Math.min(bytes.length, 60), ISO_8859_1).replaceAll("\\p{Cntrl}", ".");
        }
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] binary(int command, int family, int... rest) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(SIGNATURE);
        bytes.write(command);
        bytes.write(family);
        bytes.write(rest.length >> 8);
        bytes.write(rest.length);
        Arrays.stream(rest).forEach(bytes::write);
        return bytes.toByteArray();
    }

    private static int[] six() {
        var rest = new int[36];
        rest[0] = 0x20;
        rest[1] = 0x01;
        rest[2] = 0x0d;
        rest[3] = 0xb8;
        rest[15] = 9;
        rest[31] = 1;
        rest[32] = 0x12;
        rest[33] = 0x67;
        return rest;
    }

    private static final int[] FOUR = {203, 0, 113, 9, 192, 0, 2, 1, 0x12, 0x67, 0, 25};

    static List<Good> goodHeaders() {
        int[] withMore = Arrays.copyOf(FOUR, 3000); // type-length-values after the addresses are skipped
        return List.of(
                new Good(line("PROXY TCP4 203.0.113.9 192.0.2.1 4711 25"), "203.0.113.9:4711"),
                new Good(line("PROXY TCP6 2001:db8::9 ::1 4711 25"), "[2001:db8:0:0:0:0:0:9]:4711"),
                new Good(line("PROXY TCP6 ::ffff:203.0.113.9 ::1 4711 25"), "203.0.113.9:4711"),
                new Good(line("PROXY UNKNOWN"), "192.0.2.1:99"),
                new Good(line("PROXY UNKNOWN ffff::ffff whatever 1 2"), "192.0.2.1:99"),
                new Good(binary(0x21, 0x11, FOUR), "203.0.113.9:4711"),
                new Good(binary(0x21, 0x11, withMore), "203.0.113.9:4711"),
                new Good(binary(0x21, 0x21, six()), "[2001:db8:0:0:0:0:0:9]:4711"),
                new Good(binary(0x21, 0x31, new int[216]), "local"),
                new Good(binary(0x21, 0x00), "192.0.2.1:99"),
                new Good(binary(0x20, 0x00), "192.0.2.1:99"),
                new Good(binary(0x20, 0x11, FOUR), "192.0.2.1:99"));
    }

    private Conversation conversation(ListenerOptions listener) throws IOException {
        return new Conversation(sink, Limits.DEFAULTS, Access.DEFAULTS, Extension.all(), listener);
    }

    private static final String MESSAGE =
            "EHLO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n.\r\n";

    @ParameterizedTest
    @MethodSource("goodHeaders")
    void theHeaderNamesTheClient(Good header) throws IOException {
        try (var conversation = conversation(LISTENER)) {
            assertThat(conversation.lines()).as("before the header").isEmpty();
            conversation.send(header.bytes());
            conversation.awaitLines(1);
            conversation.send(MESSAGE);
            conversation.await("a message", () -> !sink.stored().isEmpty());
            assertThat(sink.stored().get(0).envelope().toString().lines())
                    .contains("Client: " + header.client(), "Listener: front");
        }
    }

    @ParameterizedTest
    @MethodSource("goodHeaders")
    void acceptsAHeaderInAnySegmentsWithCommandsAfterIt(Good header) throws IOException {
        byte[] all = Arrays.copyOf(header.bytes(), header.bytes().length + 6);
        System.arraycopy("NOOP\r\n".getBytes(ISO_8859_1), 0, all, header.bytes().length, 6);
        int step = all.length > 400 ? 97 : 1;
        for (int cut = 1; cut < all.length; cut += step) {
            try (var conversation = conversation(LISTENER)) {
                conversation.send(Arrays.copyOf(all, cut));
                conversation.send(Arrays.copyOfRange(all, cut, all.length));
                conversation.awaitLines(2);
                assertThat(conversation.lines().get(0)).as("split at %d", cut).startsWith("220 ");
                assertThat(conversation.lines().get(1)).startsWith("250 ");
            }
        }
    }

    static List<byte[]> badHeaders() {
        byte[] wrongSignature = binary(0x21, 0x11, FOUR);
        wrongSignature[11] = '\r';
        return List.of(
                line("EHLO client.example"),
                line("PROXY"),
                line("PROXY "),
                line("PROXY TCP5 203.0.113.9 192.0.2.1 4711 25"),
                line("proxy TCP4 203.0.113.9 192.0.2.1 4711 25"),
                line("PROXY  TCP4 203.0.113.9 192.0.2.1 4711 25"),
                line("PROXY TCP4 203.0.113.9 192.0.2.1 4711"),
                line("PROXY TCP4 203.0.113.9 192.0.2.1 4711 25 "),
                line("PROXY TCP4 203.0.113 192.0.2.1 4711 25"),
                line("PROXY TCP4 2001:db8::9 ::1 4711 25"),
                line("PROXY TCP6 203.0.113.9 192.0.2.1 4711 25"),
                line("PROXY TCP4 host.example 192.0.2.1 4711 25"),
                line("PROXY TCP4 203.0.113.9 192.0.2.1 65536 25"),
                line("PROXY TCP4 203.0.113.9 192.0.2.1 4711 025"),
                line("PROXY TCP4 203.0.113.9 192.0.2.1 -1 25"),
                line("PROXY UNKNOWN " + "x".repeat(100)),
                ("PROXY UNKNOWN " + "x".repeat(10_000)).getBytes(ISO_8859_1),
                wrongSignature,
                binary(0x11, 0x11, FOUR),
                binary(0x31, 0x11, FOUR),
                binary(0x22, 0x11, FOUR),
                binary(0x21, 0x12, FOUR),
                binary(0x21, 0x41, FOUR),
                binary(0x21, 0x11, 1, 2, 3),
                binary(0x21, 0x11),
                binary(0x21, 0x21, FOUR),
                binary(0x21, 0x31, new int[215]));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void closesAfterAnInvalidHeaderAndExecutesNothing(byte[] bytes) throws IOException {
        try (var conversation = conversation(LISTENER)) {
            conversation.send(bytes);
            conversation.send(MESSAGE);
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(1).last().asString().startsWith("421 4.7.0 PROXY header expected");
            assertThat(sink.stored()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY \r\n",
                "PROXY X\r\n",
                "PROXY TCP4\r\n",
                "PROXY TCP4 \n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\n",
                "PROXY TCP4 203.0.113.9\r192.0.2.1"
            })
    void refusesAtOnceWhatCannotBecomeALine(String bytes) throws IOException {
        try (var conversation = conversation(LISTENER)) {
            conversation.send(bytes); // and no more
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(1).last().asString().startsWith("421 4.7.0 PROXY header expected");
        }
    }

    @Test
    void closesIfTheHeaderIsLate() throws IOException {
        try (var conversation = conversation(LISTENER)) {
            conversation.send("PROXY TCP4 ");
            conversation.advance(ClientAdmission.PROXY_HEADER_TIMEOUT.minus(Duration.ofSeconds(1)));
            assertThat(conversation.ended()).isFalse();
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(1).last().asString().startsWith("421 4.7.0 ");
        }
    }

    @Test
    void theHeaderTimeoutEndsWithTheHeader() throws IOException {
        try (var conversation = conversation(LISTENER)) {
            conversation.send(line("PROXY UNKNOWN"));
            conversation.advance(ClientAdmission.PROXY_HEADER_TIMEOUT.plusSeconds(1));
            conversation.send("NOOP\r\n");
            conversation.awaitLines(2);
            assertThat(conversation.lines().get(1)).startsWith("250 ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void refusesAHeaderFromOtherAddresses(int version) throws IOException {
        var elsewhere = ListenerOptions.at("", 0).withProxy(Networks.of(List.of("192.0.2.2")));
        byte[] header = version == 1 ? line("PROXY TCP4 203.0.113.9 192.0.2.1 4711 25") : binary(0x21, 0x11, FOUR);
        try (var conversation = conversation(elsewhere)) {
            conversation.send(header);
            conversation.send(MESSAGE);
            conversation.awaitEnd();
            assertThat(conversation.lines()).last().asString().startsWith("421 4.7.0 PROXY header not accepted");
            assertThat(sink.stored()).isEmpty();
        }
    }

    @Test
    void refusesAClientOutsideTheNetworksBehindAProxy() throws IOException {
        ListenerOptions listener = LISTENER.withNetworks(Networks.of(List.of("198.51.100.0/24")));
        try (var conversation = conversation(listener)) {
            conversation.send(line("PROXY TCP4 203.0.113.9 192.0.2.1 4711 25"));
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(1).last().asString().startsWith("554 5.7.1 ");
        }
        try (var conversation = conversation(listener)) {
            conversation.send(line("PROXY TCP4 198.51.100.9 192.0.2.1 4711 25"));
            conversation.awaitLines(1);
            assertThat(conversation.lines().get(0)).startsWith("220 ");
        }
    }

    @Test
    void acceptsTheLongestLine() throws Exception {
        String longest = "PROXY UNKNOWN ffff:f...f:ffff ".repeat(4).substring(0, 105);
        assertThat(ProxyHeader.ofLine(longest.getBytes(ISO_8859_1), 105).kind()).isEqualTo(ProxyHeader.Kind.NONE);
        assertThatThrownBy(() -> ProxyHeader.ofLine(new byte[0], 0)).isInstanceOf(ProxyHeader.Malformed.class);
    }
}
