// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

/** What is recorded of a session. */
enum EventKind {
    READ,
    WRITE,
    COMMAND,
    LINE,
    MESSAGE,
    QUEUED,
    READY,
    CLOSED
}
