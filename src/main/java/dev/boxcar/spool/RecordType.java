// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/** The type of a record. These names are written into segments. */
public enum RecordType {
    /** A message: its envelope and its bytes. */
    MESSAGE,
    /** A message: its envelope, and a reference to the file that has its bytes. */
    BLOB,
    /** The state of a message in one namespace. It replaces the earlier state in that namespace. */
    STATE,
    /** The message is no longer needed, and why. */
    DONE,
    /** Says up to which sequence number all records are known to be forced. */
    MARK,
    /** The last record of a segment. */
    SEAL;

    /** Whether the record is a message. */
    public boolean isMessage() {
        return this == MESSAGE || this == BLOB;
    }

    /** Whether the record has a sequence number of its own, and is shown to followers. */
    public boolean isSequenced() {
        return this != MARK && this != SEAL;
    }
}
