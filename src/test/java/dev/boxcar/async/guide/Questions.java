// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;

/** Sends all its questions together and prints each answer next to its question. */
final class Questions extends AsyncChat {
    private final ArrayDeque<String> unanswered;
    private final StringBuilder answer = new StringBuilder();
    private final PrintStream out;

    Questions(EventLoop loop, SocketAddress server, List<String> questions, PrintStream out) throws IOException {
        super(loop);
        this.unanswered = new ArrayDeque<>(questions);
        this.out = out;
        setTerminator(Terminator.of((byte) '\r', (byte) '\n'));
        createSocket(familyOf(server));
        connect(server);
    }

    @Override
    protected void handleConnect() {
        for (String question : unanswered) {
            push((question + "\r\n").getBytes(US_ASCII));
        }
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        answer.append(new String(bytes, from, to - from, US_ASCII));
    }

    @Override
    protected void foundTerminator() {
        out.println(unanswered.remove() + " -> " + answer);
        answer.setLength(0);
        if (unanswered.isEmpty()) {
            closeWhenDone();
        }
    }
}
