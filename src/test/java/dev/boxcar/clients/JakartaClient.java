// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.CRLFOutputStream;

/** Sends mail with Jakarta Mail. Confined to one thread. */
final class JakartaClient implements AutoCloseable {
    private static final String TIMEOUT_MILLIS = "30000";

    private final SMTPTransport transport;

    /** Connects with the settings of {@code session}. */
    JakartaClient(Session session, String host, int port) throws MessagingException {
        transport = (SMTPTransport) session.getTransport("smtp");
        transport.connect(host, port, null, null);
    }

    /** A session with timeouts and these properties, as alternating names and values. */
    static Session session(String... properties) {
        var all = new Properties();
        all.put("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        all.put("mail.smtp.timeout", TIMEOUT_MILLIS);
        all.put("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        all.put("mail.smtp.localhost", "client.example");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return Session.getInstance(all);
    }

    /** Sends the message and returns the server's last reply. */
    String send(SampleMessage sample) throws MessagingException {
        transport.sendMessage(sample.message(), sample.recipients().toArray(Address[]::new));
        return transport.getLastServerResponse();
    }

    /**
     * The bytes that {@link SMTPTransport} sends: the message without Bcc and with CRLF after every line, including the
     * last, since the CRLF before the final dot belongs to the message (RFC 5321 §4.1.1.4).
     */
    static byte[] bytes(MimeMessage sent) throws MessagingException {
        var bytes = new ByteArrayOutputStream();
        try (var lines = new CRLFOutputStream(bytes)) {
            sent.writeTo(lines, new String[] {"Bcc", "Content-Length"});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] written = bytes.toByteArray();
        if (written[written.length - 1] != '\n') {
            bytes.writeBytes(new byte[] {'\r', '\n'});
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() throws MessagingException {
        transport.close();
    }
}
