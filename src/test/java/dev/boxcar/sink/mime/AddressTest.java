// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses and dates of header fields. */
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
                "a@b.example (Alice)|''|a@b.example",
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
        assertThat(Address.parse("<".repeat(100_000))).isNotNull();
        assertThat(Address.parse("\"a\r\nBcc: x\" <a@b.example>").toString()).doesNotContain("\n");
    }

    @Test
    void readsDatesLeniently() {
        assertThat(DateParser.parse("Sun, 22 Nov 2026 10:30:00 +0100"))
                .isEqualTo(Instant.parse("2026-11-22T09:30:00Z"));
        assertThat(DateParser.parse("22 Nov 2026 09:30:00 GMT")).isEqualTo(Instant.parse("2026-11-22T09:30:00Z"));
        assertThat(DateParser.parse("yesterday")).isNull();
        assertThat(DateParser.parse("")).isNull();
    }
}
