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

/** A program that sends mail with Jakarta Mail. One thread. */
final class JakartaClient implements AutoCloseable {
    private static final String PATIENCE_MILLIS = "30000";

    private final SMTPTransport transport;

    /** Connects; {@code session} says how it behaves. */
    JakartaClient(Session session, String host, int port) throws MessagingException {
        transport = (SMTPTransport) session.getTransport("smtp");
        transport.connect(host, port, null, null);
    }

    /** A session with bounded waits and these properties, name and value in turn. */
    static Session session(String... properties) {
        var all = new Properties();
        all.put("mail.smtp.connectiontimeout", PATIENCE_MILLIS);
        all.put("mail.smtp.timeout", PATIENCE_MILLIS);
        all.put("mail.smtp.writetimeout", PATIENCE_MILLIS);
        all.put("mail.smtp.localhost", "client.example");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return Session.getInstance(all);
    }

    /** Sends it; what the server said last. */
    String send(SampleMessage sample) throws MessagingException {
        transport.sendMessage(sample.message(), sample.recipients().toArray(Address[]::new));
        return transport.getLastServerResponse();
    }

    /**
     * What {@link SMTPTransport} means a server to store: the message with CRLF everywhere and without Bcc, its last
     * line ended, since the CRLF before the final dot is the message's own (RFC 5321 §4.1.1.4).
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
