// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.ChannelLease;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads many records one after another, and opens a segment once for all that follow one another in it. Confined to one
 * thread.
 */
public final class RecordLoader implements Closeable {
    private final SpoolDirectory directory;
    private @Nullable ChannelLease lease;
    private @Nullable SegmentName segment;

    public RecordLoader(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** The record at {@code place}, its lines read. */
    public StoredRecord load(Ulid id, RecordLocation place) throws IOException {
        ChannelLease open = lease;
        if (open == null || !place.segment().equals(segment)) {
            close();
            open = directory.segment(place.segment());
            lease = open;
            segment = place.segment();
        }
        return StoredRecord.load(directory, open.channel(), id, place);
    }

    @Override
    public void close() throws IOException {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }
}
