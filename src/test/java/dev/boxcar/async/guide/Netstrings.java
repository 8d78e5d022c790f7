// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;

/** Sends back each netstring: a length, a colon, that many bytes, a comma, as in {@code 5:hello,}. */
final class Netstrings extends AsyncChat {
    private static final Terminator COLON = Terminator.of((byte) ':');
    private static final int MAX_LENGTH = 99_999;

    private final Collector item = new Collector();
    private boolean lengthIsKnown;

    Netstrings(EventLoop loop) {
        super(loop);
        setTerminator(COLON);
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        item.collect(bytes, from, to, lengthIsKnown ? MAX_LENGTH + 1 : 5);
    }

    @Override
    protected void inputReleased() {
        item.keep();
    }

    @Override
    protected void foundTerminator() {
        int length = item.to() - item.from();
        var text = new String(item.bytes(), item.from(), length, ISO_8859_1);
        item.clear();
        if (!lengthIsKnown && text.matches("[0-9]{1,5}")) {
            setTerminator(Terminator.count(Integer.parseInt(text) + 1L)); // the bytes and the comma
        } else if (lengthIsKnown && text.endsWith(",")) {
            push((length - 1 + ":" + text).getBytes(ISO_8859_1));
            setTerminator(COLON);
        } else {
            push("error\r\n".getBytes(ISO_8859_1));
            closeWhenDone();
        }
        lengthIsKnown = !lengthIsKnown;
    }
}
