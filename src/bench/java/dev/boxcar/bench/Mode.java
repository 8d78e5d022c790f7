// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

/** How a client sends. */
enum Mode {
    /** Each command waits for the reply to the one before. */
    LOCKSTEP,
    /** A body, its dot and the next MAIL, RCPT and DATA leave as one segment, as soon as there was a 354 (RFC 2920 §3.1). */
    TRAIN
}
