// SPDX-License-Identifier: Apache-2.0
package example;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server for one test, in a parameter. */
class ParameterTest {
    @Test
    void sendsMail(@SmtpLab SmtpLabServer smtp) throws IOException {
        MailClient.send(List.of("a@example.com"), "Subject: x\r\n\r\n", smtp.host(), smtp.port());
        assertEquals(List.of("a@example.com"), smtp.takeMessage(ofSeconds(10)).recipients());
    }

    @Test
    void aWaitInVainShowsTheSession(@SmtpLab SmtpLabServer smtp) throws IOException {
        MailClient.send(List.of("a@example.com"), "Subject: x\r\n\r\n", smtp.host(), smtp.port());
        smtp.clear();
        MailClient.send(List.of("b@example.com"), "Subject: x\r\n\r\n", smtp.host(), smtp.port());
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> smtp.takeMessage(ofMillis(1), message -> message.recipients().contains("a@example.com")));
        assertTrue(failure.getMessage().contains("C: RCPT TO:<b@example.com>"), failure.getMessage());
    }
}
