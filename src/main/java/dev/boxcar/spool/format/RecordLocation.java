// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.RecordType;

/**
 * Where a message lies.
 *
 * @param segment in which segment
 * @param offset where in it the record begins
 */
public record RecordLocation(SegmentName segment, long offset, RecordType type, long sequence, int textLength, long bodyLength) {
    public static RecordLocation of(SegmentName segment, long offset, RecordHeader header) {
        return new RecordLocation(segment, offset, header.type(), header.sequence(), header.textLength(), header.bodyLength());
    }

    /** What the record takes in the segment, with the LF behind it. */
    public long recordBytes() {
        return RecordHeader.LENGTH + textLength + bodyLength + 1;
    }

    public long textOffset() {
        return offset + RecordHeader.LENGTH;
    }

    long bodyOffset() {
        return textOffset() + textLength;
    }
}
