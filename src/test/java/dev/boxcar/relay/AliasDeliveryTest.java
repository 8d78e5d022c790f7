// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.alias.AliasFile;
import dev.boxcar.relay.alias.Aliases;
import dev.boxcar.relay.alias.LocalDomains;
import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.rewrite.AddressMap;
import dev.boxcar.relay.rewrite.AddressRule;
import dev.boxcar.relay.rewrite.MailRewriting;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.dsn.DeliveryStatus;
import org.eclipse.angus.mail.dsn.MultipartReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail for local names goes to the addresses that they stand for, and each of these has its own result. */
class AliasDeliveryTest {
    private static final LocalDomains LOCAL = LocalDomains.of("relay.example", "home.example");
    private static final String MESSAGE = "From: cron@home.example\r\nSubject: hi\r\n\r\ntext\r\n";

    @TempDir
    Path directory;

    private RecipientExpansion aliases(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("aliases"), text);
        return new RecipientExpansion(AddressMap.NONE, AliasFile.read(file, LOCAL), LOCAL);
    }

    private static RelayFixture relay(Downstream downstream, RecipientExpansion expansion) {
        return RelayFixture.to(downstream).withOrigin("home.example").withExpansion(expansion::apply);
    }

    @Test
    void aNameWithoutADomainBecomesItsAddressesEachOnce() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream, aliases("root: ann@there.example, bob@there.example\n"))
                        .start()) {
            List<String> replies = relay.talk(
                    "EHLO c",
                    "MAIL FROM:<cron>",
                    "RCPT TO:<root>",
                    "RCPT TO:<bob@there.example>",
                    "DATA",
                    "Subject: hi\r\n\r\ntext\r\n.");

            assertThat(replies.get(3)).startsWith("250");
            assertThat(replies.get(6)).startsWith("250");
            relay.awaitEmptyQueue();
            assertThat(downstream.messages()).hasSize(1);
            assertThat(downstream.messages().get(0).from()).isEqualTo("cron@home.example");
            assertThat(downstream.recipients()).containsExactly("ann@there.example", "bob@there.example");
        }
    }

    @Test
    void withoutAnOriginAnAddressWithoutADomainIsRefused() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            List<String> replies = relay.talk("EHLO c", "MAIL FROM:<cron>", "MAIL FROM:<>", "RCPT TO:<root>");

            assertThat(replies.get(2)).startsWith("501");
            assertThat(replies.get(3)).startsWith("250");
            assertThat(replies.get(4)).startsWith("501");
        }
    }

    @Test
    void postmasterAloneGetsTheOrigin() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream, RecipientExpansion.none(LOCAL)).start()) {
            relay.talk("EHLO c", "MAIL FROM:<>", "RCPT TO:<Postmaster>", "DATA", "a: b\r\n\r\n.");

            relay.awaitEmptyQueue();
            assertThat(downstream.recipients()).containsExactly("Postmaster@home.example");
        }
    }

    @Test
    void eachAddressOfAnAliasHasItsOwnResultAndTheReportNamesTheAlias() throws Exception {
        try (var downstream = Downstream.start(event -> event.line().contains("TO:<gone@")
                        ? "550 5.1.1 gone"
                        : event.line().contains("TO:<later@") && event.message() == 1 ? "450 4.2.0 later" : null);
                var relay = relay(
                                downstream,
                                aliases("team: gone@there.example, ann@there.example, later@there.example\n"))
                        .start()) {
            relay.send(MESSAGE, "team@relay.example");

            await().atMost(RelayFixture.LIMIT).until(() -> downstream.messages().size() == 3);
            relay.awaitEmptyQueue();
            assertThat(downstream.recipients())
                    .containsExactlyInAnyOrder("ann@there.example", "later@there.example", "ann@sender.example");
            var report = downstream.messages().stream()
                    .filter(one -> one.from().isEmpty())
                    .findFirst()
                    .orElseThrow();
            var message = new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(report.content().getBytes(ISO_8859_1)));
            var status = (DeliveryStatus)
                    new MultipartReport(message.getDataHandler().getDataSource()).getReport();
            assertThat(status.getRecipientDSNCount()).isEqualTo(1);
            InternetHeaders recipient = status.getRecipientDSN(0);
            assertThat(recipient.getHeader("Original-Recipient", null)).isEqualTo("rfc822;team@relay.example");
            assertThat(recipient.getHeader("Final-Recipient", null)).isEqualTo("rfc822; gone@there.example");
        }
    }

    @Test
    void theOriginalRecipientOfTheClientStays() throws Exception {
        try (var downstream =
                        Downstream.start(event -> event.verb().equals("EHLO") ? "250-downstream\r\n250 DSN" : null);
                var relay =
                        relay(downstream, aliases("root: ann@there.example\n")).start()) {
            relay.send(MESSAGE, "root@localhost NOTIFY=FAILURE ORCPT=rfc822;first@x.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.commands())
                    .contains("RCPT TO:<ann@there.example> NOTIFY=FAILURE ORCPT=rfc822;first@x.example");
        }
    }

    @Test
    void theRecipientMapComesBeforeTheAliases() throws Exception {
        var map = new AddressMap(
                List.of(AddressRule.parse("*@old.example=*@new.example"), AddressRule.parse("info@*=root@localhost")));
        Path file = Files.writeString(directory.resolve("aliases"), "root: ann@there.example\n");
        Aliases aliases = AliasFile.read(file, LOCAL);
        try (var downstream = Downstream.start();
                var relay = relay(downstream, new RecipientExpansion(map, aliases, LOCAL))
                        .start()) {
            relay.send(MESSAGE, "bob@OLD.example", "info@x.example", "other@x.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients())
                    .containsExactly("bob@new.example", "ann@there.example", "other@x.example");
        }
    }

    @Test
    void aReportToALocalNameGoesToItsAddressesAndOneToAMappedSenderToTheNewAddress() throws Exception {
        RecipientExpansion expansion = aliases("root: admin@there.example\n");
        var senders = new AddressMap(List.of(AddressRule.parse("*@*.lan=*@there.example")));
        var reports = new ReportRecipients(MailRewriting.NONE.withSenders(senders), expansion);
        try (var downstream = Downstream.start(event -> event.line().contains("TO:<gone@") ? "550 5.1.1 gone" : null);
                var relay = relay(downstream, expansion).withReports(reports).start()) {
            relay.sendFrom("<root@home.example>", "", MESSAGE, "gone@there.example");
            relay.sendFrom("<ann@db.lan>", "", MESSAGE, "gone@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactlyInAnyOrder("admin@there.example", "ann@there.example");
        }
    }
}
