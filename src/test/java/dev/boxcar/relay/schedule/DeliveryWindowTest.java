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
        assertThat(pauseAfterProbe(window)).isEqualTo(Duration.ofMinutes(2));
        for (int i = 0; i < 10; i++) {
            pauseAfterProbe(window);
        }
        assertThat(pauseAfterProbe(window)).isEqualTo(Duration.ofHours(1));
    }

    /** Or the longest pause would be followed by the shortest, again and again. */
    @Test
    void failuresCountForAnHourAfterThePause() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        failUntilDead(window);
        while (pauseAfterProbe(window).compareTo(Duration.ofHours(1)) < 0) {
            assertThat(window.hasFailedLately(window.deadUntilNanos())).isTrue();
        }
        long end = window.deadUntilNanos();

        assertThat(window.hasFailedLately(end + Duration.ofMinutes(59).toNanos()))
                .isTrue();
        assertThat(window.hasFailedLately(end + Duration.ofMinutes(60).toNanos()))
                .isFalse();
    }

    @Test
    void connectionsThatWereOpenedBeforeTheDestinationDiedDoNotLengthenThePause() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        failUntilDead(window);
        for (int i = 0; i < 20; i++) {
            assertThat(window.failed(1)).isTrue();
        }

        assertThat(pause(window)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aProbeThatSucceedsOpensTheDestinationAgain() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        failUntilDead(window);
        window.succeeded();

        assertThat(window.isDead(0)).isFalse();
        assertThat(window.connections(0)).isEqualTo(5);
    }

    /** As in Postfix's SCHEDULER_README: N successes make one more connection, and one success one Nth of it. */
    @Test
    void theWindowGrowsByOneForEachWindowOfSuccessesUpToTwenty() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        for (int i = 0; i < 6; i++) {
            window.succeeded();
        }
        assertThat(window.connections(0)).isEqualTo(6);
        for (int i = 0; i < 1_000; i++) {
            window.succeeded();
        }
        assertThat(window.connections(0)).isEqualTo(20);
        window.failed(0);
        assertThat(window.connections(0)).isEqualTo(19);
    }

    @Test
    void aServerThatSaysItIsAskedForTooMuchGetsHalfTheConnectionsForAMinute() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        for (int i = 0; i < 1_000; i++) {
            window.succeeded();
        }
        window.halve(0);

        assertThat(window.connections(Duration.ofSeconds(59).toNanos())).isEqualTo(10);
        assertThat(window.connections(Duration.ofMinutes(1).toNanos())).isEqualTo(20);
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
        pauseAfterProbe(window);
        assertThat(pauseAfterProbe(window)).isEqualTo(Duration.ofSeconds(3));
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

    @Test
    void aServerThatRefusesThePasswordWhileItServesOthersIsAskedLessAndLessOften() {
        var window = new DeliveryWindow(RetrySchedule.DEFAULTS, 20);
        int before = window.connections(0);
        window.limitLogins(2, 0);
        window.limitLogins(2, 1); // was opened before the first was refused
        long probe = Duration.ofMinutes(1).toNanos();
        assertThat(window.connections(probe - 1)).isEqualTo(2);
        assertThat(window.connections(probe)).isEqualTo(before);
        window.limitLogins(2, probe);

        assertThat(window.connections(Duration.ofMinutes(3).toNanos() - 1)).isEqualTo(2);
        assertThat(window.connections(Duration.ofMinutes(3).toNanos())).isEqualTo(before);
        window.limitLogins(2, Duration.ofMinutes(3).toNanos());
        window.loggedIn();
        assertThat(window.connections(Duration.ofMinutes(3).toNanos())).isEqualTo(before);
    }

    private static void failUntilDead(DeliveryWindow window) {
        int failures = 0;
        while (!window.failed(0)) {
            failures++;
            assertThat(failures).isLessThan(10);
        }
    }

    /** The pause after the one connection that tries the destination again has failed, too. */
    private static Duration pauseAfterProbe(DeliveryWindow window) {
        long probe = window.deadUntilNanos();
        assertThat(window.connections(probe)).isEqualTo(1);
        window.failed(probe);
        return Duration.ofNanos(window.deadUntilNanos() - probe);
    }

    private static Duration pause(DeliveryWindow window) {
        return Duration.ofNanos(window.deadUntilNanos());
    }
}
