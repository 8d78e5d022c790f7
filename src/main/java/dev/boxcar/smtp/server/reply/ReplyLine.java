// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.ReplyFraming;
import dev.boxcar.smtp.server.port.ReplyHold;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the replies of one session with faults leave, and in which writes: the delays, holds, framings and drops
 * of {@link Fault}, and the {@link LineConditions}. Replies that are due together leave together. A session has one
 * timer for all of its replies. Confined to the loop thread.
 *
 * <p>A reply is never early. Two writes are kept apart by {@link #GAP}, so that the client can read them apart.
 */
public final class ReplyLine {
    private static final Duration GAP = Duration.ofMillis(1);
    /** How long a reply waits for the next one that it leaves with. */
    private static final Duration GLUE_TIMEOUT = Duration.ofMillis(50);
    /** How long the last bytes have to reach the client before the connection is reset. */
    private static final Duration RESET_DELAY = Duration.ofMillis(10);

    private static final byte[] NOTHING = {};
    private static final double SECONDS_PER_SLICE = 0.01;

    private final EventLoop loop;
    private final ReplyChannel channel;
    private final SessionFaults faults;
    private final LineClock clock;
    private final LoopAlarm alarm;
    private final LoopAlarm pauseAlarm;
    /** The replies that have not left, in order. */
    private final ArrayDeque<DeferredReply> waiting = new ArrayDeque<>();

    /** When the last reply was due. */
    private long frontierNanos;
    /** The turn of the loop in which the last reply was released. Everything released in earlier turns has left. */
    private long releaseTurnNanos;
    /** The reply released last shares its write with no other. */
    private boolean lastWasAlone;

    private boolean isPaused;
    private long pauseEndNanos;
    /** The reply that ends the connection is queued. */
    private boolean dropping;

    private boolean ended;
    /** The server shuts down: nothing waits any longer. */
    private boolean hurried;
    /** The hold that the first reply waits for. */
    private @Nullable ReplyHold held;

    private final Runnable onRelease = this::released;

    /** The line of a session that begins now. */
    public ReplyLine(EventLoop loop, ReplyChannel channel, SessionFaults faults) {
        this.loop = loop;
        this.channel = channel;
        this.faults = faults;
        this.clock = new LineClock(loop.nowNanos());
        this.alarm = new LoopAlarm(loop, this::pump);
        this.pauseAlarm = new LoopAlarm(loop, this::resumeInput);
        this.frontierNanos = loop.nowNanos();
    }

    // ---- input

    /** The faults that happen to the session. */
    SessionFaults faults() {
        return faults;
    }

    /** This many bytes were read. They are processed when they have arrived. */
    void inputRead(int bytes) {
        pauseInput(clock.inputRead(faults.line(), bytes, loop.nowNanos()));
    }

    /** Lets the session process no input for this time. */
    void pauseInput(Duration time) {
        if (!time.isZero()) {
            long end = loop.nowNanos() + time.toNanos();
            pauseEndNanos = isPaused && pauseEndNanos - end > 0 ? pauseEndNanos : end;
            isPaused = true;
            pauseAlarm.set(pauseEndNanos - loop.nowNanos());
        }
    }

    private void resumeInput() {
        isPaused = false;
        channel.interestChanged();
    }

    /** Whether further input may be processed. */
    boolean allowInput() {
        return !isPaused && !dropping && !ended;
    }

    /** These bytes of a message were read; the connection may end here. */
    void contentRead(byte[] bytes, int from, int to) throws IOException {
        ConnectionDrop.How how = faults.content(bytes, from, to);
        if (how == null || ended) {
            return;
        }
        channel.flushReplies();
        if (how == ConnectionDrop.How.RST) {
            channel.reset(); // now, because the message may be complete
        } else {
            end(how);
        }
    }

    // ---- replies

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

    /** Creates a reply that is not known yet, and queues it if it will ever leave. */
    DeferredReply add(long number, Fault fault) {
        var slot = new ReplySlot(clock.arrivalNanos(faults.line(), number), fault);
        var reply = new DeferredReply(number, slot);
        if (fault.answered() && !ended) {
            waiting.add(reply);
        } else {
            slot.finish();
        }
        return reply;
    }

    /** Changes what happens to a reply that is not known yet. */
    void setFault(DeferredReply reply, Fault fault) {
        slot(reply).setFault(fault);
        pauseInput(fault.stopReading());
    }

    /** The bytes of the reply that will leave; none if it does not leave. */
    byte[] wireForm(DeferredReply reply, Reply known) {
        ReplySlot slot = slot(reply);
        byte[] wire = known.bytes();
        ConnectionDrop drop = slot.fault().drop();
        if (slot.isFinished() || (drop != null && drop.point() == ConnectionDrop.Point.BEFORE_REPLY)) {
            return NOTHING;
        }
        boolean isCut = drop != null && drop.point() == ConnectionDrop.Point.IN_REPLY;
        return isCut ? Arrays.copyOf(wire, wire.length / 2) : wire;
    }

    /** What happens to a reply of a line. */
    static Fault fault(DeferredReply reply) {
        return slot(reply).fault();
    }

    /** The reply ends the connection: nothing after its command is processed. */
    void stopInput() {
        dropping = true;
    }

    /** A reply of the line is known. */
    void known(DeferredReply reply, byte[] wire) {
        ReplySlot slot = slot(reply);
        reply.setKnown();
        slot.setKnown(wire, loop.nowNanos());
        dropping |= slot.fault().drop() != null && !slot.isFinished();
        pump();
    }

    /** There will be no such reply. */
    void omit(DeferredReply reply) {
        reply.setKnown();
        slot(reply).finish();
        waiting.remove(reply);
        pump();
    }

    private static ReplySlot slot(DeferredReply reply) {
        ReplySlot slot = reply.slot();
        if (slot == null) {
            throw new IllegalStateException("reply " + reply.number() + " is not in a line");
        }
        return slot;
    }

    // ---- time

    /** Releases all replies that are due. */
    private void pump() {
        long now = loop.nowNanos();
        for (DeferredReply first = waiting.peek(); first != null; first = waiting.peek()) {
            ReplySlot slot = slot(first);
            if (!first.isKnown()) {
                return;
            }
            if (isHeld(slot)) {
                if (!hurried) {
                    return;
                }
                waiting.remove(first);
                slot.finish();
                continue;
            }
            long due = slot.hasBegun() ? slot.nextNanos() : dueNanos(slot);
            if (due - now > 0 && !hurried) {
                alarm.set(due - now);
                return;
            }
            if (!slot.hasBegun()) {
                frontierNanos = due;
                if (isDroppedBefore(slot)) {
                    end(slot);
                    return;
                }
            }
            if (!release(first, slot, due)) {
                return;
            }
        }
    }

    private long dueNanos(ReplySlot first) {
        long due = first.dueNanos(frontierNanos);
        if (first.framing().kind() == ReplyFraming.Kind.GLUED) {
            due = gluedDueNanos(due);
        }
        return clock.quietNanos(faults.line(), due);
    }

    /** A glued reply is due with the first reply after it that is not glued; if that is not known, after a time. */
    private long gluedDueNanos(long firstDue) {
        long due = firstDue;
        for (DeferredReply reply : waiting) {
            ReplySlot slot = slot(reply);
            if (!reply.isKnown()) {
                break;
            }
            due = slot.dueNanos(due);
            if (slot.framing().kind() != ReplyFraming.Kind.GLUED) {
                return due;
            }
        }
        return lastGluedKnownNanos() + GLUE_TIMEOUT.toNanos();
    }

    private long lastGluedKnownNanos() {
        long last = frontierNanos;
        for (DeferredReply reply : waiting) {
            ReplySlot slot = slot(reply);
            if (!reply.isKnown()) {
                break;
            }
            last = slot.knownNanos();
        }
        return last;
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

    /** A hold was released, on any thread. */
    private void released() {
        loop.execute(() -> {
            held = null;
            pump();
        });
    }

    // ---- release

    /** Releases the next bytes of the first reply, in its write. Returns false if that must wait. */
    private boolean release(DeferredReply first, ReplySlot slot, long due) {
        LineConditions line = faults.line();
        int bytes = slot.nextBytes(bytesPerSlice(line));
        if (line.bitsPerSecond() > 0 && !slot.isTimed() && !hurried) {
            slot.time(clock.sentNanos(line, bytes, due));
            return true;
        }
        boolean isAlone = slot.framing().isAlone();
        boolean isSameWrite = releaseTurnNanos == loop.turnNanos();
        if (isSameWrite && (isAlone || lastWasAlone) && !hurried) {
            alarm.set(GAP.toNanos());
            return false;
        }
        first.release(slot.bytes(), slot.released(), bytes);
        slot.advance(bytes);
        passed();
        lastWasAlone = isAlone;
        channel.replyReady();
        if (slot.hasLeft()) {
            finish(first, slot);
        }
        return true;
    }

    private static int bytesPerSlice(LineConditions line) {
        return line.bitsPerSecond() == 0
                ? Integer.MAX_VALUE
                : (int) Math.max(1, line.bitsPerSecond() / 8.0 * SECONDS_PER_SLICE);
    }

    private void finish(DeferredReply first, ReplySlot slot) {
        waiting.remove(first);
        slot.finish();
        if (slot.fault().drop() != null) {
            end(slot);
        }
    }

    // ---- the end

    private static boolean isDroppedBefore(ReplySlot slot) {
        ConnectionDrop drop = slot.fault().drop();
        return drop != null && drop.point() == ConnectionDrop.Point.BEFORE_REPLY;
    }

    private void end(ReplySlot slot) {
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
        for (DeferredReply reply : waiting) {
            slot(reply).finish();
        }
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
        faults.closed();
        alarm.cancel();
        pauseAlarm.cancel();
        if (held != null) {
            held.forget(onRelease);
        }
    }
}
