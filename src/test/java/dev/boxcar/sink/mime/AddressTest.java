// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses of header fields, as programs write them. */
class AddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a@b.example|''|a@b.example",
                "<a@b.example>|''|a@b.example",
                "Alice <a@b.example>|Alice|a@b.example",
                "\"Alice, of B\" <a@b.example>|Alice, of B|a@b.example",
                "Alice of B. <a@b.example>|Alice of B.|a@b.example",
                "=?utf-8?q?J=C3=B6rg?= <j@b.example>|Jörg|j@b.example",
                "Jörg <j@b.example>|Jörg|j@b.example",
                "jörg@bücher.example|''|jörg@bücher.example",
                "\"quoted local\"@b.example|''|quoted local@b.example",
                "a@b.example (Alice)|Alice|a@b.example",
                "a@b.example (=?utf-8?q?J=C3=B6rg?=)|Jörg|a@b.example",
                "a@b.example (Alice \\(B\\))|Alice (B)|a@b.example",
                "a@b.example ()|''|a@b.example",
                "a@b.example (|''|a@b.example",
                // @ and commas in a display name
                "ann@example.org <ann@example.org>|ann@example.org|ann@example.org",
                "Ann @ Work <ann@example.org>|Ann @ Work|ann@example.org",
                "ann@home <ann@example.org>|ann@home|ann@example.org",
                "Doe, Ann <ann@example.org>|Doe, Ann|ann@example.org",
                "Doe, Ann, Dr. <ann@example.org>|Doe, Ann, Dr.|ann@example.org",
                "=?utf-8?Q?Doe,_Ann?= <ann@example.org>|Doe, Ann|ann@example.org",
                // escapes in quotation marks
                "\"Doe\\, Ann\" <ann@example.org>|Doe, Ann|ann@example.org",
                "\"Ann \\\"A\\\" Doe\" <ann@example.org>|Ann \"A\" Doe|ann@example.org",
                "\"Ann\" Doe <ann@example.org>|Ann Doe|ann@example.org",
                "\"=?utf-8?Q?J=C3=B6rg?=\" <j@b.example>|Jörg|j@b.example",
                "\"Ann <ann@example.org>|\"Ann|ann@example.org",
                "\"a@b\"@c.example|''|a@b@c.example",
                "\"ann@example.org\"|''|ann@example.org",
                "\"Ann ann@example.org\"|Ann|ann@example.org",
                // missing and doubled brackets, white space, routes
                "Ann ann@example.org|Ann|ann@example.org",
                "Ann <ann@example.org|Ann|ann@example.org",
                "ann@example.org>|''|ann@example.org",
                "< ann@example.org >|''|ann@example.org",
                "Ann<ann@example.org>|Ann|ann@example.org",
                "<ann@example.org> Ann|Ann|ann@example.org",
                "Ann <<ann@example.org>>|Ann|ann@example.org",
                "Ann < <ann@example.org> >|Ann|ann@example.org",
                "ann @ example . org|''|ann@example.org",
                "<mailto:ann@example.org>|''|ann@example.org",
                "mailto:ann@example.org|''|ann@example.org",
                "<@a.example,@b.example:ann@example.org>|''|ann@example.org",
                "ann@example.org <Ann>|Ann|ann@example.org",
                "ann@[IPv6:::1]|''|ann@[IPv6:::1]",
                // comments
                "Ann (at work) <ann@example.org>|Ann|ann@example.org",
                "ann(comment)@example.org|''|ann@example.org",
                "ann@example.org (Doe, Ann; work)|Doe, Ann; work|ann@example.org",
                "Ann ann@example.org (work)|Ann|ann@example.org",
                "Ann (work <ann@example.org>|Ann (work|ann@example.org",
                "(only a comment) <ann@example.org>|(only a comment)|ann@example.org",
                // the address is encoded, too
                "=?utf-8?Q?Ann_<ann@example.org>?=|Ann|ann@example.org",
                "=?utf-8?B?QW5uIDxhbm5AZXhhbXBsZS5vcmc+?=|Ann|ann@example.org",
                "MAILER-DAEMON <>|MAILER-DAEMON|''",
                "Ann <ann>|Ann|''",
                "no address|no address|''"
            })
    void readsAnAddress(String value, String name, String address) {
        assertThat(Address.parse(value)).containsExactly(new Address(name, address));
    }

    @Test
    void flattensListsAndGroups() {
        assertThat(Address.parse("A <a@b.example>, c@d.example"))
                .containsExactly(new Address("A", "a@b.example"), new Address("", "c@d.example"));
        assertThat(Address.parse("friends: a@b.example, c@d.example;")).hasSize(2);
        assertThat(Address.parse("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a@example.org; b@example.org|<a@example.org> <b@example.org>",
                "A <a@example.org>; B <b@example.org>;|A <a@example.org> B <b@example.org>",
                "b@example.org, ann@home <ann@example.org>|<b@example.org> ann@home <ann@example.org>",
                "bob, a@example.org|bob <> <a@example.org>",
                "a@example.org, Doe, Ann <ann@example.org>|<a@example.org> Doe, Ann <ann@example.org>",
                ",, a@example.org ,,|<a@example.org>",
                "a@example.org b@example.org\tc@example.org|<a@example.org> <b@example.org> <c@example.org>",
                "ann@home ann@example.org (Ann)|<ann@home> Ann <ann@example.org>",
                "friends: a@b.example, C <c@d.example>; e@f.example|<a@b.example> C <c@d.example> <e@f.example>",
                "one: a@b.example;, two:;, three: c@d.example|<a@b.example> <c@d.example>",
                "A <a@b.example> B <b@c.example>|A <a@b.example> B <b@c.example>",
                "A <a@b.example, B <b@c.example>|A <a@b.example> B <b@c.example>"
            })
    void readsLists(String value, String addresses) {
        assertThat(Address.parse(value).stream().map(Address::toString).collect(Collectors.joining(" ")))
                .isEqualTo(addresses);
    }

    @Test
    void keepsApostrophesInNamesOnly() {
        assertThat(Address.parse("'ann@example.org' <'ann@example.org'>"))
                .containsExactly(new Address("'ann@example.org'", "ann@example.org"));
        assertThat(Address.parse("'ann@example.org'")).containsExactly(new Address("", "ann@example.org"));
    }

    @Test
    void anEmptyGroupHasNoAddresses() {
        assertThat(Address.parse("undisclosed-recipients:;")).isEmpty();
        assertThat(Address.parse("Undisclosed recipients: ;, a@b.example"))
                .containsExactly(new Address("", "a@b.example"));
        assertThat(Address.parse("nobody in particular")).containsExactly(new Address("nobody in particular", ""));
    }

    @Test
    void survivesHostileInput() {
        assertThat(Address.parse("(".repeat(100_000))).isNotNull();
        assertThat(Address.parse("a:".repeat(50_000))).isNotNull();
        for (String piece :
                new String[] {"<", "\"", "(", ")", "[", "\\", ",", ";", ":", "@", "=?", "<a@", "a@b ", "(\"<", "a,"}) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> Address.parse(piece.repeat(50_000)), "hostile: " + piece);
        }
        assertThat(Address.parse("\"a\r\nBcc: x\" <a@b.example>").toString()).doesNotContain("\n");
    }
}
