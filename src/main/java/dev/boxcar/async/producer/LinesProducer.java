// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Iterator;

/**
 * A producer of lines, in UTF-8, each with the CRLF that it lacks. They are taken one by one as they leave, so that a
 * long list need not be there before. A line that holds a CR or LF of its own would be more than one: it fails, and no
 * part of it leaves.
 *
 * <p>Confined to the loop thread, which takes the lines and must not have to wait for one.
 */
public final class LinesProducer implements Producer {
    private final Iterator<String> lines;

    private LinesProducer(Iterator<String> lines) {
        this.lines = lines;
    }

    /** The lines in their order. */
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
            throw new IllegalArgumentException("a line within a line, at "
                    + Math.max(line.indexOf('\r'), line.indexOf('\n')) + " of " + line.length());
        }
        return ByteBuffer.wrap((line + "\r\n").getBytes(UTF_8));
    }
}
