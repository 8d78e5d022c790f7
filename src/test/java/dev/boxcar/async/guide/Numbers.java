// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;

/** Produces the numbers from 1 to {@code last} on demand, one per line. */
final class Numbers implements Producer {
    private final long last;
    private long current;

    Numbers(long last) {
        this.last = last;
    }

    @Override
    public State state() {
        return current < last ? State.READY : State.EXHAUSTED;
    }

    @Override
    public ByteBuffer more() {
        return ByteBuffer.wrap((++current + "\r\n").getBytes(US_ASCII));
    }
}
