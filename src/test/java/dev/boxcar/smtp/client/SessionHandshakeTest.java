// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The start of a session, and how the server's capabilities change what is sent. */
class SessionHandshakeTest {
    private static final ClientOptions OPTIONS = ClientOptions.named("client.example");

    @ParameterizedTest
    @EnumSource
    void fallsBackToHelo(Segmentation segmentation) throws IOException {
        try (var fixture = new ClientFixture(OPTIONS, segmentation)) {
            fixture.send("x", "b");
            fixture.reply("220-server.example", "220-a long", "220 greeting");
            fixture.expect("EHLO client.example");
            fixture.reply("502 what?");
            fixture.expect("HELO client.example");
            fixture.reply("250 server.example");
            fixture.expect("MAIL FROM:<a@a.example>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"554 no service here", "421 busy", "450 later"})
    void reportsARefusedGreetingAsTheOutcome(String greeting) throws IOException {
        try (var fixture = new ClientFixture(OPTIONS, Segmentation.WHOLE)) {
            fixture.send("x", "b");
            fixture.reply(greeting);
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo(greeting.startsWith("5") ? "REFUSED" : "DEFERRED");
            assertThat(fixture.results.get(0).recipients().get(0).step()).isEqualTo(SessionStep.BANNER);
            assertThat(fixture.failure().reason()).isEqualTo(greeting);
        }
    }

    @Test
    void prefersAuthPlain() throws IOException {
        try (var fixture = new ClientFixture(
                OPTIONS.withCredentials(ClientCredentials.alsoInClearText("ann", "pass")), Segmentation.WHOLE)) {
            fixture.send("x", "b");
            fixture.reply("220 hello");
            fixture.expect("EHLO client.example");
            fixture.reply("250-server.example", "250 AUTH LOGIN PLAIN");
            fixture.expect("AUTH PLAIN AGFubgBwYXNz");
            fixture.reply("235 2.7.0 welcome");
            fixture.expect("MAIL FROM:<a@a.example>");
        }
    }

    @Test
    void usesAuthLoginIfPlainIsNotOffered() throws IOException {
        try (var fixture = new ClientFixture(
                OPTIONS.withCredentials(ClientCredentials.alsoInClearText("ann", "pass")),
                Segmentation.OCTET_BY_OCTET)) {
            fixture.send("x", "b");
            fixture.reply("220 hello");
            fixture.expect("EHLO client.example");
            fixture.reply("250-server.example", "250 AUTH=LOGIN");
            fixture.expect("AUTH LOGIN");
            fixture.reply("334 VXNlcm5hbWU6");
            fixture.expect("YW5u");
            fixture.reply("334 UGFzc3dvcmQ6");
            fixture.expect("cGFzcw==");
            fixture.reply("535 5.7.8 no");
            fixture.awaitEnd();
            assertThat(fixture.outcomes()).isEqualTo("REFUSED");
            assertThat(fixture.failure().step()).isEqualTo(SessionStep.AUTH);
        }
    }

    @Test
    void sendsNoPasswordInClearTextUnlessAllowed() throws IOException {
        var credentials = ClientCredentials.onlyInsideTls("ann", "secret");
        assertThat(credentials.toString()).doesNotContain("secret");
        try (var fixture = new ClientFixture(OPTIONS.withCredentials(credentials), Segmentation.WHOLE)) {
            fixture.send("x", "b");
            fixture.reply("220 hello");
            fixture.expect("EHLO client.example");
            fixture.reply("250-server.example", "250 AUTH PLAIN");
            fixture.awaitEnd();
            assertThat(fixture.read()).isEmpty();
            assertThat(fixture.outcomes()).isEqualTo("DEFERRED");
        }
    }

    @Test
    void sendsOnlyParametersThatTheServerOffers() throws IOException {
        var content = new MessageContent(
                channel -> dev.boxcar.async.BytesProducer.of("Grüße".getBytes(UTF_8)), 7, true, true);
        var recipient = new Recipient(ForwardPath.parse("<b@b.example>"), "NOTIFY=NEVER");
        var mail = new MailTransaction(ReversePath.NULL, "RET=HDRS ENVID=x1", List.of(recipient), content);
        try (var fixture = ClientFixture.opened(
                PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "DSN")) {
            fixture.client.send(mail, fixture.results::add);
            fixture.expect(
                    "MAIL FROM:<> SIZE=7 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x1",
                    "RCPT TO:<b@b.example> NOTIFY=NEVER",
                    "DATA");
        }
        try (var fixture = ClientFixture.opened(
                PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING", "8BITMIME", "SMTPUTF8")) {
            fixture.client.send(mail, fixture.results::add);
            fixture.expect("MAIL FROM:<> BODY=8BITMIME SMTPUTF8", "RCPT TO:<b@b.example>", "DATA");
        }
    }

    @Test
    void refusesMessagesThatTheServerCannotAccept() throws IOException {
        try (var fixture = ClientFixture.opened(PipeliningMode.PIPELINED, Segmentation.WHOLE, "PIPELINING", "SIZE 3")) {
            fixture.send("four", "b");
            fixture.send("\u00e4", "b");
            fixture.client.send(
                    MailTransaction.of(
                            ReversePath.NULL,
                            List.of(Recipient.of(ForwardPath.parse("<ä@b.example>"))),
                            MessageContent.of(new byte[0])),
                    fixture.results::add);
            for (int i = 0; i < 20; i++) {
                fixture.send("also too large", "b");
            }
            fixture.send("x", "c");
            fixture.expect("MAIL FROM:<a@a.example> SIZE=1", "RCPT TO:<c@b.example>", "DATA");
            assertThat(fixture.results)
                    .hasSize(23)
                    .allMatch(one -> one.recipients().get(0).outcome() == TransactionResult.Outcome.REFUSED);
            assertThat(fixture.results.get(0).recipients().get(0).reason())
                    .contains("4 bytes")
                    .contains("3");
            assertThat(fixture.results.get(1).recipients().get(0).reason()).contains("SMTPUTF8");
        }
    }

    @Test
    void reportsAFailedConnectionAsTheOutcome() throws IOException {
        int port;
        try (var unused = new java.net.ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        try (var loop = dev.boxcar.async.EventLoop.open("test")) {
            var results = new java.util.ArrayList<TransactionResult>();
            var ends = new java.util.ArrayList<SessionFailure>();
            var client = new SmtpClient(loop, OPTIONS, ends::add);
            client.open(new java.net.InetSocketAddress("127.0.0.1", port));
            client.send(
                    MailTransaction.of(
                            ReversePath.NULL,
                            List.of(Recipient.of(ForwardPath.parse("<b@b.example>"))),
                            MessageContent.of(new byte[0])),
                    results::add);
            loop.run();
            assertThat(results).hasSize(1);
            assertThat(ends).hasSize(1);
            assertThat(ends.get(0).step()).isEqualTo(SessionStep.CONNECT);
        }
    }
}
