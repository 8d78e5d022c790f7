// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.ByteSearch;
import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Doubles the dot that begins a line (RFC 5321 §4.5.2), so that no line of the text is taken for its end. A line begins
 * with the text, and behind CRLF, wherever the text is cut into pieces; a CR or LF alone begins none, as it ends none
 * for the receiver. Nothing is held back, nothing copied: the dot leaves once with what stands before it and once with
 * what stands behind.
 *
 * <p>Confined to the loop thread.
 */
public final class EscapingProducer implements Producer {
    private static final int CR_MET = 1;
    private static final int LINE_BEGINS = 2;

    private final Producer inner;
    private final boolean completesLine;
    /** What was not passed on yet of the last piece. */
    private ByteBuffer rest = ProducerPieces.none();
    /** How much of CRLF stands before the rest. */
    private int met = LINE_BEGINS;

    private EscapingProducer(Producer inner, boolean completesLine) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.completesLine = completesLine;
    }

    /** The text that {@code inner} makes, ended as it is. */
    public static EscapingProducer of(Producer inner) {
        return new EscapingProducer(inner, false);
    }

    /**
     * The same with a CRLF at its end if its last line lacks one, so that an end mark may follow; no text stays no
     * text.
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
        return completesLine && met != LINE_BEGINS;
    }

    @Override
    public ByteBuffer more() {
        if (!rest.hasRemaining()) {
            if (inner.state() == State.EXHAUSTED && lacksCrlf()) {
                met = LINE_BEGINS;
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

    /** Where the first dot stands that begins a line, or the end of the rest. The dot is taken as doubled. */
    private int nextDotToDouble() {
        int at = rest.position();
        for (; at < rest.limit(); at++) {
            if (met == 0) {
                at = nextCr(at);
                if (at == rest.limit()) {
                    break;
                }
            }
            byte b = rest.get(at);
            if (b == '.' && met == LINE_BEGINS) {
                met = 0;
                break;
            }
            met = b == '\r' ? CR_MET : b == '\n' && met == CR_MET ? LINE_BEGINS : 0;
        }
        return at;
    }

    /** From where on a line may end: in an array the first CR, found eight bytes at a time. */
    private int nextCr(int at) {
        if (!rest.hasArray()) {
            return at;
        }
        int offset = rest.arrayOffset();
        return ByteSearch.indexOf((byte) '\r', rest.array(), offset + at, offset + rest.limit()) - offset;
    }

    @Override
    public void abandon() {
        inner.abandon();
    }
}
