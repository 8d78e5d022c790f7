// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit.guide;

import static dev.boxcar.junit.LabAssertions.assertThat;
import static dev.boxcar.junit.Rfc.RFC_2920;
import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boxcar.junit.Message;
import dev.boxcar.junit.Session;
import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import dev.boxcar.lab.script.Script;
import jakarta.mail.SendFailedException;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class NewsletterTest {
    @SmtpLab
    SmtpLabServer smtp; // a new server on a free port for each test

    @Test
    void anUnknownRecipientDoesNotKeepTheOthersFromTheirNewsletter() throws Exception {
        smtp.enqueue(Script.session()
                .on(rcpt().nth(2))
                .reply(550, "5.1.1", "no such user")
                .rtt(ofMillis(20)));

        List<String> refused = sendNewsletter("ada@example.com, bob@example.com, cy@example.com");

        assertEquals(List.of("bob@example.com"), refused);
        Message message = smtp.takeMessage(ofSeconds(5)); // no sleep; a time-out fails with the transcript
        assertThat(message).hasRecipients("ada@example.com", "cy@example.com").hasSubject("News");
        Session session = smtp.takeSession(ofSeconds(5));
        assertThat(session).conformsTo(RFC_2920).hasRoundTripsAtMost(8);
    }

    /** The code under test. Returns the recipients that the server refused. */
    private List<String> sendNewsletter(String recipients) throws Exception {
        var properties = new Properties();
        properties.put("mail.smtp.host", smtp.host());
        properties.put("mail.smtp.port", String.valueOf(smtp.port()));
        properties.put("mail.smtp.sendpartial", "true");
        var message = new MimeMessage(jakarta.mail.Session.getInstance(properties));
        message.setFrom("news@example.com");
        message.setRecipients(jakarta.mail.Message.RecipientType.TO, InternetAddress.parse(recipients));
        message.setSubject("News");
        message.setText("All is well.");
        try {
            Transport.send(message);
            return List.of();
        } catch (SendFailedException e) {
            return Arrays.stream(e.getInvalidAddresses()).map(Object::toString).toList();
        }
    }
}
