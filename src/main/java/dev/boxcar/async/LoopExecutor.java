// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.concurrent.Executor;

/** Runs tasks on a loop's thread, without delay where that is possible. Any thread may call. */
public interface LoopExecutor extends Executor {
    /**
     * Runs a task within the current event if the caller is the loop's thread and no other task waits. Otherwise works
     * as {@link EventLoop#execute}.
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs a task after the loop has served every channel that is ready in this turn, so that one task can serve
     * several events. On any other thread than the loop's, runs it immediately, on the calling thread. The task must
     * not throw.
     */
    void executeAfterEvents(Runnable task);
}
