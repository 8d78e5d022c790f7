// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.boxcar.smtp.parameter.Extension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {
    @Test
    void writesOneLine() {
        assertThat(wire(Reply.of(250, "2.1.5", "Recipient OK"))).isEqualTo("250 2.1.5 Recipient OK\r\n");
        assertThat(wire(Reply.of(354, "", "Go ahead"))).isEqualTo("354 Go ahead\r\n");
    }

    @Test
    void writesTheSpaceEvenIfNoTextFollows() {
        assertThat(wire(Reply.of(250, "", ""))).isEqualTo("250 \r\n");
    }

    @Test
    void writesTheStatusInEveryLine() {
        assertThat(wire(Reply.of(214, "2.0.0", "one", "", "three")))
                .isEqualTo("214-2.0.0 one\r\n214-2.0.0 \r\n214 2.0.0 three\r\n");
    }

    @Test
    void writesManyLinesWithoutAStatus() {
        assertThat(wire(Reply.of(250, "", "server.example", "PIPELINING", "SIZE 10")))
                .isEqualTo("250-server.example\r\n250-PIPELINING\r\n250 SIZE 10\r\n");
    }

    @Test
    void returnsItsParts() {
        Reply reply = Reply.of(550, "5.1.1", "No such user", "here");
        assertThat(reply.code()).isEqualTo(550);
        assertThat(reply.status()).isEqualTo(new EnhancedStatus(5, 1, 1));
        assertThat(reply.lines()).containsExactly("No such user", "here");
        assertThat(reply).hasToString("550-5.1.1 No such user\n550 5.1.1 here");
        assertThat(Reply.of(250, "", "OK").status()).isNull();
    }

    @Test
    void encodesItsBytesOnce() {
        Reply reply = Reply.of(250, "2.0.0", "OK");
        assertThat(reply.bytes()).isSameAs(reply.bytes());
    }

    @ParameterizedTest
    @CsvSource({"220, false", "250, false", "354, false", "399, false", "400, true", "421, true", "550, true"})
    void isAnErrorFrom400On(int code, boolean error) {
        assertThat(Reply.of(code, "", "x").isError()).isEqualTo(error);
    }

    @Test
    void comparesByItsBytes() {
        Reply reply = Reply.of(250, "2.0.0", "OK");
        assertThat(reply)
                .isEqualTo(Reply.of(250, "2.0.0", "OK"))
                .hasSameHashCodeAs(Reply.of(250, "2.0.0", "OK"))
                .isNotEqualTo(Reply.of(250, "2.1.0", "OK"))
                .isNotEqualTo(Reply.of(251, "2.0.0", "OK"))
                .isNotEqualTo(Reply.of(250, "2.0.0", "Ok"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 25, 100, 199, 600, 2500})
    void rejectsACodeOutOfRange(int code) {
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(code, "", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\rb", "a\nb", "\u0000", "\t", "\u001B[1m", "\u007F", "\u0085", "\uD800"})
    void rejectsALineWithAControlCharacter(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(250, "", "first", line));
    }

    @Test
    void rejectsAReplyWithoutALine() {
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(250, ""));
    }

    @Test
    void rejectsAStatusOfAnotherClass() {
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(250, "5.1.1", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(450, "5.1.1", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(354, "2.0.0", "x"));
    }

    @Test
    void acceptsALineOfAtMost512Bytes() {
        assertThat(Reply.of(250, "2.0.0", "x".repeat(500)).bytes()).hasSize(512);
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(250, "2.0.0", "x".repeat(501)));
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.of(250, "2.0.0", "\u00FC".repeat(251)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "4.7.0", "5.999.999", "2.1.5", "5.10.100"})
    void parsesAndFormatsAStatus(String status) {
        assertThat(EnhancedStatus.parse(status)).hasToString(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2.1",
                "2.1.",
                "2.1.5.0",
                "3.0.0",
                "1.0.0",
                "6.0.0",
                "22.0.0",
                "2.01.0",
                "2.00.0",
                "2.1.1000",
                "2.-1.0",
                "2.1.5 ",
                "a.b.c",
                "\u0662.0.0"
            })
    void rejectsAnInvalidStatusText(String status) {
        assertThatIllegalArgumentException().isThrownBy(() -> EnhancedStatus.parse(status));
    }

    @Test
    void rejectsInvalidStatusComponents() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(3, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(2, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(2, 1000, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(2, 0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(2, 0, 1000));
    }

    /** The keywords as their RFCs register them. */
    @ParameterizedTest
    @CsvSource({
        "PIPELINING, PIPELINING, 2920",
        "SIZE, SIZE, 1870",
        "EIGHTBITMIME, 8BITMIME, 6152",
        "SMTPUTF8, SMTPUTF8, 6531",
        "ENHANCEDSTATUSCODES, ENHANCEDSTATUSCODES, 2034",
        "CHUNKING, CHUNKING, 3030",
        "BINARYMIME, BINARYMIME, 3030",
        "DSN, DSN, 3461",
        "DELIVERBY, DELIVERBY, 2852",
        "FUTURERELEASE, FUTURERELEASE, 4865",
        "MT_PRIORITY, MT-PRIORITY, 6710",
        "REQUIRETLS, REQUIRETLS, 8689",
        "LIMITS, LIMITS, 9422",
        "VRFY, VRFY, 5321",
        "EXPN, EXPN, 5321",
        "HELP, HELP, 5321",
        "PIPECONNECT, PIPECONNECT, 0",
        "X_PIPE_CONNECT, X_PIPE_CONNECT, 0"
    })
    void namesAnExtensionByItsKeyword(Extension extension, String keyword, int rfc) {
        assertThat(extension.keyword()).isEqualTo(keyword);
        assertThat(extension.rfc()).isEqualTo(rfc);
    }

    private static String wire(Reply reply) {
        return new String(reply.bytes(), UTF_8);
    }
}
