// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.Decision;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One question that a session has put to a port, until it is answered. {@link Decision}'s methods may be called by any
 * thread, all else is confined to the loop thread.
 */
final class Question implements Decision {

    /** What the session does with an answer, and the reply that it then gives. Confined to the loop thread. */
    interface Then {
        /**
         * Yes; {@code words} is null where the session is to use its own. Null: the reply comes when something else is
         * done.
         */
        @Nullable
        Reply accepted(@Nullable Reply words);

        /** No: undoes what the command has begun. */
        default void refused() {}

        /** No, in these words: the reply to be given, or null where that comes later. */
        @Nullable
        default Reply refused(Reply words) {
            refused();
            return words;
        }

        /** The session is gone: gives back what is held. */
        default void dropped() {}
    }

    private final EventLoop loop;
    private final @Nullable Verb verb;
    private final Then then;
    private final long askedNanos;
    private @Nullable Reply words;
    private boolean answered;
    private boolean settled;
    private Questions.@Nullable Deferred deferred;

    Question(EventLoop loop, @Nullable Verb verb, Then then) {
        this.loop = loop;
        this.verb = verb;
        this.then = then;
        this.askedNanos = loop.turnNanos();
    }

    @Override
    public void accept() {
        take(null);
    }

    @Override
    public void answer(Reply reply) {
        if (reply.code() / 100 == 3) {
            throw new IllegalArgumentException("no answer to a question: " + reply);
        }
        take(reply);
    }

    private void take(@Nullable Reply reply) {
        if (loop.inLoop()) {
            takeOnLoop(reply);
            return;
        }
        try {
            loop.execute(() -> takeOnLoop(reply));
        } catch (RejectedExecutionException e) {
            Questions.LOG.debug("an answer came when the server had ended: {}", e.toString());
        }
    }

    private void takeOnLoop(@Nullable Reply reply) {
        if (answered) {
            return;
        }
        answered = true;
        words = reply;
        if (deferred != null) {
            deferred.answered(this);
        }
    }

    /** From now on an answer is late, and {@code whom} is told of it. */
    void defer(Questions.Deferred whom) {
        deferred = whom;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Carries the answer out, once: the reply to be given, or null where that comes later. */
    @Nullable
    Reply settle() {
        if (settled) {
            throw new IllegalStateException("a question was settled twice");
        }
        settled = true;
        Reply reply = words;
        if (reply != null && reply.isError()) {
            return then.refused(reply);
        }
        return then.accepted(reply);
    }

    /** The session is gone, and no answer counts any more. */
    void drop() {
        answered = true;
        if (!settled) {
            settled = true;
            then.dropped();
        }
    }

    @Nullable
    Verb verb() {
        return verb;
    }

    long askedNanos() {
        return askedNanos;
    }
}
