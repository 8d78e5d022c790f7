// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** What became of a message, or would become of one. */
public enum CommitOutcome {
    /** As safe as the sink promises: answered 250. */
    STORED,
    /** No room just now: answered 452 (RFC 5321 §4.5.3.1.9); the client tries again. */
    NO_ROOM,
    /** A local fault: answered 451, never 5xx; the message may or may not be there, whole. */
    FAULT
}
