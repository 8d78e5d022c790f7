// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Answers each name with its entry in a slow directory (like RFC 1288, but many names per connection). */
final class Finger extends AsyncChat {
    private static final int MAX_NAME_LENGTH = 100;

    private final StringBuilder name = new StringBuilder();
    private final UnaryOperator<String> directory;
    private final Executor workers;

    Finger(EventLoop loop, UnaryOperator<String> directory, Executor workers) {
        super(loop);
        this.directory = directory;
        this.workers = workers;
        setTerminator(Terminator.of((byte) '\r', (byte) '\n'));
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        int length = Math.min(to - from, MAX_NAME_LENGTH - name.length());
        name.append(new String(bytes, from, length, US_ASCII));
    }

    @Override
    protected void foundTerminator() {
        String wanted = name.toString();
        name.setLength(0);
        var answer = new PendingAnswer();
        pushWithProducer(answer);
        workers.execute(() -> {
            byte[] entry =
                    (directory.apply(wanted) + "\r\n").getBytes(US_ASCII); // on a worker's thread, which may wait
            loop().execute(() -> {
                answer.complete(entry); // on the loop's thread again
                interestChanged();
            });
        });
    }
}
