// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Found;
import java.util.ArrayList;
import java.util.List;

/**
 * The records and damage found in one segment. Confined to the thread that reads it, then to the one that recovers the
 * spool.
 */
final class SegmentFindings {
    private final SegmentName name;
    private final List<Bad> bad = new ArrayList<>();
    private long indexedRecords;
    private long highestSequence;
    private long durable;
    private boolean empty = true;
    private boolean sealed;
    private long bytes;

    SegmentFindings(SegmentName name) {
        this.name = name;
    }

    /** Notes a record that the index knows. */
    void countIndexed() {
        indexedRecords++;
    }

    void add(Found found) {
        RecordHeader header = found.header();
        highestSequence = Math.max(highestSequence, header.sequence());
        durable = Math.max(durable, header.durable());
        empty = false;
        sealed = header.type() == RecordType.SEAL;
    }

    void add(Bad range) {
        bad.add(range);
        sealed = false;
    }

    void setBytes(long length) {
        bytes = length;
    }

    SegmentName name() {
        return name;
    }

    /** The ranges of bytes that are not a record. */
    List<Bad> bad() {
        return bad;
    }

    /** Number of records in the index: all except MARK and SEAL. */
    long indexedRecords() {
        return indexedRecords;
    }

    long highestSequence() {
        return highestSequence;
    }

    /** The highest durable mark. */
    long durable() {
        return durable;
    }

    /** Whether the segment has no record. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether the segment ends with a SEAL. */
    boolean isSealed() {
        return sealed;
    }

    /** Length of the segment. */
    long bytes() {
        return bytes;
    }
}
