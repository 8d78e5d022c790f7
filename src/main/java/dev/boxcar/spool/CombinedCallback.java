// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import java.util.concurrent.Executor;

/**
 * Makes one completion of many: told of each, on any thread, it completes on its executor after the last, with the
 * worst.
 */
final class CombinedCallback implements CommitCallback {
    private final Executor executor;
    private final CommitCallback done;
    private int missing;
    private CommitOutcome worst = CommitOutcome.STORED;

    /** Of {@code count}; of none, it completes at once. */
    CombinedCallback(int count, Executor executor, CommitCallback done) {
        this.missing = count;
        this.executor = executor;
        this.done = done;
        if (count == 0) {
            tell(CommitOutcome.STORED);
        }
    }

    @Override
    public void complete(CommitOutcome outcome) {
        CommitOutcome last;
        synchronized (this) {
            worst = outcome.compareTo(worst) > 0 ? outcome : worst;
            if (--missing > 0) {
                return;
            }
            last = worst;
        }
        tell(last);
    }

    private void tell(CommitOutcome outcome) {
        executor.execute(() -> done.complete(outcome));
    }
}
