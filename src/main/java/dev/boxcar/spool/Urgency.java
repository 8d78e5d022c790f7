// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/** How soon a STATE or DONE record must survive a power cut. It matters only under {@link Sync.Kind#GROUP}. */
public enum Urgency {
    /** Before the callback reports it as stored, like a message. */
    PROMPT,
    /**
     * With the next record that is prompt, or within a second. The callback reports the record as stored once it is
     * written, so it survives a crash of the process. A power cut within that second may undo it.
     */
    LAZY
}
