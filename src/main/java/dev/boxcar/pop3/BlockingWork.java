// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Runs work that may block. Meanwhile the session handles no further command. Loop thread, except for the work. */
interface BlockingWork {
    /**
     * Runs {@code work} on a worker thread, and then {@code done} or {@code failed} on the loop. If the session has
     * ended by then, only {@code abandoned} runs, on a worker thread.
     */
    <T> void run(Callable<T> work, Consumer<T> done, Consumer<Exception> failed, Consumer<T> abandoned);
}
