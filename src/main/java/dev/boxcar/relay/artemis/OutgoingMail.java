// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.ArtemisMail;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A mail that waits for the broker's acknowledgement, and the one who waits for it. Any thread. */
final class OutgoingMail {
    final ArtemisMail mail;
    /** What is known of a mail that was in another queue; null for a new one. */
    final @Nullable DeliveryState state;

    /** When it is to be shown, in milliseconds since 1970. */
    final long dueMillis;

    final long deadlineNanos;
    private final Executor executor;
    private final CommitCallback callback;
    private final AtomicBoolean ended = new AtomicBoolean();

    OutgoingMail(
            ArtemisMail mail,
            @Nullable DeliveryState state,
            long dueMillis,
            long deadlineNanos,
            Executor executor,
            CommitCallback callback) {
        this.mail = mail;
        this.state = state;
        this.dueMillis = dueMillis;
        this.deadlineNanos = deadlineNanos;
        this.executor = executor;
        this.callback = callback;
    }

    /** Whether an operator holds it. */
    boolean isHeld() {
        return state != null && state.isHeld();
    }

    /** Whether the outcome was reported. Then the mail must not be sent any more. */
    boolean isEnded() {
        return ended.get();
    }

    /** Reports the outcome, if it is the first, and returns whether it was. */
    boolean end(CommitOutcome outcome) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        try {
            executor.execute(() -> callback.complete(outcome));
        } catch (RejectedExecutionException e) {
            return true; // the session has ended with its loop
        }
        return true;
    }
}
