// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.ReplyFraming;
import java.time.Duration;

/** The place of one reply in a {@link ReplyLine}, and how far it has left. Confined to the loop thread. */
final class ReplySlot {
    /** When the reply arrives at the client's end of the line, if nothing before it delays it. */
    private final long arrivalNanos;

    private Fault fault;
    private byte[] bytes = {};
    private long knownNanos;
    /** How many bytes have been released. */
    private int released;
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

    ReplyFraming framing() {
        return fault.framing();
    }

    void setKnown(byte[] wire, long nanos) {
        bytes = wire;
        knownNanos = nanos;
    }

    long knownNanos() {
        return knownNanos;
    }

    /** When the reply is due if the one before it leaves at {@code frontierNanos}. */
    long dueNanos(long frontierNanos) {
        Duration delay = fault.delay();
        long base = arrivalNanos - frontierNanos > 0 ? arrivalNanos : frontierNanos;
        return base + delay.toNanos();
    }

    boolean hasBegun() {
        return timed || released > 0;
    }

    /** The number of bytes that leave next, at most {@code maximum}. */
    int nextBytes(int maximum) {
        return Math.min(maximum, framing().endOfWrite(bytes, released) - released);
    }

    byte[] bytes() {
        return bytes;
    }

    int released() {
        return released;
    }

    void advance(int more) {
        released += more;
        timed = false;
    }

    boolean hasLeft() {
        return released == bytes.length;
    }

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

    /** Nothing more of the reply will leave. */
    void finish() {
        finished = true;
    }

    boolean isFinished() {
        return finished;
    }
}
