// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLSession;

/**
 * One connection that says the same over and over, a flight in one write, and looks at each answer; the first that is
 * not the due one costs the connection. Per message nothing is allocated that grows with it.
 *
 * <p>Confined to the loop thread.
 */
final class BlastConnection extends AsyncChat {
    private static final int CODE_DIGITS = 3;

    private enum Part {
        CONNECT,
        BANNER,
        HELLO,
        STARTTLS,
        MESSAGE,
        QUIT,
        OVER
    }

    private final BlastLoop run;
    private final BlastScript script;
    private final long[] begunNanos;
    private final StringBuilder offers = new StringBuilder();
    private Part part = Part.CONNECT;
    /** Of the message's answers, the one that comes next. */
    private int due;
    /** The message that is answered, and the one to be begun next, in order of this connection. */
    private long answering;

    private long beginning;
    private int column;
    private int code;
    private boolean last;
    private long heardNanos;

    BlastConnection(BlastLoop run) {
        super(run.loop());
        this.run = run;
        this.script = run.script();
        this.begunNanos = new long[Math.max(2, run.plan().depth())];
        setTerminator(Terminator.none());
    }

    void begin(InetSocketAddress server) {
        heardNanos = loop().turnNanos();
        try {
            connect(server);
        } catch (IOException e) {
            handleError(e);
        }
    }

    @Override
    protected void handleConnect() {
        part = Part.BANNER;
        if (run.plan().security() == TlsMode.IMPLICIT) {
            continueInTls(how());
        }
    }

    private TlsSettings how() {
        return Objects.requireNonNull(run.plan().tls(), "how TLS is spoken");
    }

    @Override
    protected void handleSecured(SSLSession session) {
        heardNanos = loop().turnNanos();
        if (part == Part.STARTTLS) {
            hello();
        }
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        fail("TLS: " + failure.getMessage());
    }

    /** The answers are read whatever of a flight has not left yet. */
    @Override
    protected boolean pausesAtHighWater() {
        return false;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        heardNanos = loop().turnNanos();
        if (part == Part.HELLO) {
            offers.append(new String(bytes, from, to - from, ISO_8859_1));
        }
        for (int i = from; i < to && part != Part.OVER; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                boolean complete = last || column == CODE_DIGITS;
                int answered = code;
                column = 0;
                code = 0;
                last = false;
                if (complete) {
                    answer(answered);
                }
            } else if (column < CODE_DIGITS) {
                code = code * 10 + b - '0';
                column++;
            } else if (column == CODE_DIGITS && b != '\r') {
                last = b != '-';
                column++;
            }
        }
    }

    @Override
    protected void foundTerminator() {
        throw new IllegalStateException("no terminator was set");
    }

    private int expected() {
        return switch (part) {
            case BANNER, STARTTLS -> 220;
            case HELLO -> 250;
            case MESSAGE -> script.mode != PipeliningMode.BDAT && due == script.recipients + 1 ? 354 : 250;
            case QUIT -> 221;
            case CONNECT, OVER -> 0;
        };
    }

    private void answer(int answered) {
        int expected = expected();
        if (answered != expected) {
            fail("answer " + answered + " where " + expected + " was due, to " + what());
            return;
        }
        switch (part) {
            case BANNER -> hello();
            case STARTTLS -> startTls(how());
            case HELLO -> {
                if (!isSecure() && run.plan().security() != TlsMode.NONE) {
                    part = Part.STARTTLS;
                    push(script.startTls);
                    return;
                }
                if (script.mode == PipeliningMode.BDAT
                        && !offers.toString().toUpperCase(Locale.ROOT).contains("CHUNKING")) {
                    fail("the server does not offer CHUNKING");
                    return;
                }
                run.opened();
                part = Part.MESSAGE;
                firstFlight();
            }
            case MESSAGE -> answerInMessage();
            case QUIT -> over();
            case CONNECT, OVER -> throw new IllegalStateException("an answer while " + part);
        }
    }

    private void hello() {
        part = Part.HELLO;
        push(script.hello);
    }

    private void firstFlight() {
        if (!begun()) {
            quit();
            return;
        }
        push(script.mode == PipeliningMode.LOCKSTEP ? script.mail : script.group);
        for (int ahead = 1;
                script.mode == PipeliningMode.BDAT && ahead < run.plan().depth() && begun();
                ahead++) {
            push(script.group);
        }
    }

    /** Notes that one more message begins, if there is one. */
    private boolean begun() {
        if (!run.take(beginning > 0)) {
            return false;
        }
        begunNanos[(int) (beginning++ % begunNanos.length)] = System.nanoTime();
        return true;
    }

    private void answerInMessage() {
        due++;
        if (due == script.answers()) {
            run.sent(System.nanoTime() - begunNanos[(int) (answering++ % begunNanos.length)]);
            due = 0;
            next();
        } else if (script.mode != PipeliningMode.BDAT && due == script.recipients + 2) {
            goAhead();
        } else if (script.mode == PipeliningMode.LOCKSTEP) {
            push(due <= script.recipients ? script.rcpt[due - 1] : script.data);
        }
    }

    private void goAhead() {
        if (script.mode == PipeliningMode.TRAIN) {
            push(begun() ? script.bodyAndGroup : script.bodyAndQuit);
        } else {
            push(script.body);
        }
    }

    /** Behind the last answer to a message. */
    private void next() {
        boolean underWay = answering < beginning;
        switch (script.mode) {
            case LOCKSTEP, PIPELINED -> firstFlight();
            case TRAIN -> part = underWay ? Part.MESSAGE : Part.QUIT;
            case BDAT -> {
                if (begun()) {
                    push(script.group);
                } else if (!underWay) {
                    quit();
                }
            }
        }
    }

    private void quit() {
        part = Part.QUIT;
        push(script.quit);
    }

    // how it ends

    /** Fails if nothing was heard since then. */
    void checkSilence(long sinceNanos) {
        if (heardNanos - sinceNanos < 0) {
            fail("no answer in time, to " + what());
        }
    }

    private String what() {
        return switch (part) {
            case CONNECT -> "the connection";
            case BANNER, HELLO, STARTTLS, QUIT, OVER -> part.toString();
            case MESSAGE ->
                due == 0
                        ? "MAIL"
                        : due <= script.recipients
                                ? "RCPT"
                                : due == script.recipients + 1 && script.mode != PipeliningMode.BDAT
                                        ? "DATA"
                                        : "the message";
        };
    }

    @Override
    protected void handleEnd() {
        fail("the server closed where an answer was due, to " + what());
    }

    @Override
    protected void handleClose() {
        fail("the connection broke where an answer was due, to " + what());
    }

    @Override
    protected void handleError(Exception failure) {
        fail(what() + ": " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
    }

    private void fail(String reason) {
        if (part != Part.OVER) {
            run.failed(reason, Math.max(1, beginning - answering));
            over();
        }
    }

    private void over() {
        boolean opened = part == Part.MESSAGE || part == Part.QUIT;
        part = Part.OVER;
        close();
        run.ended(this, opened);
    }
}
