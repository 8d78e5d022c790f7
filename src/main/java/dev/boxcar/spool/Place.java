// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/**
 * Where a message lies.
 *
 * @param segment in which segment
 * @param offset where in it the record begins
 */
record Place(SegmentName segment, long offset, RecordType type, long sequence, int textLength, long bodyLength) {
    static Place of(SegmentName segment, long offset, RecordHeader header) {
        return new Place(segment, offset, header.type(), header.sequence(), header.textLength(), header.bodyLength());
    }

    /** What the record takes in the segment, with the LF behind it. */
    long recordBytes() {
        return RecordHeader.LENGTH + textLength + bodyLength + 1;
    }

    long textOffset() {
        return offset + RecordHeader.LENGTH;
    }

    long bodyOffset() {
        return textOffset() + textLength;
    }
}
