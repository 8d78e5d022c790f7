// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BannerDelayTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // as nanoTime may be: it overflows in the test
    private final BannerDelay delay = new BannerDelay(now::get);

    @Test
    void onlyTheFirstBannersOfEachTenthOfASecondAreLate() {
        for (int window = 0; window < 3; window++) {
            for (int i = 0; i < BannerDelay.MAX_PER_WINDOW; i++) {
                assertThat(delay.next()).isNotNull();
            }
            assertThat(delay.next()).isNull();
            now.addAndGet(BannerDelay.WINDOW_NANOS - 1);
            assertThat(delay.next()).isNull();
            now.addAndGet(1);
        }
    }
}
