// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.Decision;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The questions of one session that wait for an answer, and what may go on meanwhile: recipients are decided at the
 * same time and carried out in their order; the end of a message holds up nothing; any other question shuts the gate.
 * Confined to the loop thread.
 */
public final class Questions extends SessionPart {
    static final Logger LOG = LoggerFactory.getLogger(Questions.class);
    /** How long a port may take. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MOST_RECIPIENTS = 32;

    /** How a command stands to those behind it while it waits for its answer. */
    enum Gate {
        /** Nothing is dispatched before the answer. */
        SHUT,
        /** More of the same kind may be asked, and are carried out in order. */
        RECIPIENT,
        /** The session goes on. */
        OPEN
    }

    /** Who is told of a late answer. */
    interface Deferred {
        /** The first answer to {@code question} is there. */
        void answered(Question question);
    }

    private record Waiting(Question question, LateReply reply, Gate gate) {}

    private @Nullable ArrayDeque<Waiting> waiting;
    private int shut;
    private int recipients;

    Questions(SmtpSession session) {
        super(session);
    }

    /** Puts a question; the reply if it was answered at once, else null: it comes in its place. */
    @Nullable
    Reply ask(@Nullable Verb verb, Gate gate, Question.Then then, Consumer<Decision> asking) {
        var question = new Question(loop(), verb, then);
        asking.accept(question);
        boolean overtakes = gate == Gate.RECIPIENT && recipients > 0;
        if (question.isAnswered() && !overtakes) {
            return question.settle();
        }
        await(question, answers().later(verb), gate);
        return null;
    }

    /** Puts a question whose reply has its place already. */
    void ask(LateReply place, Verb verb, Gate gate, Question.Then then, Consumer<Decision> asking) {
        var question = new Question(loop(), verb, then);
        asking.accept(question);
        if (question.isAnswered()) {
            complete(new Waiting(question, place, gate));
        } else {
            await(question, place, gate);
        }
    }

    private void await(Question question, LateReply place, Gate gate) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(new Waiting(question, place, gate));
        shut += gate == Gate.SHUT ? 1 : 0;
        recipients += gate == Gate.RECIPIENT ? 1 : 0;
        question.defer(this::settle);
    }

    private void complete(Waiting one) {
        Reply reply = one.question().settle();
        if (reply != null) {
            answers().complete(one.question().verb(), one.reply(), reply);
        }
    }

    /** Carries out every answer whose turn it is: a recipient's is held until those before it have theirs. */
    private void settle(Question news) {
        if (waiting == null) {
            return;
        }
        boolean recipientBefore = false;
        for (Waiting one : List.copyOf(waiting)) {
            boolean held = one.gate() == Gate.RECIPIENT && recipientBefore;
            if (!one.question().isAnswered() || held) {
                recipientBefore |= one.gate() == Gate.RECIPIENT;
            } else if (waiting != null && waiting.remove(one)) {
                shut -= one.gate() == Gate.SHUT ? 1 : 0;
                recipients -= one.gate() == Gate.RECIPIENT ? 1 : 0;
                complete(one);
            }
        }
        if (waiting != null && waiting.isEmpty()) {
            waiting = null; // an idle session keeps no memory
        }
        answers().goOn();
    }

    /** Whether the next command may be heard at all. */
    boolean letOn() {
        return shut == 0 && recipients < MOST_RECIPIENTS;
    }

    /** Recipients that are not decided. */
    int recipients() {
        return recipients;
    }

    boolean areWaiting() {
        return waiting != null;
    }

    /** Since when the longest of them has been waiting; ask only while there is one. */
    long waitingSinceNanos() {
        if (waiting == null) {
            throw new IllegalStateException("no question waits for an answer");
        }
        return waiting.element().question().askedNanos();
    }

    /** Who has been asked for too long is answered for (451 4.7.0; AUTH 454; at connect, 421). */
    void giveUp() {
        if (waiting == null) {
            return;
        }
        long latest = loop().turnNanos() - PATIENCE.toNanos();
        for (Waiting one : List.copyOf(waiting)) {
            if (one.question().askedNanos() <= latest) {
                LOG.warn(
                        "no answer within {} to a question about {}",
                        PATIENCE,
                        one.question().verb());
                one.question().answer(undecided(one.question().verb()));
            }
        }
    }

    private static Reply undecided(@Nullable Verb verb) {
        if (verb == null) {
            return Replies.NOT_DECIDED_CONNECT;
        } else if (verb == Verb.STARTTLS) {
            return Replies.TLS_UNAVAILABLE;
        }
        return verb == Verb.AUTH ? Replies.AUTH_UNAVAILABLE : Replies.NOT_DECIDED;
    }

    /** The session is gone: no answer counts any more. */
    void dropAll() {
        ArrayDeque<Waiting> dropped = waiting;
        waiting = null;
        shut = 0;
        recipients = 0;
        if (dropped != null) {
            dropped.forEach(one -> one.question().drop());
        }
    }
}
