// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same mail program sends to GreenMail and to this server; every mailbox must hold the same mail. */
class GreenMailSideBySideTest {
    private static final ServerSetup ANY_PORT = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);

    @TempDir
    Path directory;

    /** The mail program; it does not know which server listens. */
    private static void sendAll(String host, int port) throws MessagingException {
        Session session = JakartaClient.session();
        try (var client = new JakartaClient(session, host, port)) {
            for (SampleMessage sample : SampleMessage.all(session)) {
                client.send(sample);
            }
        }
    }

    @Test
    void bothServersHoldTheSameMail() throws Exception {
        Map<String, List<DecodedMessage>> expected = throughGreenMail();
        assertThat(expected).hasSize(203); // to three people and a list
        assertThat(expected.get("alice@example.com")).hasSize(5);
        assertThat(throughBoxcar()).isEqualTo(expected);
    }

    private static Map<String, List<DecodedMessage>> throughGreenMail() throws Exception {
        var greenMail = new GreenMail(ANY_PORT.dynamicPort());
        greenMail.start();
        try {
            sendAll("127.0.0.1", greenMail.getSmtp().getPort());
            var mailboxes = new TreeMap<String, List<DecodedMessage>>();
            for (GreenMailUser user : greenMail.getUserManager().listUser()) {
                var letters = new ArrayList<DecodedMessage>();
                for (StoredMessage stored : greenMail
                        .getManagers()
                        .getImapHostManager()
                        .getInbox(user)
                        .getMessages()) {
                    MimeMessage message = stored.getMimeMessage();
                    letters.add(DecodedMessage.read(message.getHeader("Return-Path", null), message));
                }
                mailboxes.put(user.getEmail(), letters);
            }
            return mailboxes;
        } finally {
            greenMail.stop();
        }
    }

    private Map<String, List<DecodedMessage>> throughBoxcar() throws Exception {
        try (Spool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {})) {
            SmtpServer server = SmtpServer.start(
                    new SmtpServer.Options("mx.example", 2, Limits.DEFAULTS), Ports.of(new SpoolSink(spool)));
            try {
                InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
                sendAll(address.getHostString(), address.getPort());
            } finally {
                server.shutdown(Duration.ZERO);
            }
            return mailboxes(spool);
        }
    }

    private static Map<String, List<DecodedMessage>> mailboxes(Spool spool) throws Exception {
        var mailboxes = new TreeMap<String, List<DecodedMessage>>();
        for (Ulid id : spool.ids()) {
            SpoolRecord record = Objects.requireNonNull(spool.find(id));
            DecodedMessage letter;
            try (InputStream bytes = record.body()) {
                var message = new MimeMessage(JakartaClient.session(), bytes);
                letter = DecodedMessage.read(record.envelope().reversePath().toString(), message);
            }
            for (ForwardPath recipient : record.envelope().forwardPaths()) {
                String address = recipient.mailbox().localPart() + "@"
                        + recipient.mailbox().domain();
                mailboxes.computeIfAbsent(address, unknown -> new ArrayList<>()).add(letter);
            }
        }
        return mailboxes;
    }
}
