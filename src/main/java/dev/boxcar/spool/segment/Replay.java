// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.commit.Followers;
import dev.boxcar.spool.format.RecordLoader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.index.IndexedRecord;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows stored records to a new follower. Confined to the writer's thread. */
final class Replay {
    private static final int MAX_LOOKUPS = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final SpoolDirectory directory;
    private final SpoolIndex index;

    Replay(SpoolDirectory directory, SpoolIndex index) {
        this.directory = directory;
        this.index = index;
    }

    /** Shows every message and its latest states, from {@code fromSequence} on, in commit order. */
    void run(long fromSequence, Spool.Follower follower) throws IOException {
        try (var loader = new RecordLoader(directory)) {
            for (IndexedRecord indexed : index.records(fromSequence)) {
                SpoolRecord record = load(loader, indexed);
                if (record != null) {
                    Followers.show(follower, record);
                }
            }
        }
    }

    /**
     * Loads the record, which compaction may move while this runs. Returns null if there is no record to replay: it is
     * no longer needed, or cannot be read, which is logged.
     */
    private @Nullable SpoolRecord load(RecordLoader loader, IndexedRecord indexed) {
        IOException failure = null;
        for (int attempt = 0; attempt < MAX_LOOKUPS; attempt++) {
            RecordLocation location = index.currentLocation(indexed);
            if (location == null) {
                return null;
            }
            try {
                return loader.load(indexed.id(), location);
            } catch (IOException e) {
                failure = e;
            }
        }
        LOG.warn("event=follow-skips id={} cause=\"{}\"", indexed.id(), String.valueOf(failure));
        return null;
    }
}
