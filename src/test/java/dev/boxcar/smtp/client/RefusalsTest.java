// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client makes of each mix of answers, however they are cut (RFC 2920 §3.1). */
class RefusalsTest {
    private static final String OFFER = "PIPELINING";

    @ParameterizedTest
    @EnumSource
    void aGroupLeavesAtOnceAndTheBodyBehindIts354(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("Subject: x\r\n\r\n.dot\r\nno end", "b", "c");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "RCPT TO:<c@b.example>", "DATA");
            stage.say("250 ok", "250-2.1.5 one", "250 2.1.5 two", "250 ok");
            stage.hearsNothing();
            stage.say("354 go");
            stage.hears("Subject: x", "", "..dot", "no end", ".");
            assertThat(stage.outcomes).isEmpty();
            stage.say("250 2.0.0 taken");
            assertThat(stage.fates()).isEqualTo("ACCEPTED ACCEPTED");
            assertThat(stage.outcomes.get(0).recipients().get(0).reason()).isEqualTo("250 2.0.0 taken");
            stage.client.quit();
            stage.hears("QUIT");
            stage.say("221 bye");
            stage.awaitEnd();
            assertThat(stage.failure).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void mailRefusedWithAllThatWasPipelinedBehind(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("x", "b", "c");
            stage.send("y", "d");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "RCPT TO:<c@b.example>", "DATA");
            stage.say("550 5.7.1 not you", "503 no MAIL", "503 no MAIL");
            assertThat(stage.outcomes).isEmpty();
            stage.say("503 no RCPT");
            assertThat(stage.fates()).isEqualTo("REFUSED REFUSED");
            assertThat(stage.outcomes.get(0).recipients().get(1).step()).isEqualTo(SessionStep.MAIL);
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<d@b.example>", "DATA");
        }
    }

    @ParameterizedTest
    @EnumSource
    void allRecipientsRefusedYetA354IsAnsweredByALoneDot(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("secret", "b", "c");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "RCPT TO:<c@b.example>", "DATA");
            stage.say("250 ok", "550 no b", "450 not c now", "354 go");
            stage.hears(".");
            stage.say("554 no valid recipients");
            assertThat(stage.fates()).isEqualTo("REFUSED DEFERRED");
            stage.send("next", "d");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<d@b.example>", "DATA");
        }
    }

    @ParameterizedTest
    @EnumSource
    void mailRefusedYetA354IsAnsweredByALoneDot(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("secret", "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            stage.say("450 no", "250 odd", "354 odder");
            stage.hears(".");
            stage.say("250 oddest");
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void someRecipientsAreRefusedAndTheOthersGetIt(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("x", "b", "c", "d", "e");
            stage.until(() -> stage.read().endsWith("DATA\r\n"), "the group");
            stage.take(stage.read().length());
            stage.say(
                    "250 ok",
                    "550-5.1.1 no",
                    "550 5.1.1 such user",
                    "251 will forward",
                    "452 too many",
                    "552 too many");
            stage.say("354 go");
            stage.hears("x", ".");
            stage.say("250 ok");
            assertThat(stage.fates()).isEqualTo("REFUSED ACCEPTED DEFERRED DEFERRED"); // 552: RFC 5321 §4.5.3.1.10
            assertThat(stage.outcomes.get(0).recipients().get(0).reason()).isEqualTo("550 5.1.1 no 5.1.1 such user");
        }
    }

    @ParameterizedTest
    @EnumSource
    void dataRefusedIsForWhoeverWasAcceptedAndResets(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("x", "b", "c");
            stage.send("y", "d");
            stage.until(() -> stage.read().endsWith("DATA\r\n"), "the group");
            stage.take(stage.read().length());
            stage.say("250 ok", "250 ok", "550 no", "451 4.3.0 not now");
            assertThat(stage.fates()).isEqualTo("DEFERRED REFUSED");
            stage.hears("RSET", "MAIL FROM:<a@a.example>", "RCPT TO:<d@b.example>", "DATA");
            stage.say("250 reset", "250 ok", "250 ok", "354 go");
            stage.hears("y", ".");
            stage.say("554 5.6.0 spam");
            assertThat(stage.fates(1)).isEqualTo("REFUSED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a421InTheMiddleEndsTheSession(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, OFFER)) {
            stage.send("x", "b", "c", "d");
            stage.send("y", "e");
            stage.until(() -> stage.read().endsWith("DATA\r\n"), "the group");
            stage.say("250 ok", "550 no", "421 4.3.2 closing", "250 never heard");
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("REFUSED DEFERRED DEFERRED");
            assertThat(stage.fates(1)).isEqualTo("DEFERRED");
            assertThat(stage.failure().answer())
                    .isNotNull()
                    .extracting(ServerReply::code)
                    .isEqualTo(421);
        }
    }

    @ParameterizedTest
    @EnumSource
    void inLockStepNothingIsSaidBehindARefusal(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, cutting, "SIZE 1000")) { // without PIPELINING
            stage.send("x", "b", "c");
            stage.send("yy", "d");
            stage.hears("MAIL FROM:<a@a.example> SIZE=1");
            stage.say("250 ok");
            stage.hears("RCPT TO:<b@b.example>");
            stage.say("550 no");
            stage.hears("RCPT TO:<c@b.example>");
            stage.say("550 no");
            assertThat(stage.fates()).isEqualTo("REFUSED REFUSED");
            stage.hears("RSET");
            stage.say("250 ok");
            stage.hears("MAIL FROM:<a@a.example> SIZE=2");
            stage.say("450 no");
            assertThat(stage.fates(1)).isEqualTo("DEFERRED");
            stage.client.quit();
            stage.hears("QUIT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTrainRunsOnBehindTheBody(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.TRAIN, cutting, OFFER)) {
            stage.send("x", "b");
            stage.send("y", "c");
            stage.client.quit();
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            stage.say("250 ok", "250 ok", "354 go");
            stage.hears("x", ".", "MAIL FROM:<a@a.example>", "RCPT TO:<c@b.example>", "DATA");
            stage.say("451 later", "250 ok", "250 ok", "354 go");
            stage.hears("y", ".", "QUIT");
            assertThat(stage.fates()).isEqualTo("DEFERRED");
            stage.say("250 ok", "221 bye");
            stage.awaitEnd();
            assertThat(stage.failure).isNull();
            assertThat(stage.fates(1)).isEqualTo("ACCEPTED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void chunksWaitForNothingAndResetWhatMayHaveFailed(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.BDAT, cutting, OFFER, "CHUNKING")) {
            stage.send(".x\r\n", "b");
            stage.send("y", "c");
            stage.client.quit();
            stage.hearsBytes("MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nBDAT 4 LAST\r\n.x\r\n"
                    + "RSET\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<c@b.example>\r\nBDAT 1 LAST\r\nyQUIT\r\n");
            stage.say("250 ok", "550 no", "503 for nobody", "250 reset", "250 ok", "250 ok", "250 taken", "221 bye");
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("REFUSED");
            assertThat(stage.fates(1)).isEqualTo("ACCEPTED");
            assertThat(stage.failure).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargeChunkWaitsForItsRecipients(Cutting cutting) throws IOException {
        try (var stage = Stage.opened(PipeliningMode.BDAT, cutting, OFFER, "CHUNKING")) {
            stage.send(new byte[100_000], "b");
            stage.hears("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>");
            stage.say("250 ok", "550 no");
            assertThat(stage.fates()).isEqualTo("REFUSED");
            stage.send("x", "c");
            stage.hearsBytes("RSET\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<c@b.example>\r\nBDAT 1 LAST\r\nx");
        }
    }
}
