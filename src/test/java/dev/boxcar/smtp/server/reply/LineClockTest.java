// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import static dev.boxcar.smtp.server.port.LineConditions.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.port.LineConditions;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When bytes pass the line, to the nanosecond, at times that the test gives. */
class LineClockTest {
    private static final long MILLI = 1_000_000;
    private static final long START = Long.MAX_VALUE - 30 * MILLI; // as nanoTime may be: it overflows in the test

    private final LineClock clock = new LineClock(START);

    private long arrivalAfter(LineConditions line, long readMillis, long number) {
        clock.inputRead(line, 6, START + readMillis * MILLI);
        return clock.arrivalNanos(line, number) - START;
    }

    @Test
    void aReplyArrivesOneRoundTripAfterItsInputAndTwoFlightsOverlap() {
        LineConditions line = NONE.withRoundTrip(Duration.ofMillis(70));

        assertThat(arrivalAfter(line, 0, 1)).isEqualTo(70 * MILLI);
        assertThat(arrivalAfter(line, 20, 2)).isEqualTo(90 * MILLI);
    }

    @Test
    void allRepliesToOneReadArriveTogether() {
        LineConditions line = NONE.withRoundTrip(Duration.ofMillis(70)).withJitter(Duration.ofMillis(40), 7);

        long first = arrivalAfter(line, 0, 1);
        assertThat(clock.arrivalNanos(line, 2) - START).isEqualTo(first);
        assertThat(clock.arrivalNanos(line, 3) - START).isEqualTo(first);
    }

    @Test
    void jitterNeverMakesARoundTripShorterAndUsesItsWholeRange() {
        LineConditions line = NONE.withRoundTrip(Duration.ofMillis(70)).withJitter(Duration.ofMillis(40), 7);
        List<Long> trips = trips(line);

        assertThat(trips).allMatch(trip -> trip >= 70 * MILLI && trip < 110 * MILLI);
        assertThat(trips).anyMatch(trip -> trip < 72 * MILLI).anyMatch(trip -> trip > 108 * MILLI);
        assertThat(trips.stream().mapToLong(trip -> trip).average().orElseThrow())
                .isBetween(88.0 * MILLI, 92.0 * MILLI);
    }

    @Test
    void jitterDependsOnTheSeed() {
        LineConditions line = NONE.withRoundTrip(Duration.ofMillis(70));

        List<Long> seven = trips(line.withJitter(Duration.ofMillis(40), 7));
        assertThat(trips(line.withJitter(Duration.ofMillis(40), 7))).isEqualTo(seven);
        assertThat(trips(line.withJitter(Duration.ofMillis(40), 8))).isNotEqualTo(seven);
    }

    private List<Long> trips(LineConditions line) {
        return LongStream.range(0, 1_000)
                .mapToObj(number -> arrivalAfter(line, number, number) - number * MILLI)
                .toList();
    }

    @Test
    void bytesPassAtTheRateInBothDirections() {
        LineConditions line = NONE.withBitsPerSecond(9_600); // 1,200 bytes per second

        assertThat(clock.inputRead(line, 120, START)).isEqualTo(Duration.ofMillis(100));
        assertThat(clock.inputRead(line, 60, START)).isEqualTo(Duration.ofMillis(150)); // behind the bytes before
        assertThat(clock.sentNanos(line, 12, START) - START).isEqualTo(10 * MILLI);
        assertThat(clock.sentNanos(line, 12, START) - START).isEqualTo(20 * MILLI);
        assertThat(clock.bytesPerSlice(line)).isEqualTo(12);
    }

    @Test
    void heldRepliesWaitUntilTheClientHasBeenQuiet() {
        LineConditions line = NONE.withHold(Duration.ofMillis(30));

        clock.inputRead(line, 6, START);
        assertThat(clock.quietNanos(line, START + 5 * MILLI) - START).isEqualTo(30 * MILLI);
        clock.inputRead(line, 6, START + 20 * MILLI);
        assertThat(clock.quietNanos(line, START + 25 * MILLI) - START).isEqualTo(50 * MILLI);
        assertThat(clock.quietNanos(line, START + 60 * MILLI) - START).isEqualTo(60 * MILLI);
    }
}
