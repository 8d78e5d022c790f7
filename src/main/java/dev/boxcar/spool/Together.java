// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.server.MessageSink.Completion;
import dev.boxcar.smtp.server.MessageSink.Outcome;
import java.util.concurrent.Executor;

/** Makes one completion of many: told of each, on any thread, it completes on its executor after the last, with the worst. */
final class Together implements Completion {
    private final Executor executor;
    private final Completion done;
    private int missing;
    private Outcome worst = Outcome.STORED;

    /** Of {@code count}; of none, it completes at once. */
    Together(int count, Executor executor, Completion done) {
        this.missing = count;
        this.executor = executor;
        this.done = done;
        if (count == 0) {
            tell(Outcome.STORED);
        }
    }

    @Override
    public void complete(Outcome outcome) {
        Outcome last;
        synchronized (this) {
            worst = outcome.compareTo(worst) > 0 ? outcome : worst;
            if (--missing > 0) {
                return;
            }
            last = worst;
        }
        tell(last);
    }

    private void tell(Outcome outcome) {
        executor.execute(() -> done.complete(outcome));
    }
}
