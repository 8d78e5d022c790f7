// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberRangeTest {
    @ParameterizedTest
    @CsvSource({"3, 3, 3", "3+, 3, 9223372036854775807", "3-5, 3, 5", "4-4, 4, 4"})
    void parsesOneNumberAllFromOneOnAndThoseBetween(String text, long first, long last) {
        NumberRange range = NumberRange.parse(text);
        assertThat(range).isEqualTo(new NumberRange(first, last));
        assertThat(range.contains(first)).isTrue();
        assertThat(range.contains(first - 1)).isFalse();
        assertThat(range.contains(last)).isTrue();
        assertThat(NumberRange.parse(range.toString())).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "5-3", "3-", "third", "12345678901"})
    void refusesWhatIsNoNumberFromOneOn(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberRange.parse(text))
                .withMessageContaining("'" + text + "'");
    }
}
