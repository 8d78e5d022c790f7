// SPDX-License-Identifier: Apache-2.0
package example;

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
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server of its own for each test, and a script. */
class RefusedRecipientTest {
    private static final List<String> RECIPIENTS = List.of(
            "u1@example.com", "u2@example.com", "u3@example.com", "u4@example.com", "u5@example.com");

    @SmtpLab(strict = true)
    SmtpLabServer smtp;

    @Test
    void oneRefusedRecipientInABatch() throws Exception {
        smtp.enqueue(Script.session().on(rcpt().nth(3)).reply(550, "5.1.1", "no such user").rtt(ofMillis(70)));
        List<String> refused = MailClient.send(RECIPIENTS, "Subject: hello\r\n\r\nHello.", smtp.host(), smtp.port());
        Message message = smtp.takeMessage(ofSeconds(10));
        Session session = smtp.takeSession(ofSeconds(10));
        assertEquals(4, message.envelope().recipients().size());
        assertThat(message).hasSender("app@example.org");
        assertThat(session).conformsTo(RFC_2920).hasRoundTripsAtMost(4);
        assertEquals(List.of("u3@example.com"), refused);
    }

    @Test
    void withoutAScriptEverythingIsAccepted() throws Exception {
        MailClient.send(RECIPIENTS, "Subject: hello\r\n\r\nHello.", smtp.host(), smtp.port());
        assertEquals(RECIPIENTS, smtp.takeMessage(ofSeconds(10)).recipients());
        smtp.assertNoMessage();
    }
}
