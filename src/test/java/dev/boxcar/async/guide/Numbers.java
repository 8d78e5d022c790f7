// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;

/** Makes the numbers from 1 to {@code last}, a line each, when they are asked for. */
final class Numbers implements Producer {
    private final long last;
    private long made;

    Numbers(long last) {
        this.last = last;
    }

    @Override
    public State state() {
        return made < last ? State.READY : State.EXHAUSTED;
    }

    @Override
    public ByteBuffer more() {
        return ByteBuffer.wrap((++made + "\r\n").getBytes(US_ASCII));
    }
}
