// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Encodes the output of another producer in HTTP/1.1's chunked coding (RFC 9112 §7.1): each piece is a chunk, and the
 * last chunk, without trailer fields, follows when the inner producer is exhausted. If the inner producer fails or is
 * abandoned, the last chunk is never sent, so the receiver notices. If the inner producer makes many small pieces, put
 * a {@link GlobbingProducer} around it. Confined to the loop thread.
 */
public final class ChunkedProducer implements Producer {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

    /** What is sent next. */
    private enum Part {
        SIZE,
        DATA,
        CRLF,
        NOTHING
    }

    private final Producer inner;
    private Part next = Part.SIZE;
    private ByteBuffer data = ProducerPieces.none();

    private ChunkedProducer(Producer inner) {
        this.inner = Objects.requireNonNull(inner, "inner");
    }

    /** The output of {@code inner} as a chunked body. */
    public static ChunkedProducer of(Producer inner) {
        return new ChunkedProducer(inner);
    }

    @Override
    public State state() {
        return switch (next) {
            case SIZE -> inner.state() == State.WAITING ? State.WAITING : State.READY;
            case DATA, CRLF -> State.READY;
            case NOTHING -> State.EXHAUSTED;
        };
    }

    @Override
    public ByteBuffer more() {
        return switch (next) {
            case SIZE -> inner.state() == State.EXHAUSTED ? lastChunk() : size();
            case DATA -> {
                next = Part.CRLF;
                yield data;
            }
            case CRLF -> {
                next = Part.SIZE;
                data = ProducerPieces.none();
                yield ProducerPieces.crlf();
            }
            case NOTHING -> ProducerPieces.none();
        };
    }

    private ByteBuffer size() {
        data = ProducerPieces.next(inner);
        next = Part.DATA;
        return ByteBuffer.wrap((Integer.toHexString(data.remaining()) + "\r\n").getBytes(US_ASCII));
    }

    private ByteBuffer lastChunk() {
        next = Part.NOTHING;
        return ByteBuffer.wrap(LAST_CHUNK).asReadOnlyBuffer();
    }

    @Override
    public void abandon() {
        inner.abandon();
    }
}
