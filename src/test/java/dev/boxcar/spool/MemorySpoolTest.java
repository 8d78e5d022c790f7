// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.MessageSink.Outcome;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The contract, kept in memory, and its bound. */
class MemorySpoolTest extends SpoolContract {
    @Override
    Spool open() {
        return new MemorySpool(64 * 1024 * 1024);
    }

    @Override
    Spool openWithSlabs(long octets) {
        return new MemorySpool(octets);
    }

    @Test
    void theOldestGoAndFollowersSeeIt() {
        var small = new MemorySpool(100_000);
        var seen = new ArrayList<String>();
        small.follow(1, record -> seen.add(record.sequence() + " " + record.type() + " " + record.id()));
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 3; i++) {
            ids.add(Mail.stored(small, "x".repeat(40_000)));
        }
        assertThat(small.ids()).containsExactly(ids.get(1), ids.get(2));
        assertThat(seen)
                .containsExactly(
                        "1 MESSAGE " + ids.get(0),
                        "2 MESSAGE " + ids.get(1),
                        "3 DONE " + ids.get(0),
                        "4 MESSAGE " + ids.get(2));
        assertThat(small.statistics().dropped()).isEqualTo(1);
        assertThat(Mail.get(Mail.append(small, small.newId(), "x".repeat(100_001))))
                .isEqualTo(Outcome.NO_ROOM);
        assertThat(small.ids()).hasSize(2);
    }
}
