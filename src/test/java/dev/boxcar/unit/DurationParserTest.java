// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationParserTest {

    @ParameterizedTest
    @CsvSource({
        "30, PT30S",
        "0, PT0S",
        "0ms, PT0S",
        "1.5, PT1.5S",
        "500ms, PT0.5S",
        "250us, PT0.00025S",
        "7ns, PT0.000000007S",
        "1.5s, PT1.5S",
        "0.001s, PT0.001S",
        "5m, PT5M",
        "1h, PT1H",
        "1.5h, PT1H30M",
        "3d, PT72H",
        "2w, PT336H",
        "' 10 s ', PT10S",
        "2 minutes, PT2M",
        "1 day, PT24H",
        "100 millis, PT0.1S",
        "999999999999w, PT167999999999832H",
    })
    void readsNumbersWithAndWithoutUnit(String text, Duration duration) {
        assertThat(DurationParser.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s",
                "-1s",
                "+1s",
                "1x",
                "1S",
                "1.s",
                ".5s",
                "1,5s",
                "1s1s",
                "1e3s",
                "forever",
                "PT1H",
                "1.0000000001s",
                "999999999999999999w",
                "1234567890123456789",
                "123456789012345678901234567890ms"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> DurationParser.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid duration '" + text + "' (examples: 500ms, 30s, 1.5h, 7d)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026", "1.5", "2026-01-31", "2026.1.31", "5 May 2026", "yesterday", "3x", ""})
    void tellsDatesFromDurations(String text) {
        assertThat(DurationParser.parseWithUnit(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"90s, PT90S", "1.5h, PT90M", "3d, PT72H", "2 weeks, PT336H"})
    void readsDurationsWhereDatesMayStand(String text, Duration duration) {
        assertThat(DurationParser.parseWithUnit(text)).isEqualTo(duration);
    }
}
