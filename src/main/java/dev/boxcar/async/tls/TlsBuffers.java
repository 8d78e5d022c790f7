// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.nio.ByteBuffer;

/**
 * The buffers for TLS that all channels of a loop share, one event after the other. They are on the heap because the
 * JDK's ciphers are fastest in place there. Confined to the loop thread.
 */
public final class TlsBuffers {
    /** As large as a read without TLS, because a record is never shorter than its plaintext. */
    private static final int INPUT_BYTES = 256 * 1024;
    /** Four full records and their overhead, so that a group of replies leaves in one write. */
    private static final int OUTPUT_BYTES = 4 * 16 * 1024 + 20 * 1024;
    /** More than the longest plaintext of a record. */
    private static final int PLAINTEXT_BYTES = 32 * 1024;

    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
    private final ByteBuffer output = ByteBuffer.allocate(OUTPUT_BYTES);
    private final ByteBuffer plaintext = ByteBuffer.allocate(PLAINTEXT_BYTES);

    /** An empty buffer for received records. */
    public ByteBuffer input() {
        return input.clear();
    }

    /** An empty buffer for records to send. */
    public ByteBuffer output() {
        return output.clear();
    }

    /** An empty buffer for the plaintext that the engine asks for during a handshake, although there is none. */
    ByteBuffer plaintext() {
        return plaintext.clear();
    }
}
