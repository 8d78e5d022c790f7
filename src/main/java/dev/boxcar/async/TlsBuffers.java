// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;

/**
 * What the TLS of all channels of a loop works in, one event after the other. They lie in the heap, since the JDK's
 * ciphers are fastest in place there. Confined to the loop thread.
 */
final class TlsBuffers {
    /** As much as one read takes in clear: records are never shorter than what is in them. */
    private static final int INPUT_BYTES = 256 * 1024;
    /** Four full records and what comes on top, so that a train leaves in one write. */
    private static final int OUTPUT_BYTES = 4 * 16 * 1024 + 20 * 1024;
    /** The longest plaintext of a record, and more. */
    private static final int PLAIN_BYTES = 32 * 1024;

    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
    private final ByteBuffer output = ByteBuffer.allocate(OUTPUT_BYTES);
    private final ByteBuffer plain = ByteBuffer.allocate(PLAIN_BYTES);

    /** Empty, for records that come in. */
    ByteBuffer input() {
        return input.clear();
    }

    /** Empty, for records that go out. */
    ByteBuffer output() {
        return output.clear();
    }

    /** Empty, for the plaintext that a handshake does not have. */
    ByteBuffer plain() {
        return plain.clear();
    }
}
