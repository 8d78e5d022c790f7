// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import org.jspecify.annotations.Nullable;

/** An item in a {@link CommitQueue}: a {@link PendingRecord} or a {@link QueuedTask}. */
public abstract sealed class QueuedItem permits PendingRecord, QueuedTask {
    /** The item that was queued before this one. Only the queue uses it. */
    @Nullable
    QueuedItem previous;

    QueuedItem() {}
}
