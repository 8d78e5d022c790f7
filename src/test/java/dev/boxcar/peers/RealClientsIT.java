// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mail programs of other projects send through the relay. */
@Timeout(90)
class RealClientsIT {
    @TempDir
    Path directory;

    private RelayProgram relayTo(Downstream downstream) throws Exception {
        return RelayProgram.start(
                directory.resolve("relay"), "--smarthost=127.0.0.1:" + downstream.port(), "--smarthost-tls=none");
    }

    @Test
    void swaksSends() throws Exception {
        String swaks = PeerProgram.find("swaks").toString();
        try (var downstream = Downstream.start();
                var relay = relayTo(downstream)) {
            PeerProgram.run(
                    swaks,
                    "--server=127.0.0.1:" + relay.port(),
                    "--from=ann@sender.example",
                    "--to=bob@there.example,eve@there.example",
                    "--header=Subject: by swaks",
                    "--body=text");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example", "eve@there.example");
            assertThat(downstream.messages().get(0).content()).contains("Subject: by swaks\r\n");
        }
    }

    @Test
    void curlSends() throws Exception {
        String curl = PeerProgram.find("curl").toString();
        Path message = directory.resolve("message");
        Files.writeString(message, "Subject: by curl\r\n\r\n.\r\ntext\r\n");
        try (var downstream = Downstream.start();
                var relay = relayTo(downstream)) {
            PeerProgram.run(
                    curl,
                    "--silent",
                    "--show-error",
                    "smtp://127.0.0.1:" + relay.port() + "/client.example",
                    "--mail-from",
                    "ann@sender.example",
                    "--mail-rcpt",
                    "bob@there.example",
                    "--upload-file",
                    message.toString());
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
            assertThat(downstream.messages().get(0).content())
                    .startsWith("Received: from client.example ([127.0.0.1])")
                    .endsWith("Subject: by curl\r\n\r\n.\r\ntext\r\n");
        }
    }

    @Test
    void jakartaMailSendsAndHearsOfAFailure() throws Exception {
        try (var downstream =
                        Downstream.start(event -> event.line().contains("TO:<bob@") ? "550 5.1.1 no such user" : null);
                var relay = relayTo(downstream)) {
            var properties = new Properties();
            properties.setProperty("mail.smtp.host", "127.0.0.1");
            properties.setProperty("mail.smtp.port", Integer.toString(relay.port()));
            properties.setProperty("mail.smtp.from", "ann@sender.example");
            properties.setProperty("mail.smtp.dsn.notify", "FAILURE");
            properties.setProperty("mail.smtp.dsn.ret", "HDRS");
            var message = new MimeMessage(Session.getInstance(properties));
            message.setFrom("ann@sender.example");
            message.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress("bob@there.example"));
            message.setSubject("by Jakarta Mail");
            message.setText("text");
            Transport.send(message);
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("ann@sender.example");
            assertThat(downstream.messages().get(0).content())
                    .contains("Action: failed")
                    .contains("Subject: by Jakarta Mail")
                    .doesNotContain("\r\ntext\r\n");
        }
    }

    /** A relay that serves only clients that have logged in, which they may in TLS alone. */
    private RelayProgram relayForUsers(Downstream downstream) throws Exception {
        Path relay = Files.createDirectories(directory.resolve("relay"));
        Files.writeString(relay.resolve("users"), "ann:PLAIN$secret\n");
        return RelayProgram.start(
                relay,
                "--smarthost=127.0.0.1:" + downstream.port(),
                "--smarthost-tls=none",
                "--networks=192.0.2.1",
                "--tls=files",
                "--tls-cert=" + PeerProgram.certificate(relay, "rsa.crt"),
                "--tls-key=" + PeerProgram.certificate(relay, "rsa-pkcs8.key"),
                "--auth-file=users");
    }

    @Test
    void swaksCurlAndJakartaMailLogInAfterStartTls() throws Exception {
        String swaks = PeerProgram.find("swaks").toString();
        String curl = PeerProgram.find("curl").toString();
        Path message = directory.resolve("message");
        Files.writeString(message, "Subject: by curl\r\n\r\ntext\r\n");
        try (var downstream = Downstream.start();
                var relay = relayForUsers(downstream)) {
            PeerProgram.run(
                    swaks,
                    "--server=127.0.0.1:" + relay.port(),
                    "--from=ann@sender.example",
                    "--to=swaks@there.example",
                    "--tls",
                    "--auth=PLAIN",
                    "--auth-user=ann",
                    "--auth-password=secret");
            PeerProgram.run(
                    curl,
                    "--silent",
                    "--show-error",
                    "--ssl-reqd",
                    "--cacert",
                    directory.resolve("relay/rsa.crt").toString(),
                    "--user",
                    "ann:secret",
                    "smtp://localhost:" + relay.port(),
                    "--mail-from",
                    "ann@sender.example",
                    "--mail-rcpt",
                    "curl@there.example",
                    "--upload-file",
                    message.toString());
            sendByJakartaMail(relay.port());
            assertThatThrownBy(() -> RealServersIT.send(relay.port(), "without a log-in", "no@there.example"))
                    .hasStackTraceContaining("550 5.7.1");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients())
                    .containsExactlyInAnyOrder("swaks@there.example", "curl@there.example", "jakarta@there.example");
            assertThat(downstream.messages()).allMatch(one -> one.content().contains("with ESMTPSA id"));
        }
    }

    private static void sendByJakartaMail(int port) throws Exception {
        var properties = new Properties();
        properties.setProperty("mail.smtp.from", "ann@sender.example");
        properties.setProperty("mail.smtp.starttls.required", "true");
        properties.setProperty("mail.smtp.ssl.trust", "localhost");
        properties.setProperty("mail.smtp.auth", "true");
        Session session = Session.getInstance(properties);
        var message = new MimeMessage(session);
        message.setFrom("ann@sender.example");
        message.setSubject("by Jakarta Mail");
        message.setText("text");
        message.saveChanges();
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect("localhost", port, "ann", "secret");
            transport.sendMessage(message, InternetAddress.parse("jakarta@there.example"));
        }
    }

    @Test
    void postfixPassesMailOn() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relayTo(downstream);
                var postfix = PostfixServer.start(directory.resolve("postfix"), relay.port())) {
            String swaks = PeerProgram.find("swaks").toString();
            PeerProgram.run(
                    swaks,
                    "--server=127.0.0.1:" + postfix.port(),
                    "--from=ann@sender.example",
                    "--to=bob@there.example",
                    "--header=Subject: by Postfix");
            await().atMost(PeerProgram.LIMIT).until(() -> !downstream.messages().isEmpty());

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
            assertThat(downstream.messages().get(0).content())
                    .startsWith("Received: from postfix.example ([127.0.0.1])\r\n\tby relay.example with ESMTP")
                    .contains("\r\nReceived: from ")
                    .contains("by postfix.example (Postfix)");
            assertThat(postfix.log()).contains("status=sent (250 2.0.0");
        }
    }
}
