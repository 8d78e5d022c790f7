// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The records of domains that want reports (RFC 8460 §3). */
class ReportDestinationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=TLSRPTv1;rua=mailto:a@b.example | [a@b.example]",
                "v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/v1 ; ext=x | [a@b.example, https://c.example/v1]",
                "v=TLSRPTv1; rua=mailto:a%40b@c.example | []",
                "v=TLSRPTv1; rua=MAILTO:a+b@c.example?subject=x | [a+b@c.example]",
                "v=TLSRPTv1; rua=http://c.example/v1 | []",
                "v=TLSRPTv1; rua=https:///v1, ftp://x, nonsense, mailto:%zz | []",
                "v=TLSRPTv1; rua=mailto:a@x.y,mailto:b@x.y,mailto:c@x.y,mailto:d@x.y | [a@x.y, b@x.y, c@x.y]",
                "v=TLSRPTv1 | []",
                "v=TLSRPTv2; rua=mailto:a@b.example | []",
                "rua=mailto:a@b.example; v=TLSRPTv1 | []"
            })
    void aRecordNamesItsDestinations(String record, String expected) {
        assertThat(ReportDestination.of(List.of(record))).hasToString(expected);
    }

    @Test
    void otherRecordsAreIgnoredButTwoOfThisVersionCancelEachOther() {
        String one = "v=TLSRPTv1; rua=mailto:a@b.example";
        assertThat(ReportDestination.of(List.of("v=spf1 -all", one))).hasSize(1);
        assertThat(ReportDestination.of(List.of(one, one))).isEmpty();
        assertThat(ReportDestination.of(List.of())).isEmpty();
    }
}
