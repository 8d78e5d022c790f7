// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** Whether a message would be accepted now: the answer of a message store before the client sends the message. */
public enum Admission {
    /** Yes. */
    ADMITTED,
    /** No, there is no room at the moment: the client gets 452 (RFC 5321 §4.5.3.1.9) and tries again. */
    NO_ROOM,
    /** No, there is a local fault: the client gets 451, never 5xx. */
    FAULT
}
