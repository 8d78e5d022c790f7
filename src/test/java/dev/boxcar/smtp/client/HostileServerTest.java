// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server does, each message has one result, the session ends once, and memory is bounded. */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class HostileServerTest {

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n", "25\r\n", "250?\r\n", "999 no code\r\n", "150 no code\r\n", "\r\n"})
    void endsTheSessionAfterAnInvalidReply(String text) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send("x", "b");
            fixture.sendBytes(text);
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 x", "250-x\r\n", "\n", "250-\n"})
    void failsAfterTooManyBytesInOneReply(String part) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send("x", "b");
            String much = part.repeat(1 + 1000 / part.length());
            for (int sent = 0; sent < 200_000 && !fixture.ended; sent += much.length()) {
                fixture.sendBytes(much);
            }
            assertThat(fixture.ended).isTrue();
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @Test
    void truncatesALongLineAndTakesTheReply() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.THREES, "PIPELINING")) {
            fixture.send("x", "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            fixture.reply("550 " + "y".repeat(3000), "550 no", "503 no");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED");
            assertThat(fixture.results.get(0).recipients().get(0).reason().length())
                    .isBetween(1000, 2048);
        }
    }

    @Test
    void endsTheSessionAfterAReplyWithoutACommand() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.reply("250 unexpected");
            fixture.awaitEnd();
            assertThat(fixture.failure().reason()).contains("reply without a command");
        }
    }

    @Test
    void acceptsA421OnAnIdleSession() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.reply("421 4.4.2 idle too long");
            fixture.awaitEnd();
            fixture.send("x", "b");
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @CsvSource({"250, DATA", "251, DATA", "354, MESSAGE", "354, RCPT", "334, MAIL"})
    void endsTheSessionAfterAReplyOfTheWrongKind(int code, SessionStep step) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send("x", "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            if (step != SessionStep.MAIL) {
                fixture.reply("250 ok");
            }
            if (step == SessionStep.DATA || step == SessionStep.MESSAGE) {
                fixture.reply("250 ok");
            }
            if (step == SessionStep.MESSAGE) {
                fixture.reply("354 go");
                fixture.expect("x", ".");
            }
            fixture.reply(code + " odd");
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo(step == SessionStep.MESSAGE ? "IN_DOUBT" : "DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void isInDoubtIfTheConnectionIsLostAfterTheEndOfTheMessage(PipeliningMode mode) throws IOException {
        try (var fixture = ClientFixture.opened(mode, Segmentation.WHOLE, "PIPELINING", "CHUNKING")) {
            fixture.send("x", "b", "c");
            fixture.send("never started", "d");
            if (mode == PipeliningMode.BDAT) {
                fixture.until(() -> fixture.read().contains("LAST\r\nx"), "the chunk");
                fixture.reply("250 ok", "550 no", "250 ok");
            } else if (mode == PipeliningMode.LOCKSTEP) {
                for (String reply : List.of("250 ok", "550 no", "250 ok", "354 go")) {
                    fixture.until(() -> fixture.read().endsWith("\r\n"), "a command");
                    fixture.take(fixture.read().length());
                    fixture.reply(reply);
                }
                fixture.expect("x", ".");
            } else {
                fixture.until(() -> fixture.read().endsWith("DATA\r\n"), "the group");
                fixture.reply("250 ok", "550 no", "250 ok", "354 go");
                fixture.until(() -> fixture.read().contains("\r\nx\r\n.\r\n"), "the message");
            }
            fixture.server.close();
            fixture.awaitEnd();
            assertThat(fixture.outcomes(0)).isEqualTo("REFUSED IN_DOUBT");
            assertThat(fixture.outcomes(1)).isEqualTo(mode == PipeliningMode.BDAT ? "IN_DOUBT" : "DEFERRED");
        }
    }

    @Test
    void defersIfTheConnectionIsLostWithinTheMessage() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send(new byte[50_000_000], "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            fixture.reply("250 ok", "250 ok", "354 go");
            fixture.until(() -> fixture.read().length() > 100_000, "some of the message");
            fixture.server.close();
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @Test
    void acceptsARefusalWithinTheMessage() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send(new byte[50_000_000], "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            fixture.reply("250 ok", "250 ok", "354 go");
            fixture.until(() -> fixture.read().length() > 100_000, "some of the message");
            fixture.reply("552 5.3.4 too large");
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("REFUSED");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5})
    void neverEndsAMessageOfTheWrongSize(long announced) throws IOException {
        for (PipeliningMode mode : List.of(PipeliningMode.PIPELINED, PipeliningMode.BDAT)) {
            try (var fixture = ClientFixture.opened(mode, Segmentation.WHOLE, "PIPELINING", "CHUNKING")) {
                var content = new MessageContent(
                        channel -> BytesProducer.of(new byte[] {'4', '4', '4', '4'}), announced, false, false);
                var to = List.of(Recipient.of(ForwardPath.parse("<b@b.example>")));
                fixture.client.send(MailTransaction.of(ReversePath.NULL, to, content), fixture.results::add);
                if (mode == PipeliningMode.PIPELINED) {
                    fixture.expect("MAIL FROM:<>", "RCPT TO:<b@b.example>", "DATA");
                    fixture.reply("250 ok", "250 ok", "354 go");
                }
                fixture.awaitEnd();
                assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
                assertThat(fixture.read()).doesNotContain("\r\n.\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "1, 300", "2, 300", "3, 120", "4, 600"})
    void timesOutAtEachStep(int replies, long seconds) throws IOException {
        List<String> script = List.of("220 hello", "250-s\r\n250 PIPELINING", "250 ok\r\n250 ok", "354 go");
        try (var fixture = new ClientFixture(ClientOptions.named("client.example"), Segmentation.WHOLE)) {
            fixture.send("x", "b");
            for (String reply : script.subList(0, replies)) {
                fixture.reply(reply);
                if (!reply.startsWith("250 ok")) { // the client waits for 354
                    fixture.until(() -> !fixture.read().isEmpty(), "the next command");
                    fixture.take(fixture.read().length());
                }
            }
            fixture.nanos += Duration.ofSeconds(seconds).toNanos() - 1_000_000;
            fixture.loop.poll(Duration.ofMillis(1));
            assertThat(fixture.ended).isFalse();
            fixture.sendBytes("250"); // part of a reply does not restart the timeout
            fixture.nanos += 2_000_000;
            fixture.awaitEnd();
            assertThat(fixture.failure().reason()).contains("timeout");
            assertThat(fixture.outcomes()).isEqualTo(replies == 4 ? "IN_DOUBT" : "DEFERRED");
        }
    }

    @Test
    void timesOutIfTheServerStopsReadingTheMessage() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send(new byte[50_000_000], "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            fixture.reply("250 ok", "250 ok", "354 go");
            for (int i = 0; i < 5; i++) {
                int before = fixture.read().length();
                fixture.nanos += Duration.ofSeconds(100).toNanos(); // slow, but within the timeout
                fixture.until(() -> fixture.read().length() > before, "more of the message");
            }
            assertThat(fixture.ended).isFalse();
            for (int i = 0; i < 100; i++) {
                fixture.loop.poll(Duration.ofMillis(1)); // fills the socket buffers
            }
            fixture.nanos += Duration.ofSeconds(181).toNanos();
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void survivesRandomInput(PipeliningMode mode) throws IOException {
        String[] words = {
            "250 ok\r\n", "250-", "354 go\r\n", "550 no\r\n", "\r", "\n", "421 bye\r\n", "x", "4", "\0", "250\n"
        };
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            try (var fixture = ClientFixture.opened(mode, Segmentation.WHOLE, "PIPELINING", "CHUNKING")) {
                fixture.send("one", "b", "c");
                fixture.send("two", "d");
                fixture.client.quit();
                for (int i = 0; i < 12 && !fixture.ended; i++) {
                    fixture.sendBytes(words[random.nextInt(words.length)]);
                }
                fixture.server.close();
                fixture.awaitEnd();
                assertThat(fixture.results).as("seed %d", seed).hasSize(2);
                assertThat(fixture.results.get(0).recipients()).hasSize(2);
            }
        }
    }

    @Test
    void reportsAnOutcomeWhenTheClientIsClosed() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING")) {
            fixture.send("x".getBytes(ISO_8859_1), "b");
            fixture.client.close();
            assertThat(fixture.ended).isTrue();
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }
}
