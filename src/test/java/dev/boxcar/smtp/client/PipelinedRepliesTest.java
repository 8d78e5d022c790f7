// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client handles every mix of replies to a pipelined group, however they are segmented (RFC 2920 §3.1). */
class PipelinedRepliesTest {
    private static final String CAPABILITIES = "PIPELINING";

    @ParameterizedTest
    @EnumSource
    void sendsTheGroupAtOnceAndTheMessageAfter354(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("Subject: x\r\n\r\n.dot\r\nno end", "b", "c");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "RCPT TO:<c@b.example>", "DATA");
            fixture.reply("250 ok", "250-2.1.5 one", "250 2.1.5 two", "250 ok");
            fixture.expectNothing();
            fixture.reply("354 go");
            fixture.expect("Subject: x", "", "..dot", "no end", ".");
            assertThat(fixture.results).isEmpty();
            fixture.reply("250 2.0.0 taken");
            assertThat(fixture.outcomes()).isEqualTo("ACCEPTED ACCEPTED");
            assertThat(fixture.results.get(0).recipients().get(0).reason()).isEqualTo("250 2.0.0 taken");
            fixture.client.quit();
            fixture.expect("QUIT");
            fixture.reply("221 bye");
            fixture.awaitEnd();
            assertThat(fixture.failure).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAllRecipientsWhenMailIsRefused(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("x", "b", "c");
            fixture.send("y", "d");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "RCPT TO:<c@b.example>", "DATA");
            fixture.reply("550 5.7.1 not you", "503 no MAIL", "503 no MAIL");
            assertThat(fixture.results).isEmpty();
            fixture.reply("503 no RCPT");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED REFUSED");
            assertThat(fixture.results.get(0).recipients().get(1).step()).isEqualTo(SessionStep.MAIL);
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<d@b.example>", "DATA");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsAnEmptyMessageAfter354IfAllRecipientsWereRefused(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("secret", "b", "c");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "RCPT TO:<c@b.example>", "DATA");
            fixture.reply("250 ok", "550 no b", "450 not c now", "354 go");
            fixture.expect(".");
            fixture.reply("554 no valid recipients");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED DEFERRED");
            fixture.send("next", "d");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<d@b.example>", "DATA");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsAnEmptyMessageAfter354IfMailWasRefused(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("secret", "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            fixture.reply("450 no", "250 odd", "354 odder");
            fixture.expect(".");
            fixture.reply("250 oddest");
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversToTheAcceptedRecipients(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("x", "b", "c", "d", "e");
            fixture.until(() -> fixture.read().endsWith("DATA\r\n"), "the group");
            fixture.take(fixture.read().length());
            fixture.reply(
                    "250 ok",
                    "550-5.1.1 no",
                    "550 5.1.1 such user",
                    "251 will forward",
                    "452 too many",
                    "552 too many");
            fixture.reply("354 go");
            fixture.expect("x", ".");
            fixture.reply("250 ok");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED ACCEPTED DEFERRED DEFERRED"); // 552: RFC 5321 §4.5.3.1.10
            assertThat(fixture.results.get(0).recipients().get(0).reason()).isEqualTo("550 5.1.1 no 5.1.1 such user");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullMailboxIsNotTooManyRecipients(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("x", "b", "c", "d", "e");
            fixture.until(() -> fixture.read().endsWith("DATA\r\n"), "the group");
            fixture.take(fixture.read().length());
            fixture.reply("250 ok", "552 too large", "250 ok", "552 5.2.2 mailbox full", "552 5.5.3 too many");
            fixture.reply("354 go");
            fixture.expect("x", ".");
            fixture.reply("250 ok");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED ACCEPTED REFUSED DEFERRED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void appliesARefusedDataToTheAcceptedRecipientsAndSendsRset(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("x", "b", "c");
            fixture.send("y", "d");
            fixture.until(() -> fixture.read().endsWith("DATA\r\n"), "the group");
            fixture.take(fixture.read().length());
            fixture.reply("250 ok", "250 ok", "550 no", "451 4.3.0 not now");
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED REFUSED");
            fixture.expect("RSET", "MAIL FROM:<a@a.example>", "RCPT TO:<d@b.example>", "DATA");
            fixture.reply("250 reset", "250 ok", "250 ok", "354 go");
            fixture.expect("y", ".");
            fixture.reply("554 5.6.0 spam");
            assertThat(fixture.outcomes(1)).isEqualTo("REFUSED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheSessionAt421(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, CAPABILITIES)) {
            fixture.send("x", "b", "c", "d");
            fixture.send("y", "e");
            fixture.until(() -> fixture.read().endsWith("DATA\r\n"), "the group");
            fixture.reply("250 ok", "550 no", "421 4.3.2 closing", "250 never read");
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("REFUSED DEFERRED DEFERRED");
            assertThat(fixture.outcomes(1)).isEqualTo("DEFERRED");
            assertThat(fixture.failure().reply())
                    .isNotNull()
                    .extracting(ServerReply::code)
                    .isEqualTo(421);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitsForEachReplyWithoutPipelining(Segmentation segmentation) throws IOException {
        try (var fixture =
                ClientFixture.opened(PipeliningMode.PIPELINED, segmentation, "SIZE 1000")) { // without PIPELINING
            fixture.send("x", "b", "c");
            fixture.send("yy", "d");
            fixture.expect("MAIL FROM:<a@a.example> SIZE=1");
            fixture.reply("250 ok");
            fixture.expect("RCPT TO:<b@b.example>");
            fixture.reply("550 no");
            fixture.expect("RCPT TO:<c@b.example>");
            fixture.reply("550 no");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED REFUSED");
            fixture.expect("RSET");
            fixture.reply("250 ok");
            fixture.expect("MAIL FROM:<a@a.example> SIZE=2");
            fixture.reply("450 no");
            assertThat(fixture.outcomes(1)).isEqualTo("DEFERRED");
            fixture.client.quit();
            fixture.expect("QUIT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsTheNextGroupWithTheEndOfTheMessageInTrainMode(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.TRAIN, segmentation, CAPABILITIES)) {
            fixture.send("x", "b");
            fixture.send("y", "c");
            fixture.client.quit();
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA");
            fixture.reply("250 ok", "250 ok", "354 go");
            fixture.expect("x", ".", "MAIL FROM:<a@a.example>", "RCPT TO:<c@b.example>", "DATA");
            fixture.reply("451 later", "250 ok", "250 ok", "354 go");
            fixture.expect("y", ".", "QUIT");
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
            fixture.reply("250 ok", "221 bye");
            fixture.awaitEnd();
            assertThat(fixture.failure).isNull();
            assertThat(fixture.outcomes(1)).isEqualTo("ACCEPTED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsChunksWithoutWaitingAndRsetAfterThem(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.BDAT, segmentation, CAPABILITIES, "CHUNKING")) {
            fixture.send(".x\r\n", "b");
            fixture.send("y", "c");
            fixture.client.quit();
            fixture.expectBytes("MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nBDAT 4 LAST\r\n.x\r\n"
                    + "RSET\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<c@b.example>\r\nBDAT 1 LAST\r\nyQUIT\r\n");
            fixture.reply(
                    "250 ok", "550 no", "503 no recipients", "250 reset", "250 ok", "250 ok", "250 taken", "221 bye");
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("REFUSED");
            assertThat(fixture.outcomes(1)).isEqualTo("ACCEPTED");
            assertThat(fixture.failure).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsALargeChunkOnlyAfterTheRecipientsAreAccepted(Segmentation segmentation) throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.BDAT, segmentation, CAPABILITIES, "CHUNKING")) {
            fixture.send(new byte[100_000], "b");
            fixture.expect("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>");
            fixture.reply("250 ok", "550 no");
            assertThat(fixture.outcomes()).isEqualTo("REFUSED");
            fixture.send("x", "c");
            fixture.expectBytes("RSET\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<c@b.example>\r\nBDAT 1 LAST\r\nx");
        }
    }
}
