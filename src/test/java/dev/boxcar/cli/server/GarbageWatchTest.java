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
        assertThat(most).isLessThanOrEqualTo((20 + 64) * MIB);
        assertThat(collections).isBetween(1000 / 70, 1000 / 60);
    }

    @Test
    void aLargeHeapIsCollectedWhenHalfOfItIsGarbage() {
        inUse = 300 * MIB;
        used = 300 * MIB;
        watch.check();
        assertThat(collections).as("what is new may be garbage").isEqualTo(1);

        used = 580 * MIB;
        watch.check();
        assertThat(collections).isEqualTo(1);
        used = 610 * MIB;
        watch.check();
        assertThat(collections).isEqualTo(2);
    }

    /** For example, when a long queue has been delivered. */
    @Test
    void whatWasInUseAtTheLastCollectionMayBeGarbageNow() {
        inUse = 300 * MIB;
        used = 300 * MIB;
        watch.check();
        used = 301 * MIB;
        inUse = 20 * MIB;
        for (int second = 0; second < 300; second++) {
            used += MIB;
            watch.check();
        }
        assertThat(used).as("under load").isLessThan(200 * MIB);

        inUse = 300 * MIB;
        used = 400 * MIB;
        watch.check();
        used = 330 * MIB;
        watch.check();
        inUse = 20 * MIB;
        for (int second = 0; second < 20; second++) {
            watch.check();
        }
        assertThat(used).as("when it is quiet").isEqualTo(20 * MIB);
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
        used = 80 * MIB;
        watch.check();
        assertThat(collections).isEqualTo(1);
    }
}
