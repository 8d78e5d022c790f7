// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailRewritingTest {
    private static final MailRewriting ORIGIN = MailRewriting.NONE.withOrigin("example.org");
    private static final MailRewriting ALWAYS = ORIGIN.withAlwaysFrom(Mailbox.parse("account@provider.example"));

    private static String header(MailRewriting rewriting, String... lines) {
        return new String(rewriting.header((String.join("\r\n", lines) + "\r\n").getBytes(ISO_8859_1)), ISO_8859_1);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static MailRewriting senders(String... rules) {
        return ORIGIN.withSenders(
                new AddressMap(List.of(rules).stream().map(AddressRule::parse).toList()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "root                          | root@example.org",
                "Root of All <root>            | Root of All <root@example.org>",
                "<root>                        | <root@example.org>",
                "root (Charlie)                | root@example.org (Charlie)",
                "\"a b\"                       | \"a b\"@example.org",
                "ann@x.example, bob            | ann@x.example, bob@example.org",
                "\"Doe, J\" <j>, (k) k (,)     | \"Doe, J\" <j@example.org>, (k) k@example.org (,)",
                "team: ann, bob@x.example;     | team: ann@example.org, bob@x.example;",
                "undisclosed-recipients:;      | undisclosed-recipients:;",
                "ann@[192.0.2.1]               | ann@[192.0.2.1]",
                "<@a.example,@b.example:ann>   | <@a.example,@b.example:ann@example.org>",
                "Ann Smith                     | Ann Smith",
                "=?utf-8?q?J=C3=B6rg?= <j>     | =?utf-8?q?J=C3=B6rg?= <j@example.org>",
                "<>                            | <>",
                "\"a@b\" <c>                   | \"a@b\" <c@example.org>",
                "a@@b                          | a@@b",
                "\"unclosed                    | \"unclosed",
                "<ann                          | <ann@example.org",
            })
    void anAddressWithoutADomainGetsTheOriginAndNothingElseChanges(String value, String expected) {
        for (String name : List.of("From", "To", "CC", "Bcc", "Reply-To", "Sender", "Resent-To")) {
            assertThat(header(ORIGIN, name + ": " + value)).isEqualTo(lines(name + ": " + expected));
        }
        assertThat(header(ORIGIN, "Subject: " + value)).isEqualTo(lines("Subject: " + value));
    }

    @Test
    void foldingAndOtherFieldsStayAsTheyWere() {
        assertThat(header(ORIGIN, "X-A: root", "TO : ann,\r\n\tbob@x.example,\r\n carl", "received: from root"))
                .isEqualTo(lines(
                        "X-A: root",
                        "TO : ann@example.org,\r\n\tbob@x.example,\r\n carl@example.org",
                        "received: from root"));
    }

    @Test
    void aHeaderThatNeedsNoChangeIsTheSameArray() {
        byte[] header = lines("From: ann@x.example", "Subject: caf\u00e9").getBytes(ISO_8859_1);
        assertThat(ORIGIN.header(header)).isSameAs(header);
    }

    @Test
    void theSenderMapChangesSendersAndNotRecipients() {
        MailRewriting rewriting = senders("root@*=admin@example.net", "*@*.lan=*@example.org");

        assertThat(header(
                        rewriting,
                        "From: Cron <root@db.lan>",
                        "Sender: ann@WEB.LAN",
                        "Reply-To: ann@web.lan",
                        "To: root@db.lan"))
                .isEqualTo(lines(
                        "From: Cron <admin@example.net>",
                        "Sender: ann@example.org",
                        "Reply-To: ann@example.org",
                        "To: root@db.lan"));
        assertThat(rewriting.sender(ReversePath.parse("<root@db.lan>"))).hasToString("<admin@example.net>");
        assertThat(rewriting.sender(ReversePath.parse("<bob@x.example>"))).hasToString("<bob@x.example>");
        assertThat(rewriting.sender(ReversePath.NULL)).isEqualTo(ReversePath.NULL);
    }

    @Test
    void aMasqueradeHidesHostsAfterTheMap() {
        MailRewriting rewriting =
                senders("root@*=root@gate.example.org").withMasquerade(List.of("example.org", "example.net"));

        assertThat(header(rewriting, "From: ann@a.b.EXAMPLE.org, bob@notexample.org, root@x, carl@example.net"))
                .isEqualTo(lines("From: ann@example.org, bob@notexample.org, root@example.org, carl@example.net"));
        assertThat(rewriting.sender(ReversePath.parse("<ann@host.example.net>")))
                .hasToString("<ann@example.net>");
    }

    @Test
    void alwaysFromKeepsTheNameAndMovesTheAddressToReplyTo() {
        assertThat(header(ALWAYS, "From: Ann <ann@x.example>", "Sender: bob@x.example", "Subject: hi"))
                .isEqualTo(
                        lines("From: Ann <account@provider.example>", "Reply-To: Ann <ann@x.example>", "Subject: hi"));
        assertThat(ALWAYS.sender(ReversePath.parse("<ann@x.example>"))).hasToString("<account@provider.example>");
        assertThat(ALWAYS.sender(ReversePath.NULL)).isEqualTo(ReversePath.NULL);
    }

    @Test
    void alwaysFromLeavesAReplyToAlone() {
        assertThat(header(ALWAYS, "Reply-To: help@x.example", "From: ann@x.example"))
                .isEqualTo(lines("Reply-To: help@x.example", "From: account@provider.example"));
    }

    @Test
    void alwaysFromPutsAllAuthorsIntoReplyToAndCompletesThemFirst() {
        assertThat(header(ALWAYS, "From: Ann <ann>,\r\n bob@x.example"))
                .isEqualTo(lines(
                        "From: Ann <account@provider.example>", "Reply-To: Ann <ann@example.org>,\r\n bob@x.example"));
    }

    @Test
    void alwaysFromAddsAFromAndKeepsTheRightOne() {
        assertThat(header(ALWAYS, "Subject: hi")).isEqualTo(lines("From: account@provider.example", "Subject: hi"));
        assertThat(header(ALWAYS, "From: X <account@provider.example>", "Sender: a@x.example"))
                .isEqualTo(lines("From: X <account@provider.example>", "Sender: a@x.example"));
        assertThat(new String(ALWAYS.header(new byte[0]), ISO_8859_1))
                .isEqualTo(lines("From: account@provider.example"));
    }

    @Test
    void fieldsAreRemovedByName() {
        assertThat(header(
                        ORIGIN.withRemovedFields(Set.of("x-originating-ip", "user-agent")),
                        "X-Originating-IP: 192.0.2.1\r\n\t(x)",
                        "From: a@x.example",
                        "USER-AGENT : mutt"))
                .isEqualTo(lines("From: a@x.example"));
    }

    @Test
    void addressesBeyondAsciiAreComparedAndWrittenAsUtf8() {
        String from = new String("From: J <jörg@büro.lan>\r\n".getBytes(UTF_8), ISO_8859_1);
        byte[] changed = senders("*@büro.lan=*@example.org").header(from.getBytes(ISO_8859_1));
        assertThat(new String(changed, UTF_8)).isEqualTo("From: J <jörg@example.org>\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a@b", "a@b=", "=a@b", "a@b=c", "a@b=@c", "a@b=x y@c", "a@b=*@"})
    void anInvalidRuleIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressRule.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "<", "\"", "a,", "((\\", ":", "<@", "a<"})
    void aHostileHeaderTakesNoLongTime(String piece) {
        String value = "From: " + piece.repeat(200_000 / piece.length());
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(header(ALWAYS.withMasquerade(List.of("x.example")), value))
                        .isNotEmpty());
    }
}
