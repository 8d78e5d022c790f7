// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only CRLF ends a line in what the relay sends (RFC 5321 §2.3.8), so that nothing in a message looks like its end. */
class StrayLineEndsTest {
    private static final String HEADER =
            "Date: Mon, 30 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\n\r\n";

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000})
    void anEndOfMessageWithABareLineFeedIsNotSent(int paddingLines) throws Exception {
        String padding = "0123456789\r\n".repeat(paddingLines);
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(HEADER + padding + "one\n.\r\nMAIL FROM:<eve@evil.example>\n.\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content())
                    .endsWith(padding + "one\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n.\r\n");
        }
    }

    @Test
    void aBareCarriageReturnBecomesASpace() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(HEADER + "one\rtwo\r\r\nthree\n\n\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content()).endsWith("\r\n\r\none two \r\nthree\r\n\r\n\r\n");
        }
    }

    @Test
    void aMessageOfLineFeedsAloneKeepsItsHeader() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(HEADER.replace("\r\n", "\n") + "text\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content())
                    .endsWith("\r\n" + HEADER + "text\r\n")
                    .containsOnlyOnce("Date:");
        }
    }
}
