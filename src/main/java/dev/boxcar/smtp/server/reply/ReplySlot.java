// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.Producer;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.ReplyFraming;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The place of one reply in a {@link ReplyLine}, and how far it has left. Confined to the loop thread. */
final class ReplySlot {
    private static final byte[] NOTHING = {};

    /** When the reply arrives at the client's end of the line, if nothing before it delays it. */
    private final long arrivalNanos;

    private Fault fault;
    private byte[] bytes = NOTHING;
    private boolean known;
    private long knownNanos;
    /** How many bytes have been released. */
    private int released;
    /** What was released and has not been taken. */
    private @Nullable ByteBuffer ready;
    /** When the next bytes leave, if {@link #timed}. */
    private long nextNanos;

    private boolean timed;
    private boolean finished;

    ReplySlot(long arrivalNanos, Fault fault) {
        this.arrivalNanos = arrivalNanos;
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }

    void setFault(Fault newFault) {
        fault = newFault;
    }

    // ---- what leaves

    /** The bytes of the reply that will leave: all, or a part if the connection ends in it, or none. */
    byte[] wireForm(Reply reply) {
        ConnectionDrop drop = fault.drop();
        if (finished || isDropped(ConnectionDrop.Point.BEFORE_REPLY)) {
            return NOTHING;
        }
        boolean isCut = drop != null && isDropped(ConnectionDrop.Point.IN_REPLY);
        return isCut ? Arrays.copyOf(reply.bytes(), reply.bytes().length / 2) : reply.bytes();
    }

    /** Whether the connection ends at this point of the reply. */
    boolean isDropped(ConnectionDrop.Point point) {
        ConnectionDrop drop = fault.drop();
        return drop != null && drop.point() == point;
    }

    ReplyFraming framing() {
        return fault.framing();
    }

    boolean isGlued() {
        return framing().kind() == ReplyFraming.Kind.GLUED;
    }

    void setKnown(byte[] wire, long nanos) {
        bytes = wire;
        known = true;
        knownNanos = nanos;
    }

    boolean isKnown() {
        return known;
    }

    long knownNanos() {
        return knownNanos;
    }

    /** The number of bytes that leave next, at most {@code maximum}. */
    int nextBytes(int maximum) {
        return Math.min(maximum, framing().endOfWrite(bytes, released) - released);
    }

    /** The next bytes may leave. */
    void release(int count) {
        ByteBuffer unsent = ready;
        ready = unsent == null
                ? ByteBuffer.wrap(bytes, released, count)
                : ByteBuffer.allocate(unsent.remaining() + count)
                        .put(unsent)
                        .put(bytes, released, count)
                        .flip();
        released += count;
        timed = false;
    }

    boolean isReleased() {
        return released == bytes.length;
    }

    /** Nothing more of the reply will be released. */
    void finish() {
        finished = true;
    }

    Producer.State state() {
        if (ready != null) {
            return Producer.State.READY;
        }
        return finished ? Producer.State.EXHAUSTED : Producer.State.WAITING;
    }

    /** Takes what was released; null if nothing was. */
    @Nullable
    ByteBuffer take() {
        ByteBuffer taken = ready;
        ready = null;
        return taken;
    }

    // ---- when it leaves

    /** When the reply is due if the one before it was due at {@code frontierNanos}. */
    long dueNanos(long frontierNanos) {
        long base = arrivalNanos - frontierNanos > 0 ? arrivalNanos : frontierNanos;
        return base + fault.delay().toNanos();
    }

    boolean hasBegun() {
        return timed || released > 0;
    }

    /** Whether the time of the next bytes is known. */
    boolean isTimed() {
        return timed;
    }

    void time(long nanos) {
        nextNanos = nanos;
        timed = true;
    }

    long nextNanos() {
        return nextNanos;
    }
}
