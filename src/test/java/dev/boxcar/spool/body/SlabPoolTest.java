// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Slabs, and bodies that use them. */
class SlabPoolTest {
    @Test
    void idleSlabsOfOneSizeMakeRoomForTheOther() {
        var pool = new SlabPool(128 * 1024);
        var bodies = new ArrayList<SlabBody>();
        for (int i = 0; i < 32; i++) {
            var body = new SlabBody(pool);
            assertThat(body.write(new byte[1], 0, 1)).isTrue();
            bodies.add(body);
        }
        var oneMore = new SlabBody(pool);
        assertThat(oneMore.write(new byte[1], 0, 1)).isFalse();
        assertThat(pool.usedBytes()).isEqualTo(128 * 1024);
        bodies.forEach(SlabBody::release);
        bodies.forEach(SlabBody::release);
        assertThat(pool.usedBytes()).isZero();

        var large = new SlabBody(pool);
        assertThat(large.write(new byte[60_000], 0, 60_000)).isTrue();
        assertThat(pool.usedBytes()).isEqualTo((4 + 64) * 1024);
        assertThat(large.write(new byte[60_000], 0, 60_000)).isFalse();
        assertThat(large.write(new byte[1], 0, 1)).isFalse();
        assertThat(pool.usedBytes()).isZero();
    }

    @Test
    void reusesSlabs() {
        var pool = new SlabPool(1024 * 1024);
        var body = new SlabBody(pool);
        body.write(new byte[10_000], 0, 10_000);
        byte[] small = body.slab(0);
        byte[] large = body.slab(1);
        body.release();
        var next = new SlabBody(pool);
        next.write(new byte[10_000], 0, 10_000);
        assertThat(next.slab(0)).isSameAs(small);
        assertThat(next.slab(1)).isSameAs(large);
    }
}
