// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GarbageWatchTest {
    private static final long MIB = 1024 * 1024;

    private long used = 20 * MIB;
    private long inUse = 20 * MIB;
    private int collections;
    private final GarbageWatch watch = new GarbageWatch(() -> used, () -> {
        collections++;
        used = inUse;
    });

    @Test
    void aHeapUnderLoadHasNoMoreThan64MibOfGarbage() {
        long most = 0;
        for (int second = 0; second < 100; second++) {
            used += 10 * MIB;
            watch.check();
            most = Math.max(most, used);
        }
        assertThat(most).isEqualTo((20 + 60) * MIB);
        assertThat(collections).isEqualTo(1000 / 70);
    }

    @Test
    void aLargeHeapIsCollectedWhenHalfOfItIsGarbage() {
        inUse = 300 * MIB;
        used = 300 * MIB;
        watch.check();
        assertThat(collections).as("what is new may be garbage").isEqualTo(1);

        used = 590 * MIB;
        watch.check();
        assertThat(collections).isEqualTo(1);
        used = 610 * MIB;
        watch.check();
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void aQuietProcessGivesMemoryBackOnce() {
        used = 50 * MIB;
        watch.check();
        for (int second = 0; second < 9; second++) {
            used += MIB / 10;
            watch.check();
        }
        assertThat(collections).isZero();
        for (int second = 0; second < 60; second++) {
            watch.check();
        }
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void aBusyProcessIsNotQuiet() {
        for (int second = 0; second < 30; second++) {
            used += MIB;
            watch.check();
        }
        assertThat(collections).isZero();
    }

    @Test
    void aCollectionOfTheCollectorsOwnCounts() {
        used = 80 * MIB;
        watch.check();
        used = 10 * MIB;
        watch.check();
        used = 70 * MIB;
        watch.check();
        assertThat(collections).isZero();
        used = 75 * MIB;
        watch.check();
        assertThat(collections).isEqualTo(1);
    }
}
