// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.sign.Canonicalization;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.DkimVerifier;
import dev.boxcar.relay.sign.SigningAlgorithm;
import dev.boxcar.relay.sign.SigningKey;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.server.limit.Networks;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves the relay is what was signed, whatever was changed before (RFC 6376, RFC 8463). */
class DkimDeliveryTest {
    private static final String MESSAGE =
            "From: Ann <ann@sender.example>\r\nTo: bob@there.example\r\nSubject: hi\r\n\r\na  line \r\n\r\n";
    private static final String RSA = "pass rsa-sha256 sender.example";
    private static final String ED25519 = "pass ed25519-sha256 sender.example";

    private static final DkimVerifier VERIFIER = new DkimVerifier();
    private static SigningKey rsa;
    private static SigningKey edwards;

    @BeforeAll
    static void makeKeys() throws Exception {
        rsa = VERIFIER.newKey("one", "sender.example", SigningAlgorithm.RSA);
        edwards = VERIFIER.newKey("two", "sender.example", SigningAlgorithm.ED25519);
    }

    private static DkimSigner signer() {
        return DkimSigner.NONE.withKeys(List.of(rsa, edwards));
    }

    private static RelayFixture relay(Downstream downstream) {
        return RelayFixture.to(downstream).withSigner(signer());
    }

    private static String received(Downstream downstream) {
        assertThat(downstream.messages()).hasSize(1);
        return downstream.messages().get(0).content();
    }

    private static void assertSigned(Downstream downstream) throws Exception {
        assertThat(VERIFIER.verify(received(downstream))).containsExactly(RSA, ED25519);
    }

