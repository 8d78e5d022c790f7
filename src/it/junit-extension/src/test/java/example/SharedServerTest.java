// SPDX-License-Identifier: Apache-2.0
package example;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One server for the class, used by tests that run in parallel. */
class SharedServerTest {
    @SmtpLab
    static SmtpLabServer smtp;

    private static void sendsAndTakes(SmtpLabServer server, String recipient) throws IOException {
        MailClient.send(List.of(recipient), "Subject: x\r\n\r\n", server.host(), server.port());
        assertEquals(List.of(recipient), server.takeMessage(ofSeconds(10)).recipients());
        server.assertNoMessage();
    }

    @RepeatedTest(4)
    void seesItsOwnMail() throws IOException {
        sendsAndTakes(smtp, "field@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one@example.com", "two@example.com"})
    void seesItsOwnMailInAParameter(String recipient, SmtpLabServer server) throws IOException {
        assertEquals(smtp.port(), server.port());
        sendsAndTakes(server, recipient);
    }

    @Nested
    class Inner {
        @Test
        void seesItsOwnMail() throws IOException {
            sendsAndTakes(smtp, "inner@example.com");
        }
    }
}
