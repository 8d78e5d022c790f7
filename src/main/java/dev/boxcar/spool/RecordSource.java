// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Reads many records one after another, and opens a segment once for all that follow one another in it. Confined to one thread. */
final class RecordSource implements Closeable {
    private final SpoolDirectory directory;
    private @Nullable FileChannel channel;
    private @Nullable SegmentName segment;

    RecordSource(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** The record at {@code place}, its lines read. */
    StoredRecord load(Ulid id, Place place) throws IOException {
        FileChannel open = channel;
        if (open == null || !place.segment().equals(segment)) {
            close();
            open = FileChannel.open(place.segment().in(directory.segments()), StandardOpenOption.READ);
            channel = open;
            segment = place.segment();
        }
        return StoredRecord.load(directory, open, id, place);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
