// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeliveryWindowTest {
    @Test
    void aDestinationThatFailsFiveTimesIsDeadForAMinuteThenForLonger() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        failUntilDead(window);

        assertThat(pause(window)).isEqualTo(Duration.ofMinutes(1));
        assertThat(window.connections(0)).isZero();
        assertThat(window.connections(Duration.ofMinutes(1).toNanos())).isEqualTo(1);
        window.failed(0);
        assertThat(pause(window)).isEqualTo(Duration.ofMinutes(2));
        for (int i = 0; i < 10; i++) {
            window.failed(0);
        }
        assertThat(pause(window)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aDestinationIsNeverDeadForLongerThanItsMailWaits() {
        var window = new DeliveryWindow(
                RetrySchedule.DEFAULTS
                        .withFirst(Duration.ofSeconds(1))
                        .withWaits(Duration.ofSeconds(1), Duration.ofSeconds(3)),
                20);
        failUntilDead(window);

        assertThat(pause(window)).isEqualTo(Duration.ofSeconds(1));
        window.failed(0);
        window.failed(0);
        assertThat(pause(window)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aServerThatRefusesMoreConnectionsThanItServesGetsNoMoreForAMinute() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        int before = window.connections(0);
        window.limit(2, 0);

        assertThat(before).isGreaterThan(2);
        assertThat(window.isDead(0)).isFalse();
        assertThat(window.connections(0)).isEqualTo(2);
        assertThat(window.connections(Duration.ofSeconds(59).toNanos())).isEqualTo(2);
        assertThat(window.connections(Duration.ofMinutes(1).toNanos())).isEqualTo(before);
    }

    private static void failUntilDead(DeliveryWindow window) {
        int failures = 0;
        while (!window.failed(0)) {
            failures++;
            assertThat(failures).isLessThan(10);
        }
    }

    private static Duration pause(DeliveryWindow window) {
        return Duration.ofNanos(window.deadUntilNanos());
    }
}
