// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long one session waits: for its client, for what it has asked, for the sink; and what is said when that is over (RFC 5321 §4.5.3.2). Confined to
 * the loop thread.
 */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private final SmtpSession session;
    private final EventLoop loop;
    private final Limits limits;
    private final Answers answers;
    private final Questions questions;
    private final Commits commits;
    private final Pace pace;
    private final IdleClock clock;

    Patience(SmtpSession session, Service service, Answers answers, Questions questions, Commits commits) {
        this.session = session;
        this.loop = session.loop();
        this.limits = service.limits();
        this.answers = answers;
        this.questions = questions;
        this.commits = commits;
        this.pace = new Pace(service.access(), limits, loop.turnNanos());
        this.clock = new IdleClock(loop, shortestWait(service), this::leftNanos, this::isOver);
    }

    private static Duration shortestWait(Service service) {
        Duration shortest = Pace.shortest(service.access(), service.limits().shortestWait());
        boolean mayAsk = service.policy() != null || service.authentication() != null || service.tls() != null;
        boolean questionsMayWait = mayAsk && Questions.PATIENCE.compareTo(shortest) < 0;
        return questionsMayWait ? Questions.PATIENCE : shortest;
    }

    /** The time begins. */
    void begin() {
        clock.start();
    }

    /** Something came or was done that counts as life. */
    void touch() {
        clock.touch();
    }

    /** Octets came, of a message or of something shorter. */
    void came(int octets, boolean message) {
        pace.came(octets, message, loop.turnNanos());
    }

    /** A line or a message has come to its end. */
    void itemEnds() {
        clock.touch();
        pace.ended();
    }

    /** The session is gone. */
    void end() {
        clock.stop();
    }

    private long leftNanos() {
        long now = loop.turnNanos();
        long left = Long.MAX_VALUE;
        if (questions.areWaiting()) {
            left = questions.waitingSinceNanos() + Questions.PATIENCE.toNanos() - now;
        }
        if (commits.areWaiting()) {
            left = Math.min(left, commits.waitingSinceNanos() + limits.commit().toNanos() - now);
        }
        Duration ofClient = session.hearsMessage() ? limits.data() : limits.idle();
        boolean weOwe = left < Long.MAX_VALUE;
        left = weOwe ? left : clock.touchedNanos() + ofClient.toNanos() - now;
        return session.isLeaving() ? left : Math.min(left, pace.leftNanos(now, weOwe || !session.mayTake()));
    }

    private void isOver() {
        long now = loop.turnNanos();
        boolean sinkIsLate = commits.areWaiting()
                && now - commits.waitingSinceNanos() >= limits.commit().toNanos();
        boolean lastedTooLong = !session.isLeaving() && pace.isOver(now);
        if (questions.areWaiting() && !sinkIsLate && !lastedTooLong) {
            questions.giveUp();
            clock.start();
            return;
        }
        if (sinkIsLate) {
            LOG.warn("{} the sink did not answer within {}", session, limits.commit());
            session.forgetAnswers();
            commits.forget();
        }
        if (session.isLeaving()) {
            LOG.debug("{} is left before its last replies were taken", session);
            session.close();
        } else {
            Reply late = pace.verdict(now);
            answers.giveLast(sinkIsLate ? Replies.COMMIT_TOO_LONG : late == null ? Replies.IDLE_TOO_LONG : late);
            clock.start();
        }
    }
}
