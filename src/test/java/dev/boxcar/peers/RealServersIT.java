// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.boxcar.relay.Downstream;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.search.FlagTerm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The relay passes mail on to servers of other projects. */
@Timeout(90)
class RealServersIT {
    @TempDir
    Path directory;

    static void send(int port, String subject, String... recipients) throws Exception {
        var properties = new Properties();
        properties.setProperty("mail.smtp.from", "ann@sender.example");
        Session session = Session.getInstance(properties);
        var message = new MimeMessage(session);
        message.setFrom(new InternetAddress("ann@sender.example"));
        message.setSubject(subject, "UTF-8");
        message.setText("Gr\u00FC\u00DFe,\r\n.\r\n..two dots\r\n", "UTF-8");
        message.saveChanges();
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect("127.0.0.1", port, null, null);
            transport.sendMessage(message, InternetAddress.parse(String.join(",", recipients)));
        }
    }

    private RelayProgram relayWithLogin(int port) throws IOException {
        Path relay = Files.createDirectories(directory.resolve("relay"));
        Files.writeString(relay.resolve("login"), "ann:secret\n");
        return RelayProgram.start(
                relay,
                "--smarthost=localhost:" + port,
                "--smarthost-tls=verified",
                "--smarthost-tls-ca=" + PeerProgram.certificate(relay, "rsa.crt"),
                "--smarthost-auth-file=login");
    }

    @Test
    void eximTakesMailAfterStartTlsAndAuthRefusesAndGreylists() throws Exception {
        try (var exim = EximServer.start(directory.resolve("exim"));
                var relay = relayWithLogin(exim.port())) {
            send(relay.port(), "hello", "bob@there.example");
            send(relay.port(), "unknown", "nobody@there.example");
            send(relay.port(), "grey", "grey@there.example");
            relay.awaitLog("greylisted, come back later");
            exim.known();
            relay.awaitEmptyQueue();

            assertThat(exim.messages()).isEqualTo(3);
            assertThat(exim.taken())
                    .contains("bob@there.example", "grey@there.example")
                    .contains("Subject: hello", "Subject: grey", "helo_name relay.example")
                    .contains("Final-Recipient: rfc822; nobody@there.example")
                    .contains("no such user here")
                    .contains("-auth_id ann")
                    .contains("-tls_cipher TLS1.3")
                    .contains("\n.\n..two dots\n");
        }
    }

    @Test
    void dovecotTakesMailByLmtpOverTcpAndRefusesAnUnknownMailbox() throws Exception {
        try (var dovecot = DovecotServer.start(directory.resolve("dovecot"));
                var other = Downstream.start();
                var relay = RelayProgram.start(
                        directory.resolve("relay"), routes("lmtp:127.0.0.1:" + dovecot.port(), other.port()))) {
            send(relay.port(), "hello", "bob@there.example", "nobody@there.example");

            assertThat(dovecot.delivered())
                    .startsWith("Return-Path: <ann@sender.example>")
                    .contains("Subject: hello")
                    .contains("by relay.example with ESMTP")
                    .containsPattern("\n\\.\r?\n\\.\\.two dots");
            relay.awaitEmptyQueue();
            assertThat(other.recipients()).containsExactly("ann@sender.example");
            assertThat(other.messages().get(0).content())
                    .contains("Final-Recipient: rfc822; nobody@there.example")
                    .contains("Diagnostic-Code: smtp; 550 5.1.1");
        }
    }

    @Test
    void dovecotTakesMailByLmtpAtAUnixDomainSocket() throws Exception {
        try (var dovecot = DovecotServer.start(directory.resolve("dovecot"));
                var other = Downstream.start();
                var relay = RelayProgram.start(
                        directory.resolve("relay"), routes("lmtp:" + dovecot.socket(), other.port()))) {
            send(relay.port(), "hello", "bob@there.example");

            assertThat(dovecot.delivered()).contains("Subject: hello");
            relay.awaitEmptyQueue();
        }
    }

    /** Mail for there.example goes one way, all other mail to a port of this machine. */
    private String routes(String via, int otherPort) throws IOException {
        Path file = Files.createDirectories(directory.resolve("relay")).resolve("relay.conf");
        Files.writeString(
                file,
                "smarthosts.other = { hosts = [ { host = \"127.0.0.1:" + otherPort + "\" } ], tls = none }\n"
                        + "routes = [ { to = \"*@there.example\", via = \"" + via + "\" }, { via = other } ]\n");
        return "--config=" + file;
    }

    @Test
    void postfixTakesMailAfterStartTlsAndAuthRefusesAndGreylists() throws Exception {
        try (var dovecot = DovecotServer.start(directory.resolve("dovecot"));
                var last = Downstream.start();
                var grey = new GreylistingPolicy();
                var postfix = PostfixServer.start(
                        directory.resolve("postfix"),
                        last.port(),
                        "smtpd_tls_security_level = encrypt",
                        "smtpd_tls_auth_only = yes",
                        "smtpd_tls_received_header = yes",
                        "smtpd_tls_cert_file = " + PeerProgram.certificate(directory, "rsa.crt"),
                        "smtpd_tls_key_file = " + PeerProgram.certificate(directory, "rsa-pkcs8.key"),
                        "smtpd_sasl_auth_enable = yes",
                        "smtpd_sasl_type = dovecot",
                        "smtpd_sasl_path = " + dovecot.authenticationSocket(),
                        "smtpd_sender_restrictions = permit_sasl_authenticated, reject",
                        "smtpd_relay_restrictions = permit_sasl_authenticated, reject",
                        "smtpd_recipient_restrictions = check_recipient_access inline:{nobody@there.example=REJECT},"
                                + " check_policy_service inet:127.0.0.1:" + grey.port());
                var relay = relayWithLogin(postfix.port())) {
            send(relay.port(), "hello", "bob@there.example");
            send(relay.port(), "unknown", "nobody@there.example");
            send(relay.port(), "grey", "grey@there.example");
            relay.awaitEmptyQueue();
            await().atMost(PeerProgram.LIMIT).until(() -> last.messages().size() == 3);

            assertThat(last.recipients())
                    .containsExactlyInAnyOrder("bob@there.example", "grey@there.example", "ann@sender.example");
            assertThat(grey.deferred()).isEqualTo(1);
            assertThat(relay.log()).contains("status=deferred", "Greylisted");
            assertThat(postfix.log()).contains("sasl_username=ann");
            assertThat(last.messages().toString())
                    .contains("Final-Recipient: rfc822; nobody@there.example")
                    .contains("using TLSv1.3")
                    .contains("\r\n.\r\n..two dots\r\n");
        }
    }

    /** Answers Postfix: the first mail for {@code grey@} is deferred (SMTPD_POLICY_README). */
    private static final class GreylistingPolicy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final AtomicInteger deferred = new AtomicInteger();

        GreylistingPolicy() throws IOException {
            daemon(this::accept);
        }

        private static void daemon(Runnable task) {
            var thread = new Thread(task, "policy");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    daemon(() -> answer(socket));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void answer(Socket socket) {
            try (socket;
                    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
                boolean isGrey = false;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    isGrey |= line.equals("recipient=grey@there.example");
                    if (line.isEmpty()) {
                        boolean defers = isGrey && deferred.compareAndSet(0, 1);
                        String action = defers ? "DEFER Greylisted, come back later" : "DUNNO";
                        socket.getOutputStream().write(("action=" + action + "\n\n").getBytes(US_ASCII));
                        isGrey = false;
                    }
                }
            } catch (IOException e) {
                // Postfix has ended
            }
        }

        int port() {
            return server.getLocalPort();
        }

        int deferred() {
            return deferred.get();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Test
    void jakartaMailReadsInGreenMailWhatItSentThroughTheRelay() throws Exception {
        var any = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP).dynamicPort();
        var imap = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP).dynamicPort();
        var greenMail = new GreenMail(new ServerSetup[] {any, imap});
        greenMail.setUser("bob@there.example", "bob", "secret");
        greenMail.start();
        try (var relay = RelayProgram.start(
                directory.resolve("relay"),
                "--smarthost=127.0.0.1:" + greenMail.getSmtp().getPort(),
                "--smarthost-tls=none")) {
            send(relay.port(), "Gr\u00FC\u00DFe", "bob@there.example");
            relay.awaitEmptyQueue();

            try (var store = Session.getInstance(new Properties()).getStore("imap")) {
                store.connect("127.0.0.1", greenMail.getImap().getPort(), "bob", "secret");
                try (Folder inbox = store.getFolder("INBOX")) {
                    inbox.open(Folder.READ_ONLY);
                    List<Message> found = List.of(inbox.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false)));
                    assertThat(found).hasSize(1);
                    assertThat(found.get(0).getSubject()).isEqualTo("Gr\u00FC\u00DFe");
                    assertThat(found.get(0).getContent().toString()).startsWith("Gr\u00FC\u00DFe,\r\n.\r\n..two dots");
                    assertThat(String.join("\n", found.get(0).getHeader("Received")))
                            .contains("by relay.example with ESMTP");
                }
            }
        } finally {
            greenMail.stop();
        }
    }
}
