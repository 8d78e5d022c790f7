// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sends one message with Jakarta Mail, as a program for {@code boxcar lab suite}. */
public final class JakartaSuiteClient {
    private JakartaSuiteClient() {}

    /**
     * Takes "tls", which also logs in, or "clear", host, port, sender, recipients and the file; the exit status is 0 if
     * the server accepted the message.
     */
    public static void main(String[] arguments) throws IOException, MessagingException {
        Session session = JakartaClient.session(
                "mail.smtp.starttls.required",
                String.valueOf(arguments[0].equals("tls")),
                "mail.smtp.starttls.enable",
                String.valueOf(arguments[0].equals("tls")),
                "mail.smtp.ssl.trust",
                "*",
                "mail.smtp.ssl.checkserveridentity",
                "false",
                "mail.smtp.host",
                arguments[1],
                "mail.smtp.port",
                arguments[2],
                "mail.smtp.from",
                arguments[3]);
        boolean logsIn = arguments[0].equals("tls");
        Address[] recipients = InternetAddress.parse(arguments[4]);
        try (InputStream in = Files.newInputStream(Path.of(arguments[5]))) {
            var message = new MimeMessage(session, in);
            if (logsIn) {
                Transport.send(message, recipients, "ann", "secret");
            } else {
                Transport.send(message, recipients);
            }
        } catch (MessagingException e) {
            System.err.println(e);
            System.exit(1);
        }
    }
}
