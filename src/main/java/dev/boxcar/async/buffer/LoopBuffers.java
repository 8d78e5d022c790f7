// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.buffer;

import dev.boxcar.async.tls.TlsBuffers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that all channels of a loop share, one event after the other, so that an idle channel needs none of its
 * own. Confined to the loop thread.
 */
public final class LoopBuffers {
    /** The size of the largest read; large enough that a large body needs few system calls. */
    private static final int INPUT_BYTES = 256 * 1024;
    /** Replies of one event up to this size leave in one piece. */
    private static final int OUTPUT_BYTES = 64 * 1024;

    /** Allocated for the first read: a loop may have no channel for long. */
    private @Nullable ByteBuffer input;
    /** Allocated for the first output. */
    private @Nullable ByteBuffer output;

    private final WriteBatch writeBatch = new WriteBatch();
    private final HeldBytes held = new HeldBytes(Runtime.getRuntime().maxMemory());
    /** Allocated when the first channel starts TLS. */
    private @Nullable TlsBuffers tls;

    /** The buffer for reads, emptied and limited to {@code bytes}. Its contents are valid until the event ends. */
    public ByteBuffer input(int bytes) {
        return input().clear().limit(Math.min(INPUT_BYTES, bytes));
    }

    /** The array behind {@link #input}. */
    public byte[] inputBytes() {
        return input().array();
    }

    private ByteBuffer input() {
        if (input == null) {
            input = ByteBuffer.allocate(INPUT_BYTES);
        }
        return input;
    }

    /** The buffer that collects the small output of the current event. */
    public ByteBuffer output() {
        if (output == null) {
            output = ByteBuffer.allocateDirect(OUTPUT_BYTES);
        }
        return output;
    }

    /** The pieces of the current write. */
    public WriteBatch writeBatch() {
        return writeBatch;
    }

    /** The count of the bytes that channels hold outside these buffers. */
    public HeldBytes held() {
        return held;
    }

    /** The buffers for TLS. */
    public TlsBuffers tls() {
        if (tls == null) {
            tls = new TlsBuffers();
        }
        return tls;
    }
}
