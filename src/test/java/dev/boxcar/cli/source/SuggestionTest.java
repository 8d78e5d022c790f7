// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

    @ParameterizedTest
    @CsvSource({"smtp,smtp,0", "smpt,smtp,1", "smt,smtp,1", "stmtp,smtp,1", "sptm,smtp,2", "'',abc,3"})
    void countsTypingErrors(String a, String b, int errors) {
        assertThat(Suggestion.distance(a, b)).isEqualTo(errors);
        assertThat(Suggestion.distance(b, a)).isEqualTo(errors);
    }
}
