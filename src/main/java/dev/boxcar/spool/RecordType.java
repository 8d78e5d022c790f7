// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import org.jspecify.annotations.Nullable;

/** What a record says. The names are what stands in the segment. */
public enum RecordType {
    /** A message: its envelope and its bytes. */
    MESSAGE,
    /** A message: its envelope, and a reference to the file that holds its bytes. Read, not yet written. */
    BLOB,
    /** What became of a message so far, for one namespace; takes the place of the earlier state of that namespace. */
    STATE,
    /** The message is no longer needed, and why. */
    DONE,
    /** Repeats how far everything is known to be forced. */
    MARK,
    /** Ends a segment. */
    SEAL;

    /** How many bytes the name takes in a header, filled with spaces. */
    public static final int FIELD = 7;

    public static @Nullable RecordType named(String name) {
        for (RecordType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** Whether the record is a message. */
    public boolean isMessage() {
        return this == MESSAGE || this == BLOB;
    }

    /** Whether the record has a place in the commit sequence, and is shown to followers. */
    public boolean isSequenced() {
        return this != MARK && this != SEAL;
    }
}
