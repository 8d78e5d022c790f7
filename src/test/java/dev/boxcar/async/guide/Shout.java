// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.util.Locale;

/** Answers each line with the same line in capital letters. */
final class Shout extends AsyncChat {
    private static final int MAX_LINE_BYTES = 1000;

    private final Collector line = new Collector();

    Shout(EventLoop loop) {
        super(loop);
        setTerminator(Terminator.of((byte) '\r', (byte) '\n'));
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        line.collect(bytes, from, to, MAX_LINE_BYTES);
    }

    @Override
    protected void inputReleased() {
        line.keep();
    }

    @Override
    protected void foundTerminator() {
        String answer = line.overflowed() ? "too long" : text().toUpperCase(Locale.ROOT);
        line.clear();
        push((answer + "\r\n").getBytes(US_ASCII));
    }

    private String text() {
        return new String(line.bytes(), line.from(), line.to() - line.from(), US_ASCII);
    }
}
