// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.Decision;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions that one session waits for. Several recipients may be undecided at a time; their decisions are carried
 * out in the order of the commands. A decision about a complete message does not stop the session. Any other decision
 * keeps the session from processing input. Confined to the loop thread.
 */
public final class PendingDecisions {
    private static final Logger LOG = LoggerFactory.getLogger(PendingDecisions.class);
    private static final int MAX_RECIPIENTS = 32;

    /** What the session may do while a decision is pending. */
    public enum Gate {
        /** It processes no further input. */
        SHUT,
        /** It processes further RCPT commands, which are carried out in order. */
        RECIPIENT,
        /** It processes any further input. */
        OPEN
    }

    /** Continues the session when decisions have been carried out. */
    @FunctionalInterface
    public interface Resumption {
        void resume();
    }

    private record Waiting(PendingDecision decision, DeferredReply reply, Gate gate) {}

    private final EventLoop loop;
    private final ReplyQueue replies;
    private final Resumption resumption;
    /** Null while nothing is pending, so that an idle session needs no memory for it. */
    private @Nullable ArrayDeque<Waiting> waiting;

    private int shut;
    private int recipients;

    /**
     * Starts without pending decisions. {@code resumption} is called each time that pending decisions were carried out.
     */
    public PendingDecisions(EventLoop loop, ReplyQueue replies, Resumption resumption) {
        this.loop = loop;
        this.replies = replies;
        this.resumption = resumption;
    }

    /**
     * Asks a port. Returns the reply if the port answers at once, and {@link Replies#LATER} otherwise: a place in the
     * queue is then reserved for it.
     *
     * @param verb the command to be decided; null for the connection
     * @param question asks the port and passes it the decision
     */
    public Reply ask(@Nullable Verb verb, Gate gate, DecisionHandler handler, Consumer<Decision> question) {
        var decision = new PendingDecision(loop, verb, handler);
        question.accept(decision);
        boolean mustWait = gate == Gate.RECIPIENT && recipients > 0; // for the recipients before this one
        if (decision.isAnswered() && !mustWait) {
            return decision.carryOut();
        }
        await(decision, replies.defer(verb), gate);
        return Replies.LATER;
    }

    /** Asks a port about a command whose reply has its place in the queue already. */
    public void ask(DeferredReply reply, Verb verb, Gate gate, DecisionHandler handler, Consumer<Decision> question) {
        var decision = new PendingDecision(loop, verb, handler);
        question.accept(decision);
        if (decision.isAnswered()) {
            carryOut(new Waiting(decision, reply, gate));
        } else {
            await(decision, reply, gate);
        }
    }

    private void await(PendingDecision decision, DeferredReply reply, Gate gate) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(new Waiting(decision, reply, gate));
        shut += gate == Gate.SHUT ? 1 : 0;
        recipients += gate == Gate.RECIPIENT ? 1 : 0;
        decision.onAnswer(this::carryOutAnswered);
    }

    private void carryOut(Waiting one) {
        Reply reply = one.decision().carryOut();
        if (!Replies.isLater(reply)) {
            replies.complete(one.decision().verb(), one.reply(), reply);
        }
    }

    /** Carries out every answer whose turn it is: a recipient waits for the recipients before it. */
    private void carryOutAnswered(PendingDecision answered) {
        if (waiting == null) {
            return;
        }
        boolean recipientBefore = false;
        for (Waiting one : List.copyOf(waiting)) {
            boolean mustWait = one.gate() == Gate.RECIPIENT && recipientBefore;
            if (!one.decision().isAnswered() || mustWait) {
                recipientBefore |= one.gate() == Gate.RECIPIENT;
            } else if (waiting != null && waiting.remove(one)) {
                shut -= one.gate() == Gate.SHUT ? 1 : 0;
                recipients -= one.gate() == Gate.RECIPIENT ? 1 : 0;
                carryOut(one);
            }
        }
        if (waiting != null && waiting.isEmpty()) {
            waiting = null;
        }
        resumption.resume();
    }

    /** Whether the session may process further input. */
    public boolean allowInput() {
        return shut == 0 && recipients < MAX_RECIPIENTS;
    }

    /** The number of undecided recipients. */
    public int recipients() {
        return recipients;
    }

    public boolean isEmpty() {
        return waiting == null;
    }

    /** When the oldest pending decision was asked for. Only while one is pending. */
    public long oldestNanos() {
        if (waiting == null) {
            throw new IllegalStateException("no decision is pending");
        }
        return waiting.element().decision().askedNanos();
    }

    /** Answers in place of the ports that have taken too long: 451, at STARTTLS and AUTH 454, at connect 421. */
    public void answerOverdue() {
        if (waiting == null) {
            return;
        }
        long latest = loop.turnNanos() - Decision.TIMEOUT.toNanos();
        for (Waiting one : List.copyOf(waiting)) {
            if (one.decision().askedNanos() <= latest) {
                Verb verb = one.decision().verb();
                LOG.warn("no decision within {} about {}", Decision.TIMEOUT, verb == null ? "a connection" : verb);
                one.decision().answer(overdueReply(verb));
            }
        }
    }

    private static Reply overdueReply(@Nullable Verb verb) {
        if (verb == null) {
            return Replies.NOT_DECIDED_CONNECT;
        } else if (verb == Verb.STARTTLS) {
            return Replies.TLS_UNAVAILABLE;
        }
        return verb == Verb.AUTH ? Replies.AUTH_UNAVAILABLE : Replies.NOT_DECIDED;
    }

    /** The session has ended: no answer counts any more. */
    public void dropAll() {
        ArrayDeque<Waiting> dropped = waiting;
        waiting = null;
        shut = 0;
        recipients = 0;
        if (dropped != null) {
            dropped.forEach(one -> one.decision().drop());
        }
    }
}
