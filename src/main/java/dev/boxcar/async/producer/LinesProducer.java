// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Iterator;

/**
 * Produces lines in UTF-8, with a CRLF after each. The lines are taken from the iterator one by one as they are sent,
 * so a long list need not exist in advance. A line that contains CR or LF would be more than one line: it fails, and no
 * part of it leaves.
 *
 * <p>Confined to the loop thread, which takes the lines from the iterator; the iterator must not block.
 */
public final class LinesProducer implements Producer {
    private final Iterator<String> lines;

    private LinesProducer(Iterator<String> lines) {
        this.lines = lines;
    }

    /** These lines, in this order. */
    public static LinesProducer of(Iterable<String> lines) {
        return new LinesProducer(lines.iterator());
    }

    @Override
    public State state() {
        return lines.hasNext() ? State.READY : State.EXHAUSTED;
    }

    @Override
    public ByteBuffer more() {
        String line = lines.next();
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line must not contain CR or LF: at index "
                    + Math.max(line.indexOf('\r'), line.indexOf('\n')) + " of " + line.length());
        }
        return ByteBuffer.wrap((line + "\r\n").getBytes(UTF_8));
    }
}
