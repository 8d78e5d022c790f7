// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;

/** What passes from a producer to the one that wraps it. */
public final class ProducerPieces {
    private static final byte[] CRLF = {'\r', '\n'};

    private ProducerPieces() {}

    /** No bytes. */
    static ByteBuffer none() {
        return ByteBuffer.allocate(0);
    }

    /** The end of a line. */
    static ByteBuffer crlf() {
        return ByteBuffer.wrap(CRLF).asReadOnlyBuffer();
    }

    /**
     * The next piece of a producer that is ready: one that makes nothing would be asked for ever, or taken for the end.
     */
    static ByteBuffer next(Producer inner) {
        ByteBuffer piece = inner.more();
        if (!piece.hasRemaining()) {
            throw new IllegalStateException("a producer that is ready made nothing: " + inner);
        }
        return piece;
    }
}
