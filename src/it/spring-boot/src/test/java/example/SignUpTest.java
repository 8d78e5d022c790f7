// SPDX-License-Identifier: Apache-2.0
package example;

import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.junit.Message;
import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import dev.boxcar.lab.script.Script;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.mail.MailSendException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest
class SignUpTest {
    @SmtpLab
    static SmtpLabServer smtp;

    @Autowired
    SignUp signUp;

    @DynamicPropertySource
    static void mail(DynamicPropertyRegistry registry) {
        int port = smtp.port(); // outside of tests: the port of the class
        registry.add("spring.mail.host", smtp::host);
        registry.add("spring.mail.port", () -> port);
    }

    @Test
    void sendsALink() {
        signUp.signUp("ada@example.com");

        Message message = smtp.takeMessage(ofSeconds(5));
        assertThat(message.recipients()).containsExactly("ada@example.com");
        assertThat(message.subject()).isEqualTo("Your sign-in link");
        assertThat(message.links()).hasSize(1).first().asString().startsWith("https://shop.example/sign-in?user=");
    }

    @Test
    void reportsAnAddressThatDoesNotExist() {
        smtp.enqueue(Script.session().on(rcpt()).reply(550, "5.1.1", "no such user"));

        assertThatThrownBy(() -> signUp.signUp("nobody@example.com"))
                .isInstanceOf(MailSendException.class)
                .hasMessageContaining("5.1.1");
        smtp.assertNoMessage();
    }
}
