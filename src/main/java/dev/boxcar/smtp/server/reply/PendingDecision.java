// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.Decision;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question that a session has asked a port, until the port answers. Any thread may call the methods of
 * {@link Decision}; everything else is confined to the loop thread.
 */
final class PendingDecision implements Decision {
    private static final Logger LOG = LoggerFactory.getLogger(PendingDecision.class);

    private final EventLoop loop;
    private final @Nullable Verb verb;
    private final DecisionHandler handler;
    private final long askedNanos;
    private @Nullable Reply reply;
    private boolean answered;
    private boolean carriedOut;
    private @Nullable Consumer<PendingDecision> onAnswer;

    PendingDecision(EventLoop loop, @Nullable Verb verb, DecisionHandler handler) {
        this.loop = loop;
        this.verb = verb;
        this.handler = handler;
        this.askedNanos = loop.turnNanos();
    }

    @Override
    public void accept() {
        take(null);
    }

    @Override
    public void answer(Reply words) {
        if (words.code() / 100 == 3) {
            throw new IllegalArgumentException("a decision cannot be answered with " + words);
        }
        take(words);
    }

    private void take(@Nullable Reply words) {
        if (loop.inLoop()) {
            takeOnLoop(words);
            return;
        }
        try {
            loop.execute(() -> takeOnLoop(words));
        } catch (RejectedExecutionException e) {
            LOG.debug("a decision came after the server had ended: {}", e.toString());
        }
    }

    private void takeOnLoop(@Nullable Reply words) {
        if (answered) {
            return;
        }
        answered = true;
        reply = words;
        if (onAnswer != null) {
            onAnswer.accept(this);
        }
    }

    /** From now on {@code listener} is told when the answer comes. */
    void onAnswer(Consumer<PendingDecision> listener) {
        onAnswer = listener;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Carries the answer out, once; returns the reply to give, or {@link Replies#LATER}. */
    Reply carryOut() {
        if (carriedOut) {
            throw new IllegalStateException("a decision was carried out twice");
        }
        carriedOut = true;
        Reply words = reply;
        if (words != null && words.isError()) {
            return handler.refused(words);
        }
        return handler.accepted(words);
    }

    /** The session has ended, and no answer counts any more. */
    void drop() {
        answered = true;
        if (!carriedOut) {
            carriedOut = true;
            handler.dropped();
        }
    }

    /** The command that the decision is about; null for the connection. */
    @Nullable
    Verb verb() {
        return verb;
    }

    long askedNanos() {
        return askedNanos;
    }
}
