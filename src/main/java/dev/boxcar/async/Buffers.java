// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that all channels of a loop share, one event after the other: a channel that waits needs none of its own.
 * Confined to the loop thread.
 */
final class Buffers {
    /** One read takes at most this much: large enough that a large body is few system calls. */
    private static final int INPUT_BYTES = 256 * 1024;
    /** The replies of one event up to this size leave in one piece. */
    private static final int OUTPUT_BYTES = 64 * 1024;

    private final byte[] inputBytes = new byte[INPUT_BYTES];
    private final ByteBuffer input = ByteBuffer.wrap(inputBytes);
    private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT_BYTES);
    private final Gathering gathering = new Gathering();
    private final Cut cut = new Cut();
    private final HeldBytes held = new HeldBytes(Runtime.getRuntime().maxMemory());
    /** Made when the first channel puts on TLS. */
    private @Nullable TlsBuffers tls;

    /** What every read goes into, emptied for one of at most {@code bytes}; they are good until the event ends. */
    ByteBuffer input(int bytes) {
        return input.clear().limit(Math.min(INPUT_BYTES, bytes));
    }

    /** The array behind {@link #input}. */
    byte[] inputBytes() {
        return inputBytes;
    }

    /** Where the small output of the current event gathers. */
    ByteBuffer output() {
        return output;
    }

    /** What one write lines up. */
    Gathering gathering() {
        return gathering;
    }

    /** What the last step of a search for a terminator came to. */
    Cut cut() {
        return cut;
    }

    /** What the channels keep nevertheless. */
    HeldBytes held() {
        return held;
    }

    /** What TLS works in. */
    TlsBuffers tls() {
        if (tls == null) {
            tls = new TlsBuffers();
        }
        return tls;
    }
}
