// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import org.jspecify.annotations.Nullable;

/** What waits in a {@link CommitQueue}: a {@link Pending} record, or a {@link Turn}. */
abstract sealed class Queued permits Pending, Turn {
    /** The one that was put in before; the queue's alone. */
    @Nullable
    Queued before;
}
