// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The chunked coding of HTTP/1.1 (RFC 9112 §7.1): each piece of another producer is a chunk, and the last chunk,
 * without trailer fields, follows once when that one is exhausted. If it fails or is abandoned the last chunk never
 * comes, so that the receiver can tell. Many small pieces want a {@link GlobbingProducer} between. Confined to the loop
 * thread.
 */
public final class ChunkedProducer implements Producer {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

    /** What is owed next. */
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

    /** What {@code inner} makes, as a chunked body. */
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
