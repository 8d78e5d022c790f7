// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When mail comes back that a worker gave back. */
class ReturnTimesTest {
    private static final long START = 1_000_000;

    private final ReturnTimes times = new ReturnTimes(START);

    private long nanos(long seconds) {
        return START + Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void mailOfADestinationThatTakesNoneComesBackAtFivePerSecond() {
        for (int i = 1; i <= 100; i++) {
            times.next(nanos(0));
        }

        assertThat(times.next(nanos(0))).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(23));
    }

    @Test
    void mailOfADestinationThatTakesAHundredPerSecondComesBackALittleFaster() {
        for (int i = 0; i < 1_000; i++) {
            times.taken();
        }
        for (int i = 1; i <= 1_500; i++) {
            times.next(nanos(10));
        }

        assertThat(times.next(nanos(10))).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(13));
    }

    @Test
    void mailComesBackWithinTenMinutesHoweverMuchThereIs() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 100_000; i++) {
            last = times.next(nanos(0));
            assertThat(last).isLessThanOrEqualTo(Duration.ofMinutes(10));
        }

        assertThat(last).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        assertThat(times.next(nanos(1_000))).isEqualTo(Duration.ofSeconds(2));
    }
}
