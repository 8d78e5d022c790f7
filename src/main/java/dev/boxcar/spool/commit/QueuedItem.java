// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import org.jspecify.annotations.Nullable;

/** What waits in a {@link CommitQueue}: a {@link PendingRecord} record, or a {@link QueuedTask}. */
public abstract sealed class QueuedItem permits PendingRecord, QueuedTask {
    /** The one that was put in before; the queue's alone. */
    @Nullable
    QueuedItem before;
}
