// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import dev.boxcar.async.Dispatcher;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one session waits for: work on a worker thread, or an answer that comes from any thread. Results are handled on
 * the loop. Confined to the loop thread, except for the work and the answers.
 */
final class PendingWork implements BlockingWork {
    private static final Logger LOG = LoggerFactory.getLogger(PendingWork.class);

    private final Dispatcher session;
    private final Runnable resumed;
    private final Consumer<RuntimeException> failed;
    private boolean busy;

    /**
     * For a session that waits for nothing yet.
     *
     * @param resumed called when the session goes on, before the result is handled
     * @param failed called if the handling of a result throws an exception
     */
    PendingWork(Dispatcher session, Runnable resumed, Consumer<RuntimeException> failed) {
        this.session = session;
        this.resumed = resumed;
        this.failed = failed;
    }

    /** Whether the session waits, so that commands wait too. */
    boolean isBusy() {
        return busy;
    }

    /** Asks {@code question}, which gets what takes the answer, and then runs {@code then}, once. */
    <T> void ask(Consumer<Consumer<T>> question, Consumer<T> then) {
        busy = true;
        var answered = new AtomicBoolean();
        question.accept(answer -> {
            if (answered.compareAndSet(false, true)) {
                onLoop(() -> resume(() -> then.accept(answer)));
            }
        });
    }

    @Override
    public <T> void run(Callable<T> work, Consumer<T> done, Consumer<Exception> broken, Consumer<T> abandoned) {
        busy = true;
        try {
            session.loop().workers().execute(() -> {
                T result;
                try {
                    result = work.call();
                } catch (Exception e) {
                    onLoop(() -> resume(() -> broken.accept(e)));
                    return;
                }
                onLoop(() -> {
                    if (session.isClosed()) {
                        session.loop().workers().executeCleanup(() -> abandoned.accept(result));
                    } else {
                        resume(() -> done.accept(result));
                    }
                });
            });
        } catch (RejectedExecutionException e) {
            busy = false;
            broken.accept(e);
        }
    }

    /** Handles a result, and then the commands that waited. */
    private void resume(Runnable then) {
        if (session.isClosed()) {
            return;
        }
        busy = false;
        resumed.run();
        try {
            then.run();
        } catch (RuntimeException e) {
            failed.accept(e);
        }
        session.interestChanged();
    }

    private void onLoop(Runnable task) {
        try {
            session.loop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} a result arrived after the loop had ended", session);
        }
    }
}
