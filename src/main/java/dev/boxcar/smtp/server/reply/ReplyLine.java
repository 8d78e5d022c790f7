// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.ReplyHold;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the replies of one session with faults leave, and in which writes: the delays, holds, framings and drops
 * of {@link Fault}, and the {@link LineConditions}. Replies that are due together leave together, and none is early. A
 * session has one timer for all of its replies. Confined to the loop thread.
 */
final class ReplyLine {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyLine.class);

    /** Two writes are at least this far apart, so that the client can read them apart. */
    private static final Duration GAP = Duration.ofMillis(1);
    /** How long a reply waits for the next one that it leaves with. */
    private static final Duration GLUE_TIMEOUT = Duration.ofMillis(50);
    /** How long the last bytes have to reach the client before the connection is reset. */
    private static final Duration RESET_DELAY = Duration.ofMillis(10);

    private final EventLoop loop;
    private final ReplyChannel channel;
    private final SessionFaults faults;
    private final LineClock clock;
    private final LoopAlarm alarm;
    /** The replies that have not left, in order. */
    private final ArrayDeque<ReplySlot> waiting = new ArrayDeque<>();

    /** When the last reply was due. */
    private long frontierNanos;
    /** The turn of the loop in which the last reply was released. Everything released in earlier turns has left. */
    private long releaseTurnNanos;
    /** The reply released last shares its write with no other. */
    private boolean lastWasAlone;
    /** The reply that ends the connection is queued. */
    private boolean dropping;

    private boolean inputEnded;
    private boolean ended;
    /** The server shuts down: nothing waits any longer. */
    private boolean hurried;
    /** The hold that the first reply waits for; null for none. */
    private @Nullable ReplyHold held;

    private final Runnable onRelease = this::holdReleased;

    /** The line of a session that begins now. */
    ReplyLine(EventLoop loop, ReplyChannel channel, SessionFaults faults) {
        this.loop = loop;
        this.channel = channel;
        this.faults = faults;
        this.clock = new LineClock(loop.nowNanos());
        this.alarm = new LoopAlarm(loop, this::pump);
        this.frontierNanos = loop.nowNanos();
    }

    // ---- what the session reports

    /** This many bytes were read. Returns how long they take to arrive. */
    Duration inputRead(int bytes) {
        return clock.inputRead(faults.line(), bytes, loop.nowNanos());
    }

    /** A reply that ends the connection is queued: nothing after its command is processed. */
    void stopInput() {
        dropping = true;
    }

    /** The client has finished sending. */
    void inputEnded() {
        inputEnded = true;
        pump();
    }

    /** Whether further input may be processed. */
    boolean allowInput() {
        return !dropping && !ended;
    }

    /** Whether a reply without a fault may leave past the line: nothing delays it. */
    boolean isIdle() {
        boolean isFree = waiting.isEmpty() && !lastWasAlone && !ended;
        return isFree && faults.line().equals(LineConditions.NONE);
    }

    /** A reply leaves past the line. */
    void passed() {
        releaseTurnNanos = loop.turnNanos();
    }

    /** Whether the connection ends, so that no further reply leaves. */
    boolean hasEnded() {
        return ended;
    }

    // ---- replies

    /** Creates a place for the reply with this number, and queues it if the reply will ever leave. */
    ReplySlot add(long number, Fault fault) {
        var slot = new ReplySlot(clock.arrivalNanos(faults.line(), number), fault);
        if (fault.answered() && !ended) {
            waiting.add(slot);
        } else {
            slot.finish();
        }
        return slot;
    }

    /** These bytes of the reply will leave. */
    void known(ReplySlot slot, byte[] wire) {
        slot.setKnown(wire, loop.nowNanos());
        dropping |= slot.fault().drop() != null && !ended;
        pump();
    }

    /** There will be no such reply. */
    void omit(ReplySlot slot) {
        slot.finish();
        waiting.remove(slot);
        pump();
    }

    /** Releases all replies that are due. */
    private void pump() {
        for (ReplySlot first = waiting.peek(); first != null && first.isKnown(); first = waiting.peek()) {
            if (isHeld(first)) {
                if (!hurried) {
                    endIfForgotten(first);
                    return;
                }
                omitHeld(first);
            } else if (!isDue(first) || !advance(first)) {
                return;
            }
        }
    }

    private boolean isHeld(ReplySlot slot) {
        ReplyHold hold = slot.fault().hold();
        if (hold == null || hold.isReleased()) {
            return false;
        } else if (held == hold) {
            return true;
        }
        held = hold;
        return hold.onRelease(onRelease);
    }

    /** Nobody waits for a reply that never leaves. */
    private void endIfForgotten(ReplySlot first) {
        ReplyHold hold = first.fault().hold();
        if (inputEnded && hold != null && hold.isEndless()) {
            end(ConnectionDrop.How.FIN);
        }
    }

    /** A hold was released, on any thread. */
    private void holdReleased() {
        try {
            loop.execute(() -> {
                held = null;
                pump();
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{} ended with its server", channel);
        }
    }

    private void omitHeld(ReplySlot slot) {
        waiting.remove(slot);
        slot.finish();
    }

    /** Whether the next bytes of the first reply are due. If not, the line goes on when they are. */
    private boolean isDue(ReplySlot first) {
        if (first.hasBegun() && !first.isTimed()) {
            return true; // the next write of a reply that is divided
        }
        long due = first.hasBegun() ? first.nextNanos() : dueNanos(first);
        long left = due - loop.nowNanos();
        if (left > 0 && !hurried) {
            alarm.set(left);
            return false;
        } else if (!hasLooked(first, due) && !hurried) {
            alarm.set(GAP.toNanos());
            return false;
        }
        if (!first.hasBegun()) {
            frontierNanos = due;
        }
        return true;
    }

    /**
     * Whether the loop has looked for input since the reply was due, if it was held back or delayed: in a turn that
     * takes long, what the client sent in the meantime is not read yet.
     */
    private boolean hasLooked(ReplySlot first, long due) {
        boolean leavesAtOnce =
                faults.line().hold().isZero() && first.fault().delay().isZero();
        return leavesAtOnce || loop.turnNanos() - due >= 0;
    }

    private long dueNanos(ReplySlot first) {
        long due = first.isGlued() ? gluedDueNanos() : first.dueNanos(frontierNanos);
        return clock.quietNanos(faults.line(), due);
    }

    /** A glued reply is due with the first reply after it that is not glued; if there is none yet, after a time. */
    private long gluedDueNanos() {
        long due = frontierNanos;
        long lastKnown = frontierNanos;
        for (ReplySlot slot : waiting) {
            if (!slot.isKnown()) {
                break;
            }
            due = slot.dueNanos(due);
            lastKnown = slot.knownNanos();
            if (!slot.isGlued()) {
                return due;
            }
        }
        return Math.max(due - lastKnown, GLUE_TIMEOUT.toNanos()) + lastKnown;
    }

    /** Takes the next step with a reply that is due. Returns false if nothing after it may leave now. */
    private boolean advance(ReplySlot first) {
        if (first.isDropped(ConnectionDrop.Point.BEFORE_REPLY)) {
            endAt(first);
            return false;
        }
        LineConditions line = faults.line();
        int bytes = first.nextBytes(clock.bytesPerSlice(line));
        if (line.bitsPerSecond() > 0 && !first.isTimed() && !hurried) {
            first.time(clock.sentNanos(line, bytes, frontierNanos));
            return true;
        }
        return release(first, bytes);
    }

    /** Releases the next bytes, unless they would leave in a write that they must not share. */
    private boolean release(ReplySlot first, int bytes) {
        boolean isAlone = first.framing().isAlone();
        boolean isSameWrite = releaseTurnNanos == loop.turnNanos();
        if (isSameWrite && (isAlone || lastWasAlone) && !hurried) {
            alarm.set(GAP.toNanos());
            return false;
        }
        first.release(bytes);
        lastWasAlone = isAlone;
        passed();
        channel.replyReady();
        if (first.isReleased()) {
            waiting.remove(first);
            first.finish();
            endAt(first);
        }
        return true;
    }

    // ---- the end

    private void endAt(ReplySlot slot) {
        ConnectionDrop drop = slot.fault().drop();
        if (drop != null) {
            end(drop.how());
        }
    }

    /** Ends the connection after everything that was released so far. Replies that wait do not leave. */
    void end(ConnectionDrop.How how) {
        if (ended) {
            return;
        }
        ended = true;
        waiting.forEach(ReplySlot::finish);
        waiting.clear();
        switch (how) {
            case FIN -> channel.closeAfterReplies();
            case HALF_CLOSE -> channel.halfCloseAfterReplies();
            case RST -> channel.later(RESET_DELAY, channel::reset);
        }
        channel.interestChanged();
    }

    /** The server shuts down: replies leave now, and those that are held do not leave. */
    void hurry() {
        hurried = true;
        pump();
    }

    /** The session has ended. */
    void close() {
        ended = true;
        alarm.cancel();
        if (held != null) {
            held.forget(onRelease);
        }
    }
}
