// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import java.util.concurrent.Executor;

/**
 * Combines the callbacks of many records into one: after the last outcome it calls its own callback, on its executor,
 * with the worst outcome. Any thread.
 */
final class CombinedCallback implements CommitCallback {
    private final Executor executor;
    private final CommitCallback callback;
    private int pending;
    private CommitOutcome worst = CommitOutcome.STORED;

    /** Waits for {@code count} outcomes. If that is 0, it calls the callback at once. */
    CombinedCallback(int count, Executor executor, CommitCallback callback) {
        this.pending = count;
        this.executor = executor;
        this.callback = callback;
        if (count == 0) {
            report(CommitOutcome.STORED);
        }
    }

    @Override
    public void complete(CommitOutcome outcome) {
        CommitOutcome result;
        synchronized (this) {
            worst = outcome.compareTo(worst) > 0 ? outcome : worst;
            pending--;
            if (pending > 0) {
                return;
            }
            result = worst;
        }
        report(result);
    }

    private void report(CommitOutcome outcome) {
        executor.execute(() -> callback.complete(outcome));
    }
}
