// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages with bytes above 127, to servers with and without 8BITMIME (RFC 6152 §3). */
class EightBitDeliveryTest {
    private static final String PLAIN_EHLO = "250-downstream\r\n250 PIPELINING";
    private static final String TEXT =
            "Gr\u00FC\u00DFe, und ein langer Satz, der umgebrochen werden muss: = ? _ \u20AC.\r\n";

    /** The text as the bytes of UTF-8, one char each. */
    private static String wire(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static Downstream withoutEightBit() throws Exception {
        return Downstream.start(event -> event.verb().equals("EHLO") ? PLAIN_EHLO : null);
    }

    private static MimeMessage parsed(Downstream.Received received) throws Exception {
        byte[] bytes = received.content().getBytes(ISO_8859_1);
        assertThat(received.content().chars()).allMatch(c -> c < 0x80);
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
    }

    @Test
    void aServerWithTheExtensionGetsTheBytesAsTheyAre() throws Exception {
        String message = "Subject: hi\r\n\r\n" + wire(TEXT);
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(message, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content()).endsWith(message);
            assertThat(downstream.commands())
                    .anyMatch(line -> line.startsWith("MAIL") && line.contains("BODY=8BITMIME"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: hi\r\n",
                "Subject: hi\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
            })
    void textBecomesQuotedPrintable(String header) throws Exception {
        try (var downstream = withoutEightBit();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(header + "\r\n" + wire(TEXT), "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
            MimeMessage message = parsed(downstream.messages().get(0));
            assertThat(message.getEncoding()).isEqualTo("quoted-printable");
            assertThat(message.getContent()).isEqualTo(TEXT);
            assertThat(downstream.commands()).noneMatch(line -> line.contains("BODY="));
        }
    }

    @Test
    void theOtherPartsAndTheStructureOfAMultipartStay() throws Exception {
        String ascii = "Content-Type: text/plain\r\nX-Part: 1\r\n\r\nonly ASCII = here\r\nand here";
        String binary = "Content-Type: application/x-thing\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + wire(TEXT);
        try (var downstream = withoutEightBit();
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendAsEightBit(
                    "Subject: " + wire("\u00DCber")
                            + "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
                            + "Content-Transfer-Encoding: 8bit\r\n\r\npreamble\r\n--b\r\n" + ascii + "\r\n--b\r\n"
                            + binary
                            + "--b--\r\n",
                    "bob@there.example");
            relay.awaitEmptyQueue();

            Downstream.Received received = downstream.messages().get(0);
            assertThat(received.content())
                    .contains("\r\npreamble\r\n--b\r\n" + ascii + "\r\n--b\r\n")
                    .endsWith("\r\n--b--\r\n");
            MimeMessage message = parsed(received);
            assertThat(message.getSubject()).isEqualTo("\u00DCber");
            BodyPart second = ((MimeMultipart) message.getContent()).getBodyPart(1);
            assertThat(second.getHeader("Content-Transfer-Encoding")).containsExactly("base64");
            assertThat(new String(second.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo(TEXT.strip());
        }
    }

    @Test
    void declaredButPlainMailIsPassedOnUnchanged() throws Exception {
        try (var downstream = withoutEightBit();
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendAsEightBit("Subject: hi\r\n\r\nplain\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content()).endsWith("Subject: hi\r\n\r\nplain\r\n");
            assertThat(downstream.commands()).noneMatch(line -> line.contains("BODY="));
        }
    }

    @Test
    void signedMailIsReturnedInsteadOfBroken() throws Exception {
        String signed =
                "Content-Type: multipart/signed; boundary=b; protocol=x; micalg=y\r\nMIME-Version: 1.0\r\n\r\n--b\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + wire(TEXT)
                        + "\r\n--b\r\n\r\nsignature\r\n--b--\r\n";
        try (var downstream = withoutEightBit();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(signed, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("ann@sender.example");
            assertThat(downstream.messages().get(0).content()).contains("Status: 5.6.3");
        }
    }

    @Test
    void aMessageWithThousandsOfPartsInPartsIsReturned() throws Exception {
        var message = new StringBuilder("From: ann@here.example\r\nMIME-Version: 1.0\r\n");
        for (int depth = 0; depth < 3000; depth++) {
            message.append("Content-Type: multipart/mixed; boundary=b").append(depth);
            message.append("\r\n\r\n--b").append(depth).append("\r\n");
        }
        message.append("\r\n").append(wire(TEXT));
        try (var downstream = withoutEightBit();
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendAsEightBit(message.toString(), "bob@there.example");
            relay.awaitEmptyQueue();
            assertThat(downstream.recipients()).doesNotContain("bob@there.example");
        }
    }
}
