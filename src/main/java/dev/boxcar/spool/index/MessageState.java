// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.format.RecordLocation;

/** The latest state of a message in one namespace, and where its record is. */
record MessageState(RecordLocation location, StatePacker.Packed packed) {
    KeyValueText text() {
        return packed.text();
    }
}
