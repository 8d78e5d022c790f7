// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.smtp.client.reply.ReplyReader;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.async.BytesProducer;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server does, each message has one outcome, the session one end, and memory a bound. */
class HostileServerTest {

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n", "25\r\n", "250?\r\n", "999 no code\r\n", "150 no code\r\n", "\r\n"})
    void whatIsNoAnswerEndsTheSession(String said) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send("x", "b");
            stage.sayBytes(said);
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 x", "250-x\r\n", "\n", "250-\n"})
    void anAnswerWithoutEndIsNotKept(String part) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send("x", "b");
            String much = part.repeat(1 + 1000 / part.length());
            for (int said = 0; said < 200_000 && !stage.ended; said += much.length()) {
                stage.sayBytes(much);
            }
            assertThat(stage.ended).isTrue();
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @Test
    void aLongLineIsCutAndTheAnswerTaken() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.THREES, "PIPELINING")) {
            stage.send("x", "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            stage.say("550 " + "y".repeat(3000), "550 no", "503 no");
            assertThat(stage.fates()).isEqualTo("REFUSED");
            assertThat(stage.outcomes.get(0).recipients().get(0).reason().length())
                    .isBetween(1000, ReplyReader.KEPT_OF_A_LINE);
        }
    }

    @Test
    void anAnswerToNothingEndsTheSession() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.say("250 what for?");
            stage.awaitEnd();
            assertThat(stage.failure().reason()).contains("answer to nothing");
        }
    }

    @Test
    void aSessionThatWaitsMayBeEndedByTheServer() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.say("421 4.4.2 idle too long");
            stage.awaitEnd();
            stage.send("x", "b");
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @CsvSource({"250, DATA", "251, DATA", "354, MESSAGE", "354, RCPT", "334, MAIL"})
    void anAnswerOfTheWrongKindEndsTheSession(int code, SessionStep step) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send("x", "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            if (step != SessionStep.MAIL) {
                stage.say("250 ok");
            }
            if (step == SessionStep.DATA || step == SessionStep.MESSAGE) {
                stage.say("250 ok");
            }
            if (step == SessionStep.MESSAGE) {
                stage.say("354 go");
                stage.hears("x", ".");
            }
            stage.say(code + " odd");
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo(step == SessionStep.MESSAGE ? "IN_DOUBT" : "DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void aConnectionLostBehindTheEndLeavesDoubt(PipeliningMode mode) throws IOException {
        try (var stage = Stage.opened(mode, Cutting.WHOLE, "PIPELINING", "CHUNKING")) {
            stage.send("x", "b", "c");
            stage.send("never begun", "d");
            if (mode == PipeliningMode.BDAT) {
                stage.until(() -> stage.read().contains("LAST\r\nx"), "the chunk");
                stage.say("250 ok", "550 no", "250 ok");
            } else if (mode == PipeliningMode.LOCKSTEP) {
                for (String answer : List.of("250 ok", "550 no", "250 ok", "354 go")) {
                    stage.until(() -> stage.read().endsWith("\r\n"), "a command");
                    stage.take(stage.read().length());
                    stage.say(answer);
                }
                stage.hears("x", ".");
            } else {
                stage.until(() -> stage.read().endsWith("DATA\r\n"), "the group");
                stage.say("250 ok", "550 no", "250 ok", "354 go");
                stage.until(() -> stage.read().contains("\r\nx\r\n.\r\n"), "the message");
            }
            stage.server.close();
            stage.awaitEnd();
            assertThat(stage.fates(0)).isEqualTo("REFUSED IN_DOUBT");
            assertThat(stage.fates(1)).isEqualTo(mode == PipeliningMode.BDAT ? "IN_DOUBT" : "DEFERRED");
        }
    }

    @Test
    void aConnectionLostInTheMiddleOfAMessageLeavesNoDoubt() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send(new byte[50_000_000], "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            stage.say("250 ok", "250 ok", "354 go");
            stage.until(() -> stage.read().length() > 100_000, "some of the message");
            stage.server.close();
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @Test
    void aRefusalInTheMiddleOfAMessageIsHeard() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send(new byte[50_000_000], "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            stage.say("250 ok", "250 ok", "354 go");
            stage.until(() -> stage.read().length() > 100_000, "some of the message");
            stage.say("552 5.3.4 too large");
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("REFUSED");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5})
    void aContentOfAnotherLengthIsNeverEnded(long told) throws IOException {
        for (PipeliningMode mode : List.of(PipeliningMode.PIPELINED, PipeliningMode.BDAT)) {
            try (var stage = Stage.opened(mode, Cutting.WHOLE, "PIPELINING", "CHUNKING")) {
                var content = new MessageContent(
                        channel -> BytesProducer.of(new byte[] {'4', '4', '4', '4'}), told, false, false);
                var to = List.of(Recipient.of(ForwardPath.parse("<b@b.example>")));
                stage.client.send(MailTransaction.of(ReversePath.NULL, to, content), stage.outcomes::add);
                if (mode == PipeliningMode.PIPELINED) {
                    stage.hears("MAIL FROM:<>", "RCPT TO:<b@b.example>", "DATA");
                    stage.say("250 ok", "250 ok", "354 go");
                }
                stage.awaitEnd();
                assertThat(stage.fates()).isEqualTo("DEFERRED");
                assertThat(stage.read()).doesNotContain("\r\n.\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "1, 300", "2, 300", "3, 120", "4, 600"})
    void everyAnswerHasItsTime(int answers, long seconds) throws IOException {
        List<String> said = List.of("220 hello", "250-s\r\n250 PIPELINING", "250 ok\r\n250 ok", "354 go");
        try (var stage = new Stage(ClientOptions.named("client.example"), Cutting.WHOLE)) {
            stage.send("x", "b");
            for (String answer : said.subList(0, answers)) {
                stage.say(answer);
                if (!answer.startsWith("250 ok")) { // to which nothing is said
                    stage.until(() -> !stage.read().isEmpty(), "what is said next");
                    stage.take(stage.read().length());
                }
            }
            stage.nanos += Duration.ofSeconds(seconds).toNanos() - 1_000_000;
            stage.loop.poll(Duration.ofMillis(1));
            assertThat(stage.ended).isFalse();
            stage.sayBytes("250"); // a beginning of an answer is none
            stage.nanos += 2_000_000;
            stage.awaitEnd();
            assertThat(stage.failure().reason()).contains("in time");
            assertThat(stage.fates()).isEqualTo(answers == 4 ? "IN_DOUBT" : "DEFERRED");
        }
    }

    @Test
    void aServerThatTakesNoMoreOfAMessageHasThreeMinutes() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send(new byte[50_000_000], "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            stage.say("250 ok", "250 ok", "354 go");
            for (int i = 0; i < 5; i++) {
                int before = stage.read().length();
                stage.nanos += Duration.ofSeconds(100).toNanos(); // slow, but it goes on
                stage.until(() -> stage.read().length() > before, "more of the message");
            }
            assertThat(stage.ended).isFalse();
            for (int i = 0; i < 100; i++) {
                stage.loop.poll(Duration.ofMillis(1)); // fills what the system holds
            }
            stage.nanos += Duration.ofSeconds(181).toNanos();
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void noiseIsSurvived(PipeliningMode mode) throws IOException {
        String[] words = {
            "250 ok\r\n", "250-", "354 go\r\n", "550 no\r\n", "\r", "\n", "421 bye\r\n", "x", "4", "\0", "250\n"
        };
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            try (var stage = Stage.opened(mode, Cutting.WHOLE, "PIPELINING", "CHUNKING")) {
                stage.send("one", "b", "c");
                stage.send("two", "d");
                stage.client.quit();
                for (int i = 0; i < 12 && !stage.ended; i++) {
                    stage.sayBytes(words[random.nextInt(words.length)]);
                }
                stage.server.close();
                stage.awaitEnd();
                assertThat(stage.outcomes).as("seed %d", seed).hasSize(2);
                assertThat(stage.outcomes.get(0).recipients()).hasSize(2);
            }
        }
    }

    @Test
    void closingTheClientIsAnOutcome() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING")) {
            stage.send("x".getBytes(ISO_8859_1), "b");
            stage.client.close();
            assertThat(stage.ended).isTrue();
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }
}
