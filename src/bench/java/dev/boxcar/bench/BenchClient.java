// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.util.function.BooleanSupplier;

/** One connection that sends the same message over and over; a reply that is not the due one ends the run. */
final class BenchClient extends AsyncChat {
    private static final byte[] HELLO = octets("EHLO bench.example\r\n");
    private static final byte[] MAIL = octets("MAIL FROM:<author@bench.example>\r\n");
    private static final byte[] RCPT = octets("RCPT TO:<reader@bench.example>\r\n");
    private static final byte[] DATA = octets("DATA\r\n");
    private static final byte[] QUIT = octets("QUIT\r\n");

    /** What the next reply answers. */
    private enum Due {
        BANNER,
        HELLO,
        MAIL,
        RCPT,
        DATA,
        MESSAGE,
        QUIT
    }

    private final Mode mode;
    private final byte[] message;
    private final byte[] messageAndGroup;
    private final byte[] messageAndQuit;
    private final byte[] group;
    private final BooleanSupplier more;
    private long messages;
    private boolean ending;
    private boolean done;
    private Due due = Due.BANNER;
    private int code;
    private boolean last;
    private int column;

    /** Sends {@code message} again and again while there shall be {@code more}. */
    BenchClient(EventLoop loop, Mode mode, byte[] message, BooleanSupplier more) {
        super(loop);
        this.mode = mode;
        this.message = message;
        this.group = join(MAIL, RCPT, DATA);
        this.messageAndGroup = join(message, group);
        this.messageAndQuit = join(message, QUIT);
        this.more = more;
    }

    void begin(InetSocketAddress server) throws IOException {
        createSocket(StandardProtocolFamily.INET);
        setTerminator(Terminator.of((byte) '\r', (byte) '\n'));
        connect(server);
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    @Override
    protected void handleConnect() {}

    @Override
    protected void collectIncomingData(byte[] octets, int from, int to) {
        for (int i = from; i < to && column < 4; i++, column++) {
            if (column < 3) {
                code = code * 10 + octets[i] - '0';
            } else {
                last = octets[i] != '-';
            }
        }
    }

    @Override
    protected void foundTerminator() {
        int answered = code;
        boolean complete = last || column == 3;
        code = 0;
        column = 0;
        if (complete) {
            reply(answered);
        }
    }

    private void reply(int answered) {
        int expected = due == Due.BANNER ? 220 : due == Due.DATA ? 354 : due == Due.QUIT ? 221 : 250;
        if (answered != expected) {
            throw new IllegalStateException("reply " + answered + " where " + expected + " was due, to " + due);
        }
        if (mode == Mode.TRAIN) {
            train();
        } else {
            lockstep();
        }
    }

    private void lockstep() {
        switch (due) {
            case BANNER -> say(HELLO, Due.HELLO);
            case HELLO -> say(MAIL, Due.MAIL);
            case MAIL -> say(RCPT, Due.RCPT);
            case RCPT -> say(DATA, Due.DATA);
            case DATA -> say(message, Due.MESSAGE);
            case MESSAGE -> {
                messages++;
                if (more.getAsBoolean()) {
                    say(MAIL, Due.MAIL);
                } else {
                    say(QUIT, Due.QUIT);
                }
            }
            case QUIT -> end();
        }
    }

    private void train() {
        switch (due) {
            case BANNER -> say(HELLO, Due.HELLO);
            case HELLO -> say(group, Due.MAIL);
            case MAIL -> due = Due.RCPT;
            case RCPT -> due = Due.DATA;
            case DATA -> {
                ending = !more.getAsBoolean();
                say(ending ? messageAndQuit : messageAndGroup, Due.MESSAGE);
            }
            case MESSAGE -> {
                messages++;
                due = ending ? Due.QUIT : Due.MAIL;
            }
            case QUIT -> end();
        }
    }

    private void say(byte[] octets, Due next) {
        push(octets);
        due = next;
    }

    private void end() {
        done = true;
        closeWhenDone();
    }

    /** Messages that were answered 250. */
    long messages() {
        return messages;
    }

    boolean isDone() {
        return done;
    }

    @Override
    protected void handleError(Exception failure) {
        throw new IllegalStateException("connection failed at " + due, failure);
    }

    @Override
    protected void handleEnd() {
        if (!done) {
            throw new IllegalStateException("the server closed where the answer to " + due + " was due");
        }
        close();
    }
}
