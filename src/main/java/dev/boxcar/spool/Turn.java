// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/** Something to be done on the thread that commits, in its place among the records. */
final class Turn extends Queued {
    final Runnable task;

    Turn(Runnable task) {
        this.task = task;
    }
}
