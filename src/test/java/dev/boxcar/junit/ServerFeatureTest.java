// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static dev.boxcar.junit.ServerFeature.AUTH;
import static dev.boxcar.junit.ServerFeature.STARTTLS;
import static dev.boxcar.lab.script.Match.starttls;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.TlsFault;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Properties;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with TLS and AUTH, used by Jakarta Mail with their settings for real servers. */
@Timeout(60)
class ServerFeatureTest {
    @SmtpLab(offers = {STARTTLS, AUTH})
    private SmtpLabServer smtp;

    private void send() throws MessagingException {
        var properties = new Properties();
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.starttls.required", "true");
        properties.put("mail.smtp.ssl.socketFactory", smtp.trust().getSocketFactory());
        properties.put("mail.smtp.timeout", "20000");
        var message = new MimeMessage(jakarta.mail.Session.getInstance(properties));
        message.setFrom("app@example.org");
        message.setRecipients(jakarta.mail.Message.RecipientType.TO, InternetAddress.parse("reader@example.com"));
        message.setSubject("secure");
        message.setText("Hello.");
        try (Transport transport = jakarta.mail.Session.getInstance(properties).getTransport("smtp")) {
            transport.connect(smtp.host(), smtp.port(), "someone", "any password");
            transport.sendMessage(message, message.getAllRecipients());
        }
    }

    @Test
    void offersTlsAndAcceptsAnyPassword() throws MessagingException {
        send();
        Message message = smtp.takeMessage(ofSeconds(20));
        assertThat(message.envelope().user()).isEqualTo("someone");
        assertThat(message.envelope().protocol()).isEqualTo("ESMTPSA");
        assertThat(smtp.takeSession(ofSeconds(20)).transcript()).doesNotContain("any password");
    }

    @Test
    void aScriptPresentsAnExpiredCertificate() {
        smtp.enqueue(Script.session().on(starttls()).tls(TlsFault.EXPIRED));
        assertThatThrownBy(this::send).hasCauseInstanceOf(SSLHandshakeException.class);
        assertThat(smtp.takeSession(ofSeconds(20)).faults()).hasSize(1);
        smtp.assertNoMessage();
    }

    @Test
    void withoutThemAServerOffersNeither() throws IOException {
        try (SmtpLabServer plain = SmtpLabServer.start();
                SocketClient client = TestMail.connect(plain)) {
            assertThat(client.ask("STARTTLS")).startsWith("5");
            assertThat(client.ask("AUTH PLAIN AGEAYQ==")).startsWith("5");
            assertThatThrownBy(plain::trust).hasMessageContaining("this server has no TLS");
        }
    }
}
