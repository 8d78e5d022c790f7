// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Producer;
import dev.boxcar.async.producer.HookedProducer;
import dev.boxcar.async.producer.StreamProducer;
import java.io.InputStream;
import java.util.Collection;

/** Writes replies to the client (RFC 1939 §3), and counts its errors. Confined to the loop thread. */
final class ReplyWriter implements Pop3Replies {
    private static final byte[] END_OF_LINES = ".\r\n".getBytes(US_ASCII);

    /** The output of a session. */
    interface Output {
        /** Sends bytes after everything that was sent before. */
        void send(byte[] bytes);

        /** Sends what a producer makes after everything that was sent before. */
        void send(Producer producer);

        /** A message has been sent and closed. */
        void messageSent();

        /** Ends the session after everything is sent, because the client makes too many errors. */
        void end();
    }

    private final Dispatcher session;
    private final Output output;
    private final int maxErrors;
    private int openMessages;
    private int errors;

    ReplyWriter(Dispatcher session, Output output, int maxErrors) {
        this.session = session;
        this.output = output;
        this.maxErrors = maxErrors;
    }

    /** Messages opened and not yet sent; each holds a file open. */
    int openMessages() {
        return openMessages;
    }

    @Override
    public void ok(String text) {
        say("+OK", text);
    }

    @Override
    public void error(String text) {
        say("-ERR", text);
        if (++errors > maxErrors) {
            say("-ERR", "too many errors");
            output.end();
        }
    }

    @Override
    public void fault(String text) {
        say("-ERR", text);
    }

    @Override
    public void challenge(String text) {
        output.send(("+ " + text + "\r\n").getBytes(UTF_8));
    }

    @Override
    public void lines(String text, Collection<String> lines) {
        ok(text);
        var block = new StringBuilder();
        lines.forEach(each -> block.append(each).append("\r\n"));
        output.send(block.toString().getBytes(UTF_8));
        output.send(END_OF_LINES);
    }

    @Override
    public void message(String text, InputStream lines) {
        ok(text);
        openMessages++;
        output.send(HookedProducer.of(StreamProducer.of(session, lines), bytes -> {
            openMessages--;
            output.messageSent();
        }));
        output.send(END_OF_LINES);
    }

    private void say(String status, String text) {
        output.send((text.isEmpty() ? status + "\r\n" : status + " " + text + "\r\n").getBytes(UTF_8));
    }
}
