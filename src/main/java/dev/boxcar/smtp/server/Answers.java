// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.ReplyFault;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one session says: one reply a command, in order, at once or in a place kept for it (RFC 2920 §3.2). Counts the
 * mistakes of the client, lets {@link Faults} happen to replies, and tells the listener. Confined to the loop thread.
 */
final class Answers extends SessionPart {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private boolean heldBack;
    private long places;
    private int mistakes;

    Answers(SmtpSession session) {
        super(session);
    }

    /** Gives the reply to what was just heard. */
    void give(@Nullable Verb verb, Reply reply) throws IOException {
        Reply said = judged(verb, reply);
        if (!service().access().errorDelay().isZero() && isMistake(verb, reply)) {
            holdBack(verb, said);
            return;
        }
        say(verb, said);
        if (ends(said)) {
            session.leave();
        } else if (verb == null || verb.group() == Verb.Group.LAST) {
            session.flushAnswers(); // RFC 2920 §3.2 (4): these answers may not be held back
        }
    }

    /** The answer to a mistake leaves later, and nothing is heard before it has. */
    private void holdBack(@Nullable Verb verb, Reply said) {
        LateReply late = later(verb);
        heldBack = true;
        session.later(service().access().errorDelay(), () -> {
            heldBack = false;
            log(said);
            know(late, said, fault(verb, said));
            if (ends(said) && !session.isLeaving()) {
                session.leave();
            }
            session.interestChanged();
        });
    }

    /** Whether an answer is held back: nothing is heard meanwhile. */
    boolean areHeldBack() {
        return heldBack;
    }

    /** Gives a reply that nobody asked for, and ends the session; a chunk that is not complete is answered so. */
    void giveLast(Reply reply) {
        LateReply open = session.takeOpenPlace();
        if (open == null) {
            say(null, reply);
        } else {
            log(reply);
            know(open, reply, fault(Verb.BDAT, reply));
        }
        session.leave();
    }

    /** Keeps a place for a reply that is to come. */
    LateReply later(@Nullable Verb verb) {
        var late = new LateReply(session, places++);
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.queued(late.place(), verb, loop().turnNanos());
        }
        session.send(late);
        return late;
    }

    /** Gives the reply for which a place was kept. */
    void complete(@Nullable Verb verb, LateReply late, Reply reply) {
        Reply said = judged(verb, reply);
        log(said);
        ReplyFault fault = fault(verb, said);
        know(late, said, fault);
        if (ends(said) && !session.isLeaving()) {
            session.leave();
        }
        session.answerKnown();
    }

    /** Something that was waited for is settled: what it held up goes on. */
    void goOn() {
        session.goOnHearing();
    }

    private void say(@Nullable Verb verb, Reply reply) {
        log(reply);
        ReplyFault fault = fault(verb, reply);
        if (fault != null) {
            know(later(verb), reply, fault);
            return;
        }
        SessionListener listener = session.listener;
        if (listener != null) {
            listener.queued(places, verb, loop().turnNanos());
            listener.ready(places, reply, reply.bytes().length, loop().turnNanos());
        }
        places++;
        session.send(reply.bytes());
    }

    /** What is answered instead of carrying out a command, where faults are made; else null. */
    @Nullable
    Reply instead(Verb verb) {
        Faults faults = service().faults();
        return faults == null ? null : faults.instead(client(), verb);
    }

    private @Nullable ReplyFault fault(@Nullable Verb verb, Reply reply) {
        Faults faults = service().faults();
        return faults == null ? null : faults.reply(client(), verb, reply);
    }

    private void know(LateReply late, Reply reply, @Nullable ReplyFault fault) {
        SessionListener listener = session.listener;
        if (listener != null) {
            int bytes = fault == null ? reply.bytes().length : fault.length();
            listener.ready(late.place(), reply, bytes, loop().turnNanos());
        }
        if (fault == null) {
            late.complete(reply);
        } else {
            LOG.debug("{} fault in reply={}", session, late.place());
            late.complete(fault);
        }
    }

    private void log(Reply reply) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} S: {} {}", session, reply.code(), reply.lines());
        }
    }

    private Reply judged(@Nullable Verb verb, Reply reply) {
        Reply said = session.mayUseUtf8() ? reply : reply.inAscii();
        return isMistake(verb, said) && ++mistakes > service().limits().errors() ? Replies.TOO_MANY_ERRORS : said;
    }

    /**
     * So is each failed AUTH. A parameter that RCPT does not know is no reason to think ill of a client: others may be
     * there to be tried.
     */
    private static boolean isMistake(@Nullable Verb verb, Reply reply) {
        int code = reply.code();
        return (code >= 500 && code <= 504) || code == 535 || (code == 555 && verb != Verb.RCPT);
    }

    private static boolean ends(Reply reply) {
        return reply.code() == 221 || reply.code() == 421 || reply.equals(Replies.CHUNK_WITHOUT_SIZE);
    }
}
