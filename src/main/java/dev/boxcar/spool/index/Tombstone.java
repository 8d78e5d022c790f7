// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.format.RecordLocation;

/**
 * The entry of a message that is done: where its DONE is, and how many copies of the message the segments still have.
 */
final class Tombstone {
    RecordLocation done;
    int copies;

    Tombstone(RecordLocation done, int copies) {
        this.done = done;
        this.copies = copies;
    }
}
