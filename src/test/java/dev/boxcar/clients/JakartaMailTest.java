// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import jakarta.mail.Address;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spool holds exactly the bytes that Jakarta Mail sends, also after it is opened again. */
class JakartaMailTest {
    @TempDir
    Path directory;

    private Spool spool;
    private Session session = JakartaClient.session();
    private @Nullable SmtpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        start(Limits.DEFAULTS);
    }

    private void start(Limits limits) throws IOException {
        spool = openSpool();
        server = SmtpServer.start(new SmtpServer.Options("mx.example", 2, limits), Ports.of(new SpoolSink(spool)));
        address = server.listen("127.0.0.1", 0).get(0);
    }

    private Spool openSpool() throws SpoolException {
        return SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {});
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.shutdown(Duration.ZERO);
            server = null;
        }
        spool.close();
    }

    @Test
    void storesAPlainMessage() throws Exception {
        arrives(SampleMessage.plain(session));
    }

    @Test
    void storesAMultipartMessageWithAnAttachmentAndABccRecipient() throws Exception {
        arrives(SampleMessage.multipart(session));
    }

    @Test
    void storesAMessageInUtf8() throws Exception {
        arrives(SampleMessage.utf8(session));
    }

    @Test
    void storesEightBitDataUnchanged() throws Exception {
        SampleMessage sample = SampleMessage.eightBit(session);
        arrives(sample); // this client never sends BODY=8BITMIME, but sends 8-bit data to servers that offer it
        assertThat(new String(JakartaClient.bytes(sample.message()), UTF_8))
                .contains("Content-Transfer-Encoding: 8bit", SampleMessage.UMLAUTS);
    }

    /** RFC 6531: headers and addresses are sent in UTF-8. */
    @Test
    void storesNonAsciiAddresses() throws Exception {
        session = JakartaClient.session("mail.mime.allowutf8", "true");
        SMTPMessage message = SampleMessage.message(session, "");
        message.setHeader("Subject", "Grüße"); // setSubject would encode it
        message.setText(SampleMessage.UMLAUTS, UTF_8.name());
        message.setEnvelopeFrom("jürgen@müller.example");
        message.setRecipient(RecipientType.TO, new InternetAddress("żółw@łódź.example"));
        SampleMessage sample = SampleMessage.of(message);
        SpoolRecord record = arrives(sample, "jürgen@müller.example");
        assertThat(record.envelope().mail().has(Parameter.SMTPUTF8)).isTrue();
        assertThat(new String(JakartaClient.bytes(message), UTF_8))
                .contains("Subject: Grüße\r\n", "To: żółw@łódź.example");
    }

    @Test
    void storesAMessageToManyRecipients() throws Exception {
        SampleMessage sample = SampleMessage.manyRecipients(session);
        assertThat(sample.recipients()).hasSize(200);
        arrives(sample);
    }

    @Test
    void storesAMessageOfFiveMebibytes() throws Exception {
        SpoolRecord record = arrives(SampleMessage.large(session));
        assertThat(record.bodyLength()).isGreaterThan(5 * 1024 * 1024);
    }

    /** The null sender marks a report that must not be answered (RFC 5321 §4.5.5). */
    @Test
    void storesAMessageWithTheNullSender() throws Exception {
        SMTPMessage message = SampleMessage.message(session, "Returned");
        message.setText("It did not arrive.", "us-ascii");
        message.setEnvelopeFrom("<>");
        message.setRecipients(RecipientType.TO, "alice@example.com");
        arrives(SampleMessage.of(message), "");
    }

    @Test
    void storesSeveralMessagesOfOneConnectionInOrder() throws Exception {
        List<SampleMessage> samples = SampleMessage.all(session);
        var ids = new ArrayList<Ulid>();
        try (var client = connect()) {
            for (SampleMessage sample : samples) {
                ids.add(send(client, sample));
            }
        }
        assertThat(spool.ids()).isEqualTo(ids);
        reopen();
        assertThat(spool.ids()).isEqualTo(ids);
        for (int i = 0; i < ids.size(); i++) {
            holds(ids.get(i), samples.get(i), SampleMessage.SENDER);
        }
    }

    @Test
    void reportsRefusedRecipientsAndDeliversToTheOthers() throws Exception {
        session = JakartaClient.session("mail.smtp.sendpartial", "true");
        SMTPMessage message = SampleMessage.message(session, "To some of you");
        message.setText("Dear all,", "us-ascii");
        message.setRecipients(RecipientType.TO, "list@example.com");
        message.saveChanges();
        var alice = new InternetAddress("alice@example.com");
        var nobody = new InternetAddress();
        nobody.setAddress("no..body@example.com");
        var bob = new InternetAddress("bob@example.com");
        try (var client = connect()) {
            assertThatThrownBy(() -> client.send(new SampleMessage(message, List.of(alice, nobody, bob))))
                    .isInstanceOfSatisfying(SendFailedException.class, refusal -> {
                        assertThat(refusal.getValidSentAddresses()).containsExactly(alice, bob);
                        assertThat(refusal.getInvalidAddresses()).containsExactly(nobody);
                    });
        }
        assertThat(spool.ids()).hasSize(1);
        holds(spool.ids().get(0), new SampleMessage(message, List.of(alice, bob)), SampleMessage.SENDER);
    }

    /** RFC 5321 §4.5.3.1.10: the client sends the message again to the recipients over the limit. */
    @Test
    void theClientRetriesRecipientsOverTheLimit() throws Exception {
        stop();
        start(Limits.DEFAULTS.withRecipients(150));
        session = JakartaClient.session("mail.smtp.sendpartial", "true");
        SampleMessage sample = SampleMessage.manyRecipients(session);
        List<Address> first = sample.recipients().subList(0, 150);
        List<Address> others = sample.recipients().subList(150, 200);
        try (var client = connect()) {
            assertThatThrownBy(() -> client.send(sample)).isInstanceOfSatisfying(SendFailedException.class, refusal -> {
                assertThat(refusal.getValidSentAddresses()).containsExactlyElementsOf(first);
                assertThat(refusal.getValidUnsentAddresses()).containsExactlyElementsOf(others);
            });
            holds(spool.ids().get(0), new SampleMessage(sample.message(), first), SampleMessage.SENDER);
            var rest = new SampleMessage(sample.message(), others);
            holds(send(client, rest), rest, SampleMessage.SENDER);
        }
        assertThat(spool.ids()).hasSize(2);
    }

    @Test
    void refusesAMessageThatIsTooLargeAndAcceptsTheNext() throws Exception {
        stop();
        start(Limits.DEFAULTS.withMessageBytes(100_000));
        try (var client = connect()) {
            assertThatThrownBy(() -> client.send(SampleMessage.large(session)))
                    .isInstanceOfSatisfying(
                            SMTPSendFailedException.class,
                            refusal -> assertThat(refusal.getReturnCode()).isEqualTo(552));
            SampleMessage next = SampleMessage.plain(session);
            holds(send(client, next), next, SampleMessage.SENDER);
        }
        assertThat(spool.ids()).hasSize(1);
    }

    private SpoolRecord arrives(SampleMessage sample) throws Exception {
        return arrives(sample, SampleMessage.SENDER);
    }

    private SpoolRecord arrives(SampleMessage sample, String sender) throws Exception {
        Ulid id;
        try (var client = connect()) {
            id = send(client, sample);
        }
        holds(id, sample, sender);
        reopen();
        return holds(id, sample, sender);
    }

    private JakartaClient connect() throws MessagingException {
        return new JakartaClient(session, address.getHostString(), address.getPort());
    }

    private static Ulid send(JakartaClient client, SampleMessage sample) throws MessagingException {
        String reply = client.send(sample);
        String queued = "250 2.0.0 Message queued as ";
        assertThat(reply).startsWith(queued);
        return Objects.requireNonNull(
                Ulid.parse(reply.substring(queued.length()).strip()), reply);
    }

    private SpoolRecord holds(Ulid id, SampleMessage sample, String sender) throws Exception {
        SpoolRecord record = Objects.requireNonNull(spool.find(id), () -> id + " is not in the spool");
        byte[] sent = JakartaClient.bytes(sample.message());
        byte[] stored;
        try (var body = record.body()) {
            stored = body.readAllBytes();
        }
        assertThat(Arrays.mismatch(stored, sent))
                .as("offset at which stored and sent bytes differ")
                .isEqualTo(-1);
        assertThat(record.bodyLength()).isEqualTo(sent.length);
        assertThat(record.envelope().reversePath()).hasToString("<" + sender + ">");
        assertThat(record.envelope().forwardPaths())
                .extracting(ForwardPath::toString)
                .isEqualTo(sample.recipients().stream()
                        .map(recipient -> "<" + recipient + ">")
                        .toList());
        assertThat(record.envelope().helo()).isEqualTo("client.example");
        assertThat(record.envelope().protocol()).isEqualTo("ESMTP");
        assertThat(record.envelope().flags()).isEmpty();
        return record;
    }

    /** Closes the server and the spool, and opens the spool again. */
    private void reopen() throws Exception {
        stop();
        spool = openSpool();
    }
}
