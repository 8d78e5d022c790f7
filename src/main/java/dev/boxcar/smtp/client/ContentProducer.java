// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.Producer;
import dev.boxcar.async.BytesProducer;
import dev.boxcar.async.producer.CompositeProducer;
import dev.boxcar.async.producer.EscapingProducer;
import java.nio.ByteBuffer;

/**
 * The bytes of a message on their way: in pieces of a bounded size, so that answers are heard between them, with what
 * must stand behind. A content that makes another number of bytes than was told fails, with the connection: the server
 * would take its rest for commands, or a part for the whole.
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
     * With its dots doubled, and the dot that ends it (RFC 5321 §4.5.2); {@code onEnd} is called when the last byte was
     * handed over.
     */
    static ContentProducer endedByDot(Producer content, long count, Runnable onEnd) {
        Producer escaped = EscapingProducer.endingInCrlf(new Counted(content, count));
        return new ContentProducer(CompositeProducer.of(escaped, BytesProducer.of(DOT.clone())), onEnd);
    }

    /** The end mark alone. */
    static ContentProducer ofNothing(Runnable onEnd) {
        return new ContentProducer(BytesProducer.of(DOT.clone()), onEnd);
    }

    /** As it is (RFC 3030 §2); its number is said before it. */
    static ContentProducer asChunk(Producer content, long count, Runnable onEnd) {
        return new ContentProducer(new Counted(content, count), onEnd);
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
    public void abandon() {
        bytes.abandon();
    }

    /** Passes on what another makes, and fails where that is not as much as was told. */
    private static final class Counted implements Producer {
        private final Producer inner;
        private final long count;
        private long made;

        Counted(Producer inner, long count) {
            this.inner = inner;
            this.count = count;
        }

        @Override
        public State state() {
            State state = inner.state();
            return state == State.EXHAUSTED && count != MessageContent.UNKNOWN && made != count ? State.READY : state;
        }

        @Override
        public ByteBuffer more() {
            if (inner.state() == State.EXHAUSTED) {
                throw differs("only " + made);
            }
            ByteBuffer piece = inner.more();
            made += piece.remaining();
            if (count != MessageContent.UNKNOWN && made > count) {
                throw differs("at least " + made);
            }
            return piece;
        }

        private IllegalStateException differs(String really) {
            return new IllegalStateException("the message has " + really + " octets, not " + count + " as was told");
        }

        @Override
        public void abandon() {
            inner.abandon();
        }
    }
}
