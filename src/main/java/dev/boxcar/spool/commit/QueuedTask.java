// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

/** A task that the committing thread runs after the records that were queued before it. */
public final class QueuedTask extends QueuedItem {
    private final Runnable task;

    public QueuedTask(Runnable task) {
        this.task = task;
    }

    public void run() {
        task.run();
    }
}
