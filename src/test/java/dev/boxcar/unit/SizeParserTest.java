// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeParserTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1000, 1000",
        "1000b, 1000",
        "12 bytes, 12",
        "10KB, 10000",
        "10kB, 10000",
        "10K, 10240",
        "10k, 10240",
        "10Ki, 10240",
        "10KiB, 10240",
        "10kib, 10240",
        "50MB, 50000000",
        "50MiB, 52428800",
        "50 m, 52428800",
        "1.5MB, 1500000",
        "1.5K, 1536",
        "0.5, 0",
        "2GiB, 2147483648",
        "2gb, 2000000000",
        "1T, 1099511627776",
        "1TB, 1000000000000",
    })
    void readsNumbersWithAndWithoutUnit(String text, long bytes) {
        assertThat(SizeParser.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10B", "10kB", "10K", "10k", "10Ki", "10KiB", "1.5MB", "3 megabytes", "3 MiB", "1G"})
    void agreesWithHocon(String text) {
        assertThat(SizeParser.parse(text))
                .isEqualTo(ConfigFactory.parseMap(Map.of("size", text)).getBytes("size"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "M",
                "-5",
                "+5",
                "50x",
                "50 parsecs",
                "1.",
                ".5M",
                "1e3",
                "0x10",
                "10000000T",
                "99999999999999999999"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> SizeParser.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("invalid size '" + text + "' (examples: 1000, 10kB, 50MiB, 1.5G)");
    }
}
