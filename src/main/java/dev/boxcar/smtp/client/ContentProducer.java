// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.async.Producer;
import dev.boxcar.async.producer.CompositeProducer;
import dev.boxcar.async.producer.EscapingProducer;
import java.nio.ByteBuffer;

/**
 * Produces the bytes of a message, and the bytes that must follow it, in pieces of a bounded size, so that the client
 * reads replies between them. If the content does not have the announced size, the producer fails, and with it the
 * connection. Otherwise the server would read the excess as commands, or take a part for the whole message.
 *
 * <p>Confined to the loop thread.
 */
final class ContentProducer implements Producer {
    private static final int PIECE_BYTES = 32 * 1024;
    private static final byte[] DOT = {'.', '\r', '\n'};

    private final Producer bytes;
    private final Runnable onEnd;
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean ended;

    private ContentProducer(Producer bytes, Runnable onEnd) {
        this.bytes = bytes;
        this.onEnd = onEnd;
    }

    /**
     * The content after DATA: with its dots doubled, and the final dot (RFC 5321 §4.5.2). {@code onEnd} is called when
     * the last byte was handed over.
     */
    static ContentProducer forData(MessageContent content, Producer bytes, Runnable onEnd) {
        Producer checked = new SizeCheck(bytes, content.bytes());
        Producer escaped = content.isReadyForData() ? checked : EscapingProducer.endingInCrlf(checked);
        return new ContentProducer(CompositeProducer.of(escaped, BytesProducer.of(DOT.clone())), onEnd);
    }

    /** An empty message after DATA: the final dot alone. */
    static ContentProducer emptyForData(Runnable onEnd) {
        return new ContentProducer(BytesProducer.of(DOT.clone()), onEnd);
    }

    /** The content after BDAT, unchanged (RFC 3030 §2). */
    static ContentProducer forBdat(Producer content, long size, Runnable onEnd) {
        return new ContentProducer(new SizeCheck(content, size), onEnd);
    }

    @Override
    public State state() {
        State state = rest.hasRemaining() ? State.READY : bytes.state();
        if (state == State.EXHAUSTED && !ended) {
            ended = true;
            onEnd.run();
        }
        return state;
    }

    @Override
    public ByteBuffer more() {
        if (!rest.hasRemaining()) {
            rest = bytes.more();
        }
        int length = Math.min(rest.remaining(), PIECE_BYTES);
        ByteBuffer piece = rest.slice(rest.position(), length);
        rest.position(rest.position() + length);
        return piece;
    }

    @Override
    public boolean keepsPieces() {
        return bytes.keepsPieces();
    }

    @Override
    public void abandon() {
        bytes.abandon();
    }

    /** Passes on the output of another producer, and fails if it is not of the announced size. */
    private static final class SizeCheck implements Producer {
        private final Producer inner;
        private final long size;
        private long produced;

        SizeCheck(Producer inner, long size) {
            this.inner = inner;
            this.size = size;
        }

        @Override
        public State state() {
            State state = inner.state();
            boolean tooShort = state == State.EXHAUSTED && size != MessageContent.UNKNOWN && produced != size;
            return tooShort ? State.READY : state; // so that more() is called, and fails
        }

        @Override
        public ByteBuffer more() {
            if (inner.state() == State.EXHAUSTED) {
                throw wrongSize("only " + produced);
            }
            ByteBuffer piece = inner.more();
            produced += piece.remaining();
            if (size != MessageContent.UNKNOWN && produced > size) {
                throw wrongSize("at least " + produced);
            }
            return piece;
        }

        private IllegalStateException wrongSize(String actual) {
            return new IllegalStateException("the message has " + actual + " bytes, but " + size + " were announced");
        }

        @Override
        public boolean keepsPieces() {
            return inner.keepsPieces();
        }

        @Override
        public void abandon() {
            inner.abandon();
        }
    }
}
