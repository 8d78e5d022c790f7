// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.commit.Followers;
import dev.boxcar.spool.format.RecordLoader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is held already, for one who follows from far back. Confined to the writer's thread. */
final class Replay {
    private static final int MOST_MOVES = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final SpoolDirectory directory;
    private final SpoolIndex index;

    Replay(SpoolDirectory directory, SpoolIndex index) {
        this.directory = directory;
        this.index = index;
    }

    /**
     * Shows every message to be found, and what was last noted of each, from {@code fromSequence} on, in commit order.
     */
    void tell(long fromSequence, Spool.Follower follower) throws IOException {
        List<SpoolIndex.Known> known = index.known(fromSequence);
        try (var source = new RecordLoader(directory)) {
            for (SpoolIndex.Known one : known) {
                SpoolRecord record = load(source, one);
                if (record != null) {
                    Followers.tell(follower, record);
                }
            }
        }
    }

    /** The record, which compaction may move meanwhile; null where it cannot be read. */
    private @Nullable SpoolRecord load(RecordLoader source, SpoolIndex.Known one) {
        IOException failure = null;
        for (int tries = 0; tries < MOST_MOVES; tries++) {
            RecordLocation place = index.current(one);
            if (place == null) {
                return null;
            }
            try {
                return source.load(one.id(), place);
            } catch (IOException e) {
                failure = e;
            }
        }
        LOG.warn("event=follow-skips id={} cause=\"{}\"", one.id(), String.valueOf(failure));
        return null;
    }
}
