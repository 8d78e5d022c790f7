// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads many records one after another, and opens a segment once for all that follow one another in it. Confined to one
 * thread.
 */
final class RecordSource implements Closeable {
    private final SpoolDirectory directory;
    private @Nullable Lease lease;
    private @Nullable SegmentName segment;

    RecordSource(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** The record at {@code place}, its lines read. */
    StoredRecord load(Ulid id, Place place) throws IOException {
        Lease open = lease;
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
