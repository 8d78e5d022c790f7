// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

/** The kinds of events in a {@link Recording}. */
enum EventKind {
    READ,
    PAUSED,
    RESUMED,
    WRITE,
    COMMAND,
    LINE,
    MESSAGE,
    PREVIOUS,
    IRREGULARITY,
    QUEUED,
    READY,
    CLOSED
}
