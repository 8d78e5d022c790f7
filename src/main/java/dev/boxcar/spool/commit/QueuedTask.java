// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

/** Something to be done on the thread that commits, in its place among the records. */
public final class QueuedTask extends QueuedItem {
    public final Runnable task;

    public QueuedTask(Runnable task) {
        this.task = task;
    }
}
