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

/** How a session begins, and what its offers mean for what is sent. */
class SessionHandshakeTest {
    private static final ClientOptions OPTIONS = ClientOptions.named("client.example");

    @ParameterizedTest
    @EnumSource
    void aServerWithoutEhloIsGreetedByHelo(Cutting cutting) throws IOException {
        try (var stage = new Stage(OPTIONS, cutting)) {
            stage.send("x", "b");
            stage.say("220-server.example", "220-has much", "220 to say");
            stage.hears("EHLO client.example");
            stage.say("502 what?");
            stage.hears("HELO client.example");
            stage.say("250 server.example");
            stage.hears("MAIL FROM:<a@a.example>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"554 no service here", "421 busy", "450 later"})
    void aRefusedGreetingIsTheOutcome(String greeting) throws IOException {
        try (var stage = new Stage(OPTIONS, Cutting.WHOLE)) {
            stage.send("x", "b");
            stage.say(greeting);
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo(greeting.startsWith("5") ? "REFUSED" : "DEFERRED");
            assertThat(stage.outcomes.get(0).recipients().get(0).step()).isEqualTo(SessionStep.BANNER);
            assertThat(stage.failure().reason()).isEqualTo(greeting);
        }
    }

    @Test
    void plainIsPreferred() throws IOException {
        try (var stage = new Stage(OPTIONS.withCredentials(new ClientCredentials("ann", "pass", true)), Cutting.WHOLE)) {
            stage.send("x", "b");
            stage.say("220 hello");
            stage.hears("EHLO client.example");
            stage.say("250-server.example", "250 AUTH LOGIN PLAIN");
            stage.hears("AUTH PLAIN AGFubgBwYXNz");
            stage.say("235 2.7.0 welcome");
            stage.hears("MAIL FROM:<a@a.example>");
        }
    }

    @Test
    void loginIsTheOther() throws IOException {
        try (var stage = new Stage(OPTIONS.withCredentials(new ClientCredentials("ann", "pass", true)), Cutting.OCTET_BY_OCTET)) {
            stage.send("x", "b");
            stage.say("220 hello");
            stage.hears("EHLO client.example");
            stage.say("250-server.example", "250 AUTH=LOGIN");
            stage.hears("AUTH LOGIN");
            stage.say("334 VXNlcm5hbWU6");
            stage.hears("YW5u");
            stage.say("334 UGFzc3dvcmQ6");
            stage.hears("cGFzcw==");
            stage.say("535 5.7.8 no");
            stage.awaitEnd();
            assertThat(stage.fates()).isEqualTo("REFUSED");
            assertThat(stage.failure().step()).isEqualTo(SessionStep.AUTH);
        }
    }

    @Test
    void aPasswordIsNotSaidInClearUnlessThatIsWanted() throws IOException {
        var login = new ClientCredentials("ann", "secret", false);
        assertThat(login.toString()).doesNotContain("secret");
        try (var stage = new Stage(OPTIONS.withCredentials(login), Cutting.WHOLE)) {
            stage.send("x", "b");
            stage.say("220 hello");
            stage.hears("EHLO client.example");
            stage.say("250-server.example", "250 AUTH PLAIN");
            stage.awaitEnd();
            assertThat(stage.read()).isEmpty();
            assertThat(stage.fates()).isEqualTo("DEFERRED");
        }
    }

    @Test
    void parametersAreSaidWhereTheyAreOffered() throws IOException {
        var content = new MessageContent(
                channel -> dev.boxcar.async.BytesProducer.of("Grüße".getBytes(UTF_8)), 7, true, true);
        var recipient = new Recipient(ForwardPath.parse("<b@b.example>"), "NOTIFY=NEVER");
        var mail = new MailTransaction(ReversePath.NULL, "RET=HDRS ENVID=x1", List.of(recipient), content);
        try (var stage = Stage.opened(
                PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "DSN")) {
            stage.client.send(mail, stage.outcomes::add);
            stage.hears(
                    "MAIL FROM:<> SIZE=7 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x1",
                    "RCPT TO:<b@b.example> NOTIFY=NEVER",
                    "DATA");
        }
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING", "8BITMIME", "SMTPUTF8")) {
            stage.client.send(mail, stage.outcomes::add);
            stage.hears("MAIL FROM:<> BODY=8BITMIME SMTPUTF8", "RCPT TO:<b@b.example>", "DATA");
        }
    }

    @Test
    void whatTheServerCannotTakeIsNotTried() throws IOException {
        try (var stage = Stage.opened(PipeliningMode.PIPELINED, Cutting.WHOLE, "PIPELINING", "SIZE 3")) {
            stage.send("four", "b");
            stage.send("\u00e4", "b");
            stage.client.send(
                    MailTransaction.of(
                            ReversePath.NULL,
                            List.of(Recipient.of(ForwardPath.parse("<ä@b.example>"))),
                            MessageContent.of(new byte[0])),
                    stage.outcomes::add);
            for (int i = 0; i < 20; i++) {
                stage.send("also too large", "b");
            }
            stage.send("x", "c");
            stage.hears("MAIL FROM:<a@a.example> SIZE=1", "RCPT TO:<c@b.example>", "DATA");
            assertThat(stage.outcomes)
                    .hasSize(23)
                    .allMatch(one -> one.recipients().get(0).outcome() == TransactionResult.Outcome.REFUSED);
            assertThat(stage.outcomes.get(0).recipients().get(0).reason())
                    .contains("4 octets")
                    .contains("3");
            assertThat(stage.outcomes.get(1).recipients().get(0).reason()).contains("SMTPUTF8");
        }
    }

    @Test
    void noConnectionIsAnOutcomeToo() throws IOException {
        int port;
        try (var unused = new java.net.ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        try (var loop = dev.boxcar.async.EventLoop.open("test")) {
            var outcomes = new java.util.ArrayList<TransactionResult>();
            var ends = new java.util.ArrayList<SessionFailure>();
            var client = new SmtpClient(loop, OPTIONS, ends::add);
            client.open(new java.net.InetSocketAddress("127.0.0.1", port));
            client.send(
                    MailTransaction.of(
                            ReversePath.NULL,
                            List.of(Recipient.of(ForwardPath.parse("<b@b.example>"))),
                            MessageContent.of(new byte[0])),
                    outcomes::add);
            loop.run();
            assertThat(outcomes).hasSize(1);
            assertThat(ends).hasSize(1);
            assertThat(ends.get(0).step()).isEqualTo(SessionStep.CONNECT);
        }
    }
}
