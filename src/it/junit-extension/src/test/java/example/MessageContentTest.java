// SPDX-License-Identifier: Apache-2.0
package example;

import static dev.boxcar.junit.LabAssertions.assertThat;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boxcar.junit.Message;
import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads a message with mime4j as the only library. */
class MessageContentTest {
    private static final String SIGN_IN = String.join(
            "\r\n",
            "Subject: =?utf-8?Q?Your_sign-in_=E2=80=93_code?=",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=b",
            "",
            "--b",
            "Content-Type: text/html; charset=utf-8",
            "",
            "<p>Your code is <b>482 913</b>. <a href=\"https://example.org/?a=1&amp;b=2\">Sign in</a></p>",
            "--b",
            "Content-Type: text/plain",
            "Content-Disposition: attachment; filename=terms.txt",
            "Content-Transfer-Encoding: base64",
            "",
            "VGVybXM=",
            "--b--");

    @SmtpLab
    SmtpLabServer smtp;

    @Test
    void readsAMessage() throws IOException {
        MailClient.send(List.of("a@example.com"), SIGN_IN, smtp.host(), smtp.port());
        Message message = smtp.takeMessage(ofSeconds(10), mail -> mail.subject().startsWith("Your sign-in"));
        assertThat(message)
                .hasSubject("Your sign-in – code")
                .hasHtmlContaining("Your code is")
                .hasLink("https://example.org/?a=1&b=2")
                .hasAttachment("terms.txt");
        assertEquals(List.of("482913"), message.codes());
        assertEquals("Terms", new String(message.attachments().get(0).bytes()));
    }
}
