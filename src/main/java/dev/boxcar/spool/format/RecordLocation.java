// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.RecordType;

/**
 * Where a record is, and the lengths that a reader needs.
 *
 * @param offset where the record begins in its segment
 * @param bodyLength length of the part after the lines: the message, or in a BLOB record the reference to its file
 */
public record RecordLocation(
        SegmentName segment, long offset, RecordType type, long sequence, int textLength, long bodyLength) {
    public static RecordLocation of(SegmentName segment, long offset, RecordHeader header) {
        return new RecordLocation(
                segment, offset, header.type(), header.sequence(), header.textLength(), header.bodyLength());
    }

    /** The location of a copy of this record. */
    public RecordLocation movedTo(SegmentName otherSegment, long otherOffset) {
        return new RecordLocation(otherSegment, otherOffset, type, sequence, textLength, bodyLength);
    }

    /** Bytes that the record takes in the segment, including the LF after it. */
    public long recordBytes() {
        return RecordHeader.LENGTH + textLength + bodyLength + 1;
    }

    public long textOffset() {
        return offset + RecordHeader.LENGTH;
    }

    public long bodyOffset() {
        return textOffset() + textLength;
    }
}
