// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import dev.boxcar.async.buffer.ByteSearch;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Doubles the dot at the beginning of each line (RFC 5321 §4.5.2), so that no line is taken for the end of the text. A
 * line begins with the text and after each CRLF, however the text is split into pieces. A CR or LF alone does not begin
 * a line, because the receiver does not accept it as a line end. Nothing is held back and nothing copied: a doubled dot
 * leaves once with the bytes before it and once with the bytes after it.
 *
 * <p>Confined to the loop thread.
 */
public final class EscapingProducer implements Producer {
    private static final int IN_LINE = 0;
    private static final int AFTER_CR = 1;
    private static final int LINE_BEGINS = 2;

    private final Producer inner;
    private final boolean completesLine;
    /** The part of the last piece that was not passed on yet. */
    private ByteBuffer rest = ProducerPieces.none();
    /** Where in a line the rest begins. */
    private int position = LINE_BEGINS;

    private EscapingProducer(Producer inner, boolean completesLine) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.completesLine = completesLine;
    }

    /** The text that {@code inner} makes. */
    public static EscapingProducer of(Producer inner) {
        return new EscapingProducer(inner, false);
    }

    /**
     * The same, with a CRLF added if the last line lacks one, so that an end mark may follow. Nothing is added to an
     * empty text.
     */
    public static EscapingProducer endingInCrlf(Producer inner) {
        return new EscapingProducer(inner, true);
    }

    @Override
    public State state() {
        if (rest.hasRemaining()) {
            return State.READY;
        }
        State state = inner.state();
        return state == State.EXHAUSTED && lacksCrlf() ? State.READY : state;
    }

    private boolean lacksCrlf() {
        return completesLine && position != LINE_BEGINS;
    }

    @Override
    public ByteBuffer more() {
        if (!rest.hasRemaining()) {
            if (inner.state() == State.EXHAUSTED && lacksCrlf()) {
                position = LINE_BEGINS;
                return ProducerPieces.crlf();
            }
            rest = ProducerPieces.next(inner);
        }
        int from = rest.position();
        int dot = nextDotToDouble();
        ByteBuffer piece = rest.slice(from, Math.min(dot + 1, rest.limit()) - from);
        rest.position(dot);
        return piece;
    }

    /** The index of the first dot that begins a line, or the end of the rest. The dot then counts as doubled. */
    private int nextDotToDouble() {
        int at = rest.position();
        for (; at < rest.limit(); at++) {
            if (position == IN_LINE) {
                at = nextCr(at);
                if (at == rest.limit()) {
                    break;
                }
            }
            byte b = rest.get(at);
            if (b == '.' && position == LINE_BEGINS) {
                position = IN_LINE;
                break;
            }
            position = b == '\r' ? AFTER_CR : b == '\n' && position == AFTER_CR ? LINE_BEGINS : IN_LINE;
        }
        return at;
    }

    /** The index from which on a line may end. In an array this is the first CR, found eight bytes at a time. */
    private int nextCr(int at) {
        if (!rest.hasArray()) {
            return at;
        }
        int offset = rest.arrayOffset();
        return ByteSearch.indexOf((byte) '\r', rest.array(), offset + at, offset + rest.limit()) - offset;
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
