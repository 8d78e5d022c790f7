// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.EventLoop;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdict.Level;
import dev.boxcar.lab.verdict.VerdictRule;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import jakarta.mail.Address;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jakarta Mail and our own client are judged, and accused of nothing that they do not do. */
class JudgedClientsTest {
    private final Recorder recorder = new Recorder(16 * 1024 * 1024).withContentFacts();
    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private SmtpServer server;
    private InetSocketAddress address;

    private void start(int holdMillis) throws IOException {
        var line = LineConditions.NONE.withHold(Duration.ofMillis(holdMillis));
        var faults = new SessionFaults() {
            @Override
            public LineConditions line() {
                return line;
            }
        };
        Ports ports = Ports.of(new SpoolSink(spool))
                .withListeners(recorder)
                .withFaults(client -> faults)
                .withAuthentication(
                        AuthenticationOptions.by(Credentials.acceptAny()).allowedInClear());
        server = SmtpServer.start(new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), ports);
        address = server.listen("127.0.0.1", 0).get(0);
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdown(Duration.ZERO);
        spool.close();
    }

    private List<Verdict> verdicts() {
        await().until(() ->
                !recorder.sessions().isEmpty() && recorder.sessions().stream().allMatch(id -> find(id).ended()));
        return recorder.sessions().stream()
                .flatMap(id -> Verdicts.judge(find(id), recorder::find).stream())
                .toList();
    }

    private SessionRecord find(String id) {
        return Objects.requireNonNull(recorder.find(id));
    }

    private void assertNoViolation() {
        assertThat(verdicts()).noneMatch(verdict -> verdict.level() == Level.VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 30})
    void jakartaMailIsNotAccused(int holdMillis) throws Exception {
        start(holdMillis);
        Session session = JakartaClient.session("mail.smtp.allow8bitmime", "true");
        try (var client = new JakartaClient(session, address.getHostString(), address.getPort())) {
            client.send(SampleMessage.plain(session));
            client.send(SampleMessage.multipart(session));
            client.send(SampleMessage.manyRecipients(session));
        }
        assertNoViolation();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,0", "PLAIN,30", "LOGIN,0", "LOGIN,30", "XOAUTH2,30"})
    void jakartaMailIsNotAccusedWhenItLogsIn(String mechanism, int holdMillis) throws Exception {
        start(holdMillis);
        Session session = JakartaClient.session("mail.smtp.auth", "true", "mail.smtp.auth.mechanisms", mechanism);
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(address.getHostString(), address.getPort(), "tim", "tanstaaf");
            var sample = SampleMessage.plain(session);
            transport.sendMessage(sample.message(), sample.recipients().toArray(Address[]::new));
        }
        assertNoViolation();
    }

    @ParameterizedTest
    @CsvSource({"LOCKSTEP,0", "LOCKSTEP,30", "PIPELINED,0", "PIPELINED,30", "TRAIN,0", "TRAIN,30", "BDAT,0", "BDAT,30"})
    void ourOwnClientIsNotAccused(PipeliningMode mode, int holdMillis) throws Exception {
        start(holdMillis);
        var results = new ArrayList<TransactionResult>();
        try (var loop = EventLoop.open("send")) {
            var client =
                    new SmtpClient(loop, ClientOptions.named("client.example").withMode(mode), failure -> {});
            for (int i = 0; i < 3; i++) {
                client.send(transaction(i), results::add);
            }
            client.quit();
            client.open(address);
            loop.run();
        }
        assertThat(results).hasSize(3).allMatch(TransactionResult::isComplete);
        List<Verdict> verdicts = verdicts();
        assertThat(verdicts).noneMatch(verdict -> verdict.level() == Level.VIOLATION);
        if (mode != PipeliningMode.LOCKSTEP) {
            assertThat(verdicts).noneMatch(verdict -> verdict.rule() == VerdictRule.A01);
        }
    }

    private static MailTransaction transaction(int number) {
        String text = "Message-ID: <" + number + "@example.com>\r\nSubject: dots\r\n\r\n.\r\n..\r\n.text\r\n";
        List<Recipient> recipients = IntStream.range(0, 20)
                .mapToObj(i -> "<b" + i + "@example.com>")
                .map(ForwardPath::parse)
                .map(Recipient::of)
                .toList();
        return MailTransaction.of(
                ReversePath.parse("<a@example.com>"),
                recipients,
                MessageContent.of(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
