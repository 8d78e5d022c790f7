// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.spool.SegmentScan.Found;
import java.io.IOException;

/** The records that are kept already, for one who follows from far back. Confined to the writer's thread. */
final class Past {
    private final SpoolDirectory directory;

    Past(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** Shows every sound record from {@code fromSequence} on, in commit order. */
    void tell(long fromSequence, Spool.Follower follower) throws IOException {
        for (SegmentName name : directory.segmentNames()) {
            try (var scan = new SegmentScan(directory.segments(), name, SegmentScan.Depth.PAYLOADS)) {
                for (var piece = scan.next(); piece != null; piece = scan.next()) {
                    if (piece instanceof Found found
                            && found.header().type().isSequenced()
                            && found.header().sequence() >= fromSequence) {
                        var place = Place.of(name, found.offset(), found.header());
                        Followers.tell(
                                follower,
                                StoredRecord.load(directory, found.header().id(), place));
                    }
                }
            }
        }
    }
}
