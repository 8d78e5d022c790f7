// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is held already, for one who follows from far back. Confined to the writer's thread. */
final class Past {
    private static final int MOST_MOVES = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Past.class);

    private final SpoolDirectory directory;
    private final Index index;

    Past(SpoolDirectory directory, Index index) {
        this.directory = directory;
        this.index = index;
    }

    /**
     * Shows every message to be found, and what was last noted of each, from {@code fromSequence} on, in commit order.
     */
    void tell(long fromSequence, Spool.Follower follower) throws IOException {
        List<Index.Known> known = index.known(fromSequence);
        try (var source = new RecordSource(directory)) {
            for (Index.Known one : known) {
                SpoolRecord record = load(source, one);
                if (record != null) {
                    Followers.tell(follower, record);
                }
            }
        }
    }

    /** The record, which compaction may move meanwhile; null where it cannot be read. */
    private @Nullable SpoolRecord load(RecordSource source, Index.Known one) {
        IOException failure = null;
        for (int tries = 0; tries < MOST_MOVES; tries++) {
            Place place = index.current(one);
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
