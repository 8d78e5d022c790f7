// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Says of each name what a slow directory knows of it (after RFC 1288, but many names a connection). */
final class Finger extends AsyncChat {
    private static final int LONGEST_NAME = 100;

    private final StringBuilder name = new StringBuilder();
    private final UnaryOperator<String> directory;
    private final Executor helpers;

    Finger(EventLoop loop, UnaryOperator<String> directory, Executor helpers) {
        super(loop);
        this.directory = directory;
        this.helpers = helpers;
        setTerminator(Terminator.of((byte) '\r', (byte) '\n'));
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        int length = Math.min(to - from, LONGEST_NAME - name.length());
        name.append(new String(bytes, from, length, US_ASCII));
    }

    @Override
    protected void foundTerminator() {
        String wanted = name.toString();
        name.setLength(0);
        var answer = new Later();
        pushWithProducer(answer);
        helpers.execute(() -> {
            byte[] known = (directory.apply(wanted) + "\r\n").getBytes(US_ASCII); // a helper's thread: it may wait
            loop().execute(() -> {
                answer.complete(known); // the loop's thread again
                interestChanged();
            });
        });
    }
}
