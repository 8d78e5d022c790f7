// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.ChannelLease;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Loads many records one after another, and keeps a segment open while the records are in the same one. Confined to one
 * thread.
 */
public final class RecordLoader implements Closeable {
    private final SpoolDirectory directory;
    private @Nullable ChannelLease lease;
    private @Nullable SegmentName segment;

    public RecordLoader(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** The record at {@code location}, with its lines. */
    public StoredRecord load(Ulid id, RecordLocation location) throws IOException {
        ChannelLease open = lease;
        if (open == null || !location.segment().equals(segment)) {
            close();
            open = directory.lease(location.segment());
            lease = open;
            segment = location.segment();
        }
        return StoredRecord.load(directory, open.channel(), id, location);
    }

    @Override
    public void close() throws IOException {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }
}
