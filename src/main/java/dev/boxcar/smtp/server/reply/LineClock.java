// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.server.port.LineConditions;
import java.time.Duration;

/** When bytes pass a simulated line between a client and the server. Confined to the loop thread. */
final class LineClock {
    private static final double SECONDS_PER_SLICE = 0.01;
    private static final double NANOS_PER_SECOND = 1e9;

    /** When the last input arrived, or the connection began. */
    private long inputNanos;
    /** When the replies to that input arrive, once the first of them is known. */
    private long arrivalNanos;

    private boolean hasArrival;
    /** When the last byte that was sent has passed. */
    private long sentNanos;

    /** A line whose connection begins now. */
    LineClock(long nowNanos) {
        inputNanos = nowNanos;
        sentNanos = nowNanos;
    }

    /** This many bytes were read. Returns how long they take to arrive. */
    Duration inputRead(LineConditions line, int bytes, long nowNanos) {
        long from = line.bitsPerSecond() == 0 ? nowNanos : later(inputNanos, nowNanos);
        inputNanos = from + transmissionNanos(line, bytes);
        hasArrival = false;
        return Duration.ofNanos(inputNanos - nowNanos);
    }

    /**
     * When a reply to the last input arrives. All replies to it arrive together; the number of the first of them
     * decides how late.
     */
    long arrivalNanos(LineConditions line, long number) {
        if (!hasArrival) {
            hasArrival = true;
            arrivalNanos = inputNanos + line.roundTrip().toNanos() + jitterNanos(line, number);
        }
        return arrivalNanos;
    }

    /** Depends on nothing but the seed and the reply, and so not on how the input was divided into segments. */
    private static long jitterNanos(LineConditions line, long number) {
        long mixed = line.seed() + (number + 1) * 0x9E3779B97F4A7C15L; // SplitMix64
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        double fraction = ((mixed ^ mixed >>> 31) >>> 11) * 0x1.0p-53;
        return (long) (line.jitter().toNanos() * fraction);
    }

    /** When something that is due at that time may leave, if the client must be silent first. */
    long quietNanos(LineConditions line, long dueNanos) {
        return line.hold().isZero()
                ? dueNanos
                : later(dueNanos, inputNanos + line.hold().toNanos());
    }

    /** When this many bytes have passed, if they may leave at {@code dueNanos}. */
    long sentNanos(LineConditions line, int bytes, long dueNanos) {
        sentNanos = later(sentNanos, dueNanos) + transmissionNanos(line, bytes);
        return sentNanos;
    }

    /** The most bytes that are sent at once; on a slow line as many as pass within a short time. */
    int bytesPerSlice(LineConditions line) {
        return line.bitsPerSecond() == 0
                ? Integer.MAX_VALUE
                : (int) Math.max(1, line.bitsPerSecond() / 8.0 * SECONDS_PER_SLICE);
    }

    private static long transmissionNanos(LineConditions line, int bytes) {
        return line.bitsPerSecond() == 0 ? 0 : (long) (bytes * 8 * NANOS_PER_SECOND / line.bitsPerSecond());
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
