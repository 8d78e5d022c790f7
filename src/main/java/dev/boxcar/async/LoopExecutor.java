// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.concurrent.Executor;

/** Runs tasks for a loop. Any thread may call; which one does decides when a task runs. */
public interface LoopExecutor extends Executor {
    /**
     * As {@link EventLoop#execute}, but what the loop's own thread hands over when no other task waits is run at once,
     * within the event that does so.
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs a task when the loop has served everything that is ready in this turn, and on any other thread than the
     * loop's at once: it may be that by then there is more to be done by one task. The task does not fail.
     */
    void executeAfterEvents(Runnable task);
}
