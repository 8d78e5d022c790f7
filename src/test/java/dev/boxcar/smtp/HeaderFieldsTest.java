// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.path.Ascii;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields that servers and programs add to messages. */
class HeaderFieldsTest {
    private static final Instant TIME = Instant.parse("2026-11-03T08:05:09Z");

    @Test
    void aDateIsThatOfRfc5322() {
        assertThat(HeaderDate.of(TIME)).isEqualTo("Tue, 3 Nov 2026 08:05:09 +0000");
        assertThat(HeaderDate.of(ZonedDateTime.parse("2026-11-03T08:05:09+01:30")))
                .isEqualTo("Tue, 3 Nov 2026 08:05:09 +0130");
    }

    @ParameterizedTest
    @CsvSource({
        "client.example, 192.0.2.7:4321, 'client.example ([192.0.2.7])'",
        "[192.0.2.7], 192.0.2.7:4321, '[192.0.2.7] ([192.0.2.7])'",
        "client.example, [2001:db8:0:0:0:0:0:1]:25, 'client.example ([IPv6:2001:db8:0:0:0:0:0:1])'",
        "two;words, 192.0.2.7:4321, 'unknown ([192.0.2.7])'",
        "client.example, local, 'client.example (local)'"
    })
    void aReceivedFieldNamesTheClientSafely(String helo, String client, String from) {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("s", client, helo, "ESMTPS"));
        writer.reversePath("<>".getBytes(US_ASCII), 0, 2);
        writer.forwardPath("<b@y.example>".getBytes(US_ASCII), 0, 13);
        Envelope envelope = writer.finish(TIME, EnumSet.noneOf(Envelope.Flag.class));

        assertThat(new ReceivedField(envelope, "mx.example", "01A", TIME, null).text())
                .isEqualTo("Received: from " + from
                        + "\r\n\tby mx.example with ESMTPS id 01A;\r\n\tTue, 3 Nov 2026 08:05:09 +0000\r\n");
        assertThat(new ReceivedField(envelope, "mx.example", "01A", TIME, "<b@y.example>").text())
                .contains(" id 01A\r\n\tfor <b@y.example>;\r\n\tTue,");
    }

    @Test
    void aByteAbove127IsFoundWhereverItStands() {
        for (int length = 0; length < 20; length++) {
            byte[] bytes = "x".repeat(length).getBytes(US_ASCII);
            assertThat(Ascii.isSevenBit(bytes, 0, length)).isTrue();
            for (int at = 0; at < length; at++) {
                byte[] other = Arrays.copyOf(bytes, length);
                other[at] = (byte) 0x80;
                assertThat(Ascii.isSevenBit(other, 0, length)).isFalse();
                assertThat(Ascii.isSevenBit(other, at + 1, length)).isTrue();
            }
        }
    }
}
