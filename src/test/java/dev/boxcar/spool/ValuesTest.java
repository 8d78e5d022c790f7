// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids, and sync policies. */
class ValuesTest {
    @Test
    void anIdRoundTripsThroughItsText() {
        var random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            var id = new Ulid(random.nextLong(), random.nextLong());
            assertThat(id.toString()).hasSize(26);
            assertThat(Ulid.parse(id.toString())).isEqualTo(id);
        }
        assertThat(new Ulid(-1, -1)).hasToString("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assertThat(new Ulid(0, 0)).hasToString("0".repeat(26));
        assertThat(new Ulid(0, 1L << 60)).hasToString("0000000000000" + "1" + "000000000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
                "0000000000000000000000000U",
                "00",
                "0000000000000000000000000é"
            })
    void rejectsInvalidIds(String text) {
        assertThat(Ulid.parse(text)).isNull();
    }

    @Test
    void idsIncreaseWhenTheClockStepsBack() {
        var clock = new AtomicLong(1_000_000);
        var generator = new UlidGenerator(clock::get);
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 70_000; i++) {
            if (i == 100) {
                clock.set(999_000);
            }
            ids.add(generator.next());
        }
        assertThat(ids).isSorted();
        assertThat(ids).extracting(Ulid::toString).isSorted().doesNotHaveDuplicates();
        assertThat(ids.get(0).millis()).isEqualTo(1_000_000);
        clock.set(2_000_000);
        assertThat(generator.next().millis()).isEqualTo(2_000_000);
    }

    @Test
    void parsesSyncPolicies() {
        assertThat(Sync.parse("group")).isEqualTo(Sync.GROUP);
        assertThat(Sync.parse("None")).isEqualTo(Sync.NONE);
        assertThat(Sync.parse("200ms")).isEqualTo(Sync.within(Duration.ofMillis(200)));
        assertThat(Sync.parse("5")).isEqualTo(Sync.within(Duration.ofSeconds(5)));
        assertThat(Sync.parse("1.5s")).isEqualTo(Sync.within(Duration.ofMillis(1500)));
        assertThat(Sync.parse("1h")).isEqualTo(Sync.within(Duration.ofHours(1)));
        assertThat(Sync.parse("5 s")).isEqualTo(Sync.within(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "0", "999us", "s", "-1s", "fsync", "99999999999s"})
    void rejectsOtherSyncPolicies(String text) {
        assertThatThrownBy(() -> Sync.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("invalid sync '" + text + "': use group");
    }
}
