// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates of header fields, as programs write them. */
class DateParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // RFC 5322 §3.3
                "Sun, 22 Nov 2026 10:30:00 +0100|2026-11-22T09:30:00Z",
                "22 Nov 2026 09:30:00 GMT|2026-11-22T09:30:00Z",
                "22 Nov 2026 09:30 -0000|2026-11-22T09:30:00Z",
                "1 Mar 2024 23:30:00 -0130|2024-03-02T01:00:00Z",
                // white space and comments anywhere (§4.3)
                "Fri,  1 Mar 2024 10:00:00 +0200|2024-03-01T08:00:00Z",
                "Fri,01 Mar 2024 10:00:00 +0200|2024-03-01T08:00:00Z",
                "Fri , 01 Mar 2024  10:00:00  +0200|2024-03-01T08:00:00Z",
                "Fri,\t1 Mar 2024 10:00:00\t+0200|2024-03-01T08:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 (noon) +0200|2024-03-01T08:00:00Z",
                "Fri, 1 Mar 2024 10:00:00 +0200 (CEST)|2024-03-01T08:00:00Z",
                "Fri, 1 Mar 2024 10:00:00 +0200 (a (nested) one)|2024-03-01T08:00:00Z",
                "(before) Fri, 1 (in) Mar 2024 10:00:00 +0200|2024-03-01T08:00:00Z",
                "Fri, 1 Mar 2024 10:00:00 +0200 (not closed|2024-03-01T08:00:00Z",
                // obsolete zones, and others
                "Fri, 01 Mar 2024 10:00:00 EST|2024-03-01T15:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 PDT|2024-03-01T17:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 UT|2024-03-01T10:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 Z|2024-03-01T10:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 A|2024-03-01T10:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 XYZ|2024-03-01T10:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 CEST|2024-03-01T08:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 GMT+0200|2024-03-01T08:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 UTC+2|2024-03-01T08:00:00Z",
                "Fri, 01 Mar 2024 10:00:00 +02:00|2024-03-01T08:00:00Z",
                "Fri, 01 Mar 2024 10:00:00+0200|2024-03-01T08:00:00Z",
                "Fri, 01 Mar 2024 10:00:00|2024-03-01T10:00:00Z",
                // years of two and three digits
                "01 Mar 24 10:00 GMT|2024-03-01T10:00:00Z",
                "01 Mar 49 10:00 GMT|2049-03-01T10:00:00Z",
                "01 Mar 50 10:00 GMT|1950-03-01T10:00:00Z",
                "01 Mar 124 10:00 GMT|2024-03-01T10:00:00Z",
                // what programs write instead
                "Friday, 01-Mar-24 10:00:00 GMT|2024-03-01T10:00:00Z",
                "1-Mar-2024 10:00:00 +0000|2024-03-01T10:00:00Z",
                "Fri Mar  1 10:00:00 2024|2024-03-01T10:00:00Z",
                "Fri Mar  1 10:00:00 CET 2024|2024-03-01T09:00:00Z",
                "Fri Mar 01 10:00:00 +0200 2024|2024-03-01T08:00:00Z",
                "Fri Mar 01 10:00:00 2024 +0200|2024-03-01T08:00:00Z",
                "Fri Mar 01 2024 10:00:00 GMT+0200|2024-03-01T08:00:00Z",
                "Mar 1, 2024 10:00 PM|2024-03-01T22:00:00Z",
                "1 March 2024 12:05:00 AM +0000|2024-03-01T00:05:00Z",
                "2024-03-01T10:00:00Z|2024-03-01T10:00:00Z",
                "2024-03-01T10:00:00.123+02:00|2024-03-01T08:00:00Z",
                "2024-03-01 10:00:00 +0200|2024-03-01T08:00:00Z",
                "2024-03-01|2024-03-01T00:00:00Z",
                "1 Mar 2024|2024-03-01T00:00:00Z",
                "Fre, 1 mar 2024 10:00:00 +0100|2024-03-01T09:00:00Z",
                "1 Mar 2024 9:5:7 +0000|2024-03-01T09:05:07Z",
                "Sat, 31 Dec 2016 23:59:60 +0000|2016-12-31T23:59:59Z"
            })
    void reads(String value, Instant date) {
        assertThat(DateParser.parse(value)).isEqualTo(date);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yesterday",
                "32 Mar 2024 10:00:00 +0000",
                "1 Mär 2024 10:00:00 +0000",
                "1 Mar 2024 25:00:00 +0000",
                "1 Mar 2024 10:00:00 +9900",
                "Mar Mar Mar",
                "1 1 1",
                ",,,",
                "()",
                "\u0000"
            })
    void refusesWhatIsNotADate(String value) {
        assertThat(DateParser.parse(value)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "1 ", "-", "Mar ", ":", "9", " "})
    void survivesLongText(String piece) {
        assertThat(DateParser.parse(piece.repeat(100_000))).isNull();
    }
}
