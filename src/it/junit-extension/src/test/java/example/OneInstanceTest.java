// SPDX-License-Identifier: Apache-2.0
package example;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.TestInstance;

/** A class whose instance all tests share, and with it the server in its field. */
@TestInstance(PER_CLASS)
class OneInstanceTest {
    @SmtpLab
    private SmtpLabServer smtp;

    private int portOfClass;

    @BeforeAll
    void start() {
        portOfClass = smtp.port();
    }

    @RepeatedTest(4)
    void seesItsOwnMail() throws IOException {
        assertNotEquals(portOfClass, smtp.port());
        String recipient = "port" + smtp.port() + "@example.com";
        MailClient.send(List.of(recipient), "Subject: x\r\n\r\n", smtp.host(), smtp.port());
        assertEquals(List.of(recipient), smtp.takeMessage(ofSeconds(10)).recipients());
        smtp.assertNoMessage();
    }
}
