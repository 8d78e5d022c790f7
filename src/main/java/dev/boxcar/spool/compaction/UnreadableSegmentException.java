// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.format.SegmentName;
import java.io.IOException;

/** A segment cannot be read, or has bytes that are not a record. The other segments are compacted without it. */
final class UnreadableSegmentException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient SegmentName segment;

    UnreadableSegmentException(SegmentName segment, String problem) {
        super(problem);
        this.segment = segment;
    }

    SegmentName segment() {
        return segment;
    }
}
