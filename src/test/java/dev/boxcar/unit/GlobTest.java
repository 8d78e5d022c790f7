// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "*@slow.example, a@slow.example, true",
        "*@slow.example, A@SLOW.Example, true",
        "*@slow.example, a@sub.slow.example, false",
        "*@slow.example, a@slow.example.org, false",
        "*@slow.example, a@slow.exampl, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXcYb, false",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "a**, a, true",
        "[a].+, [A].+, true",
    })
    void matchesTheWholeTextInAnyCase(String pattern, String text, boolean matches) {
        assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void takesNoLongTimeForManyStars() {
        var glob = new Glob("*a".repeat(250) + "b");
        Assertions.assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(glob.matches("a".repeat(5_000))).isFalse());
    }

    @Test
    void isNotLongerThanItsBound() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Glob("a".repeat(513)));
    }
}
