// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;

/** Pieces that producers pass to the producers that wrap them. */
final class ProducerPieces {
    private static final byte[] CRLF = {'\r', '\n'};

    private ProducerPieces() {}

    static ByteBuffer none() {
        return ByteBuffer.allocate(0);
    }

    static ByteBuffer crlf() {
        return ByteBuffer.wrap(CRLF).asReadOnlyBuffer();
    }

    /**
     * The next piece of a producer in state READY. Throws if the piece is empty, because a wrapper would ask for more
     * endlessly or take it for the end.
     */
    static ByteBuffer next(Producer inner) {
        ByteBuffer piece = inner.more();
        if (!piece.hasRemaining()) {
            throw new IllegalStateException("a producer in state READY returned no bytes: " + inner);
        }
        return piece;
    }
}
