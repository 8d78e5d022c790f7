// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.format.RecordLocation;

/**
 * The latest state of a message in one namespace, and where its record is.
 *
 * @param packed its text, which {@link StatePacker} reads
 * @param length the number of bytes of the text if it is compressed, and 0 if it is not
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MessageState(RecordLocation location, byte[] packed, int length) {
    MessageState movedTo(RecordLocation other) {
        return new MessageState(other, packed, length);
    }
}