    @Test
    void everyKeyOfTheDomainSignsTheMessageAndChangesBreakTheSignatures() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            String message = received(downstream);
            assertThat(VERIFIER.verify(message)).containsExactly(RSA, ED25519);
            assertThat(VERIFIER.verify(message.replace("line", "lime"))).containsOnly("the body was changed");
            assertThat(VERIFIER.verify(message.replace("Subject: hi", "Subject: ho")))
                    .containsOnly("the header was changed");
            assertThat(VERIFIER.verify(message.replace("Subject: hi", "Subject: hi\r\nSubject: ho")))
                    .containsOnly("the header was changed");
            assertThat(VERIFIER.verify(message.replace("Subject: hi", "Subject: hi\r\nReply-To: eve@evil.example")))
                    .as("a field that was missing is added")
                    .containsOnly("the header was changed");
            assertThat(relay.view().deliveries().signatures()).containsEntry("signed", 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n\r\n",
                "no line end",
                ".\r\n..\r\n.x\r\n",
                "bare\rcarriage returns\r\r\nand\nline feeds\n\r\nend\r",
                "NUL \0 bytes\0\r\n",
                " \t \r\n",
                "tabs\tand  spaces \t\r\n \r\n"
            })
    void oddBodiesAreSignedAsTheyLeave(String body) throws Exception {
        String header = MESSAGE.substring(0, MESSAGE.indexOf("\r\n\r\n") + 4);
        for (Canonicalization form : Canonicalization.values()) {
            try (var downstream = Downstream.start();
                    var relay = relay(downstream)
                            .withSigner(signer().withForm(new DkimSigner.Form(form, form)))
                            .start()) {
                relay.send(header + body, "bob@there.example");
                relay.awaitEmptyQueue();
                assertSigned(downstream);
            }
        }
    }

    @Test
    void longLinesAndALargeBodyAreSigned() throws Exception {
        String body = "x".repeat(100_000) + "\r\n" + ("y ".repeat(30) + "\r\n").repeat(20_000);
        try (var downstream = Downstream.start();
                var relay = relay(downstream).start()) {
            relay.send(MESSAGE + body, "bob@there.example");
            relay.awaitEmptyQueue();
            assertSigned(downstream);
        }
    }

    @Test
    void aLargeBodyWithStrayLineEndsIsSignedAsItIsRepaired() throws Exception {
        String body = "a line\nand\rmore \r\n".repeat(10_000);
        try (var downstream = Downstream.start();
                var relay = relay(downstream).start()) {
            relay.send(MESSAGE + body, "bob@there.example");
            relay.awaitEmptyQueue();
            assertSigned(downstream);
        }
    }

    @Test
    void aHeaderOfTenThousandLinesIsSigned() throws Exception {
        String fields = "X-Field: some text that makes the line longer\r\n".repeat(9_000) + "Subject: folded"
                + "\r\n words".repeat(1_000) + "\r\n";
        try (var downstream = Downstream.start();
                var relay = relay(downstream).start()) {
            relay.send(fields + MESSAGE.replace("Subject: hi\r\n", ""), "bob@there.example");
            relay.awaitEmptyQueue();
            assertSigned(downstream);
        }
    }

    @Test
    void aHeaderThatIsTooLargeToBeSignedReturnsTheMessage() throws Exception {
        String fields = "X-Field: some text that makes the line longer\r\n".repeat(30_000);
        try (var downstream = Downstream.start();
                var relay = relay(downstream).start()) {
            relay.send(MESSAGE.replace("Subject:", fields + "Subject:"), "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(received(downstream).replaceAll("\\s+", " "))
                    .contains(" Action: failed ", "5.7.5", "its header is larger than 1 MiB");
        }
    }

    @Test
    void whatIsRewrittenRemovedAndAddedIsDoneBeforeSigning() throws Exception {
        var rewriting = MailRewriting.NONE
                .withAlwaysFrom(Mailbox.parse("account@sender.example"))
                .withRemovedFields(Set.of("bcc"));
        try (var downstream = Downstream.start();
                var relay = relay(downstream)
                        .withSettings(HopSettings.DEFAULTS.withRewriting(rewriting))
                        .start()) {
            relay.send(MESSAGE.replace("ann@sender", "ann@other").replace("To:", "Bcc: eve@x.example\r\nTo:"), "b@c.d");
            relay.awaitEmptyQueue();

            assertSigned(downstream);
            assertThat(received(downstream))
                    .startsWith("DKIM-Signature: ")
                    .contains("From: Ann <account@sender.example>", "Reply-To: Ann <ann@other.example>", "\r\nDate: ")
                    .doesNotContain("Bcc");
        }
    }

    @Test
    void aMessageForASevenBitServerIsConvertedBeforeItIsSigned() throws Exception {
        try (var downstream = Downstream.start(event -> event.verb().equals("EHLO") ? "250 downstream" : null);
                var relay = relay(downstream).start()) {
            relay.sendAsEightBit(MESSAGE + "caf\u00e9\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertSigned(downstream);
            assertThat(received(downstream)).contains("caf=E9");
        }
    }

    @Test
    void theNextAttemptIsSignedWithTheTimeOfAcceptance(@TempDir Path directory) throws Exception {
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("END") && event.message() == 1 ? "450 4.2.0 later" : null);
                var relay = relay(downstream).withSpool(directory).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertSigned(downstream);
            String message = received(downstream);
            String accepted = message.replaceAll("(?s).*?\\sby relay[^;]*;\\s+([^\r]*).*", "$1");
            long seconds = ZonedDateTime.parse(accepted, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toEpochSecond();
            assertThat(message).contains("; t=" + seconds + ";");
        }
    }

    @Test
    void reportsOfTheRelayAreSigned() throws Exception {
        SigningKey own = VERIFIER.newKey("own", "relay.example", SigningAlgorithm.ED25519);
        try (var downstream = Downstream.start(event ->
                        event.verb().equals("RCPT") && event.line().contains("nobody") ? "550 5.1.1 no" : null);
                var relay = relay(downstream)
                        .withSigner(
                                DkimSigner.NONE
                                        .withKeys(List.of(own))
                                        .withTrusted(new RelayPolicy(new RelayPolicy.Permissions(
                                                Networks.of(List.of("127.0.0.0/8")), Set.of()))::isTrusted))
                        .start()) {
            relay.send(MESSAGE, "nobody@there.example");
            relay.awaitEmptyQueue();

            assertThat(received(downstream)).contains("From: Mail Delivery System <MAILER-DAEMON@relay.example>");
            assertThat(VERIFIER.verify(received(downstream))).containsExactly("pass ed25519-sha256 relay.example");
        }
    }

    @Test
    void whatAStrangerSendsToOneOfOurDomainsIsNotSigned() throws Exception {
        var policy = new RelayPolicy(new RelayPolicy.Permissions(Networks.of(List.of("10.0.0.0/8")), Set.of()));
        try (var downstream = Downstream.start();
                var relay = relay(downstream)
                        .withNetworks("10.0.0.0/8")
                        .withDomain("there.example")
                        .withSigner(signer().withTrusted(policy::isTrusted))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(received(downstream)).doesNotContain("DKIM-Signature");
            assertThat(relay.view().deliveries().signatures()).containsEntry("none", 1L);
        }
    }

    @Test
    void mailOfADomainWithoutAKeyIsNotSigned() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream).start()) {
            relay.send(MESSAGE.replace("ann@sender", "ann@other"), "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(received(downstream)).doesNotContain("DKIM-Signature");
        }
    }

    // ---- a key that cannot be used

    private static DkimSigner broken() {
        return DkimSigner.NONE.withKeys(List.of(edwards, DkimVerifier.brokenKey("three", "sender.example")));
    }

    @Test
    void aKeyThatCannotBeUsedDefersTheMessage(@TempDir Path directory) throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream)
                        .withSigner(broken())
                        .withSpool(directory)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");

            assertThat(relay.awaitDeferral())
                    .startsWith("4.7.5 the message cannot be signed: the key three._domainkey.sender.example cannot be"
                            + " used: ");
            assertThat(downstream.commands()).noneMatch(line -> line.startsWith("MAIL"));
            assertThat(relay.view().deliveries().signatures().get("failed")).isPositive();
        }
    }

    @Test
    void aKeyThatCannotBeUsedDoesNotStopTheMessageIfConfiguredSo() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream)
                        .withSigner(broken().withFailure(DkimSigner.OnFailure.UNSIGNED))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(received(downstream)).doesNotContain("DKIM-Signature");
            assertThat(relay.view().deliveries().signatures()).containsEntry("failed", 1L);
        }
    }
}
