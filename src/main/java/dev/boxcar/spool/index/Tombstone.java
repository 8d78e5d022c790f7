// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.format.RecordLocation;

/** What the index keeps of a message that is done: where its DONE is, and how many copies the segments still have. */
final class Tombstone {
    RecordLocation done;
    int copies;

    Tombstone(RecordLocation done, int copies) {
        this.done = done;
        this.copies = copies;
    }
}
