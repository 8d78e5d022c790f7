// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.format.SegmentName;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EmptyingSegmentsTest {
    private final EmptyingSegments segments = new EmptyingSegments();
    private final SegmentName name = SegmentName.withNewEpoch(1, new SecureRandom());

    @Test
    void aSegmentComesToRestWhenItLosesNoMoreRecords() {
        assertThat(isEmptying(900, 0)).isTrue();
        assertThat(isEmptying(700, 200)).isTrue();
        assertThat(isEmptying(700, 400)).isTrue();
        assertThat(isEmptying(700, 460)).isFalse();
    }

    @Test
    void aSegmentThatLosesRecordsForLongCountsAsAtRest() {
        int needed = 10_000;
        for (long millis = 0; millis < 5_000; millis += 100) {
            assertThat(isEmptying(needed--, millis)).isTrue();
        }
        assertThat(isEmptying(needed, 5_100)).isFalse();
    }

    @Test
    void aSegmentThatIsGoneIsForgotten() {
        isEmptying(900, 0);
        segments.retain(List.of());
        assertThat(isEmptying(900, 6_000)).isTrue();
    }

    private boolean isEmptying(long needed, long millis) {
        return segments.isEmptying(name, needed, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
