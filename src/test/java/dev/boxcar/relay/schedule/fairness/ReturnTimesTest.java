// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When mail comes back that a worker gave back. */
class ReturnTimesTest {
    private static final long START = 1_000_000;

    private final ReturnTimes times = new ReturnTimes(START);

    private static long nanos(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    /** Gives back so many in each of these seconds, while the destination takes others. */
    private Duration giveBack(int seconds, int perSecond, int takenPerSecond) {
        Duration last = Duration.ZERO;
        for (int second = 1; second <= seconds; second++) {
            for (int i = 0; i < takenPerSecond; i++) {
                times.taken();
            }
            for (int i = 0; i < perSecond; i++) {
                last = times.next(nanos(second + (double) i / perSecond));
            }
        }
        return last;
    }

    @Test
    void theFirstMessagesOfABurstComeBackSoon() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            last = times.next(nanos(0.1));
        }

        assertThat(last).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
    }

    @Test
    void mailOfADestinationThatTakesNoneComesBackSlowly() {
        assertThat(giveBack(60, 10, 0)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(90));
    }

    @Test
    void mailOfADestinationThatTakesAHundredPerSecondComesBackALittleFaster() {
        assertThat(giveBack(10, 1_000, 100))
                .as("9,000 or so at 150 per second")
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(65));
    }

    @Test
    void mailComesBackWithinTenMinutesHoweverMuchThereIs() {
        assertThat(giveBack(100, 1_000, 0)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
        assertThat(times.next(nanos(100_000))).isEqualTo(Duration.ofSeconds(2));
    }
}
