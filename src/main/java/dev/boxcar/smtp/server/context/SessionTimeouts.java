// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.ProgressWatch;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.reply.PendingCommits;
import dev.boxcar.smtp.server.reply.PendingDecisions;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeouts of one session (RFC 5321 §4.5.3.2): how long it waits for its client, for decisions of ports and for the
 * sink, and what it does when the wait is too long. Activity only stores the time and does not move the timer. When the
 * timer fires, it checks how much time is really left. Confined to the loop thread.
 */
public final class SessionTimeouts implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionTimeouts.class);

    private final EventLoop loop;
    private final ServerContext server;
    private final TimedSession session;
    private final ReplyQueue replies;
    private final PendingDecisions decisions;
    private final PendingCommits commits;
    private final ProgressWatch progress;
    private @Nullable Timer timer;
    private long lastActivityNanos;

    /** The timeouts of a session that begins now. */
    public SessionTimeouts(
            LoopContext context,
            TimedSession session,
            ReplyQueue replies,
            PendingDecisions decisions,
            PendingCommits commits) {
        this.loop = context.loop();
        this.server = context.server();
        this.session = session;
        this.replies = replies;
        this.decisions = decisions;
        this.commits = commits;
        this.progress = new ProgressWatch(loop.turnNanos());
    }

    // ---- what the session reports

    /** Starts watching, or starts anew. */
    public void start() {
        touch();
        schedule();
    }

    /** The client or the server has made progress. */
    public void touch() {
        lastActivityNanos = loop.turnNanos();
    }

    /** Bytes of a line were received. */
    public void lineBytes() {
        progress.lineBytes(loop.turnNanos());
    }

    /** Bytes of a message were received. */
    public void messageBytes(int bytes) {
        touch();
        progress.messageBytes(bytes, loop.turnNanos());
    }

    /** A line or a message is complete. */
    public void itemEnded() {
        touch();
        progress.itemEnded();
    }

    /** The session has ended. */
    public void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- the timer

    /**
     * The timer fires at least once per shortest timeout, so that it also notices a wait that began after it was
     * scheduled.
     */
    private void schedule() {
        long waitNanos = Math.max(0, Math.min(server.shortestTimeoutNanos(), leftNanos()));
        Duration wait = Duration.ofNanos(waitNanos);
        if (timer == null) {
            timer = loop.schedule(wait, this);
        } else {
            loop.reschedule(timer, wait);
        }
    }

    /** Called by the timer. */
    @Override
    public void run() {
        if (leftNanos() > 0) {
            schedule();
        } else {
            expire();
        }
    }

    /** The time until the first timeout. */
    private long leftNanos() {
        Limits limits = server.limits();
        long now = loop.turnNanos();
        if (session.isAwaitingTls()) {
            return lastActivityNanos + Decision.TIMEOUT.toNanos() - now;
        }
        long left = Long.MAX_VALUE;
        if (!decisions.isEmpty()) {
            left = decisions.oldestNanos() + Decision.TIMEOUT.toNanos() - now;
        }
        if (!commits.isEmpty()) {
            left = Math.min(left, commits.oldestNanos() + limits.commitTimeout().toNanos() - now);
        }
        boolean clientWaits = left < Long.MAX_VALUE;
        if (!clientWaits) {
            Duration silence = session.isReceivingMessage() ? limits.dataTimeout() : limits.idleTimeout();
            left = lastActivityNanos + silence.toNanos() - now;
        }
        return session.isLeaving() ? left : Math.min(left, progressLeftNanos(clientWaits, now));
    }

    private long progressLeftNanos(boolean clientWaits, long now) {
        return clientWaits || !session.mayTakeInput()
                ? progress.pausedLeftNanos(server.progressBounds(), now)
                : progress.leftNanos(server.progressBounds(), now);
    }

    private void expire() {
        if (session.isAwaitingTls()) {
            LOG.warn("{} TLS was not available within {}", session, Decision.TIMEOUT);
            session.close();
            return;
        }
        Limits limits = server.limits();
        long now = loop.turnNanos();
        boolean sinkIsLate = !commits.isEmpty()
                && now - commits.oldestNanos() >= limits.commitTimeout().toNanos();
        boolean lastedTooLong = !session.isLeaving() && progress.isSessionOver(server.progressBounds(), now);
        if (!decisions.isEmpty() && !sinkIsLate && !lastedTooLong) {
            decisions.answerOverdue();
            start();
            return;
        }
        if (sinkIsLate) {
            LOG.warn("{} the sink did not answer within {}", session, limits.commitTimeout());
            session.discardReplies();
            commits.clear();
        }
        if (session.isLeaving()) {
            LOG.debug("{} closed before its client took the last replies", session);
            session.close();
        } else {
            replies.giveLast(sinkIsLate ? Replies.COMMIT_TOO_LONG : slownessReply(now));
            start();
        }
    }

    private Reply slownessReply(long now) {
        return switch (progress.slowness(server.progressBounds(), now)) {
            case NONE -> Replies.IDLE_TOO_LONG;
            case SESSION_TOO_LONG -> Replies.SESSION_TOO_LONG;
            case COMMAND_TOO_LONG -> Replies.COMMAND_TOO_LONG;
            case MESSAGE_TOO_SLOW -> Replies.MESSAGE_TOO_SLOW;
        };
    }
}
