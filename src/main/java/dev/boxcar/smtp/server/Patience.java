// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long one session waits: for its client, for what it has asked, for the sink; and what is said when that is over
 * (RFC 5321 §4.5.3.2). Confined to the loop thread.
 */
final class Patience extends IdleClock {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private final Pace pace;

    Patience(SmtpSession session) {
        super(session);
        this.pace = new Pace(loop().turnNanos());
    }

    /** Bytes came, of a message or of something shorter. */
    void came(int bytes, boolean message) {
        pace.came(bytes, message, loop().turnNanos());
    }

    /** A line or a message has come to its end. */
    void itemEnds() {
        touch();
        pace.ended();
    }

    @Override
    long mostNanos() {
        return service().shortestWaitNanos();
    }

    @Override
    long leftNanos() {
        Limits limits = service().limits();
        long now = loop().turnNanos();
        if (session.isMute()) {
            return touchedNanos() + Questions.PATIENCE.toNanos() - now;
        }
        long left = Long.MAX_VALUE;
        Questions asked = session.questionsWaiting();
        if (asked != null) {
            left = asked.waitingSinceNanos() + Questions.PATIENCE.toNanos() - now;
        }
        if (commits().areWaiting()) {
            left = Math.min(
                    left, commits().waitingSinceNanos() + limits.commitTimeout().toNanos() - now);
        }
        Duration ofClient = session.hearsMessage() ? limits.dataTimeout() : limits.idleTimeout();
        boolean weOwe = left < Long.MAX_VALUE;
        left = weOwe ? left : touchedNanos() + ofClient.toNanos() - now;
        return session.isLeaving()
                ? left
                : Math.min(left, pace.leftNanos(service().pace(), now, weOwe || !session.mayTake()));
    }

    @Override
    void timeIsUp() {
        if (session.isMute()) {
            LOG.warn("{} client={} there was no TLS in {}", session, client().address(), Questions.PATIENCE);
            session.close();
            return;
        }
        Limits limits = service().limits();
        long now = loop().turnNanos();
        boolean sinkIsLate = commits().areWaiting()
                && now - commits().waitingSinceNanos() >= limits.commitTimeout().toNanos();
        boolean lastedTooLong = !session.isLeaving() && pace.isOver(service().pace(), now);
        Questions asked = session.questionsWaiting();
        if (asked != null && !sinkIsLate && !lastedTooLong) {
            asked.giveUp();
            start();
            return;
        }
        if (sinkIsLate) {
            LOG.warn("{} the sink did not answer within {}", session, limits.commitTimeout());
            session.forgetAnswers();
            commits().forget();
        }
        if (session.isLeaving()) {
            LOG.debug("{} is left before its last replies were taken", session);
            session.close();
        } else {
            Reply late = pace.verdict(service().pace(), now);
            answers().giveLast(sinkIsLate ? Replies.COMMIT_TOO_LONG : late == null ? Replies.IDLE_TOO_LONG : late);
            start();
        }
    }
}
