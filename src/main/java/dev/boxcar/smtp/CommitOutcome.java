// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** The result of storing a message. */
public enum CommitOutcome {
    /** The message is as safe as the store promises: the client gets 250. */
    STORED,
    /** There was no room: the client gets 452 (RFC 5321 §4.5.3.1.9) and tries again. */
    NO_ROOM,
    /** A local fault: the client gets 451, never 5xx. The message may have been stored, but then all of it. */
    FAULT
}
