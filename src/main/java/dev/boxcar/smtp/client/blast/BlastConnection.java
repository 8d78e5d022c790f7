// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
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
 * One connection that sends the same message over and over, each group of commands in one write, and checks every
 * reply. The first unexpected reply closes the connection. Sending a message allocates nothing that grows with its
 * size.
 *
 * <p>Confined to the loop thread.
 */
final class BlastConnection extends AsyncChat {
    /** Coordinates the connections of a load, and counts their results. */
    interface Owner {
        /** The handshake is complete. */
        void opened();

        /**
         * Takes one more message from the plan; returns false if none may begin. {@code first}: it is the connection's
         * first.
         */
        boolean takeMessage(boolean first);

        /** A message was answered as expected, this long after its first byte was sent. */
        void succeeded(long nanos);

        /** An error has occurred, and this many messages failed because of it. */
        void failed(String reason, long lostMessages);

        /** The connection is closed. {@code opened}: its handshake was complete. */
        void ended(BlastConnection connection, boolean opened);
    }

    private static final int CODE_DIGITS = 3;

    private enum Phase {
        CONNECT,
        BANNER,
        EHLO,
        STARTTLS,
        MESSAGE,
        QUIT,
        CLOSED
    }

    private final BlastPlan plan;
    private final BlastScript script;
    private final Owner owner;
    private final long[] startNanos;
    private final StringBuilder capabilities = new StringBuilder();
    private Phase phase = Phase.CONNECT;
    /** Index of the next reply among those of its message. */
    private int nextReply;
    /** How many messages of this connection were answered. */
    private long answered;
    /** How many messages of this connection were started. */
    private long started;

    private int column;
    private int code;
    private boolean lastLine;
    private long lastInputNanos;

    BlastConnection(EventLoop loop, BlastPlan plan, BlastScript script, Owner owner) {
        super(loop);
        this.plan = plan;
        this.script = script;
        this.owner = owner;
        this.startNanos = new long[Math.max(2, plan.depth())];
        setTerminator(Terminator.none());
    }

    void open(InetSocketAddress server) {
        lastInputNanos = loop().turnNanos();
        try {
            connect(server);
        } catch (IOException e) {
            handleError(e);
        }
    }

    @Override
    protected void handleConnect() {
        phase = Phase.BANNER;
        if (plan.tlsMode() == TlsMode.IMPLICIT) {
            continueInTls(tlsSettings());
        }
    }

    private TlsSettings tlsSettings() {
        return Objects.requireNonNull(plan.tls(), "the TLS settings");
    }

    @Override
    protected void handleSecured(SSLSession session) {
        lastInputNanos = loop().turnNanos();
        if (phase == Phase.STARTTLS) {
            sendEhlo();
        }
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        fail("TLS: " + failure.getMessage());
    }

    /** Replies are read even while a group of commands waits to be sent. */
    @Override
    protected boolean pausesAtHighWater() {
        return false;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        lastInputNanos = loop().turnNanos();
        if (phase == Phase.EHLO) {
            capabilities.append(new String(bytes, from, to - from, ISO_8859_1));
        }
        for (int i = from; i < to && phase != Phase.CLOSED; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                boolean complete = lastLine || column == CODE_DIGITS;
                int received = code;
                column = 0;
                code = 0;
                lastLine = false;
                if (complete) {
                    receive(received);
                }
            } else if (column < CODE_DIGITS) {
                code = code * 10 + b - '0';
                column++;
            } else if (column == CODE_DIGITS && b != '\r') {
                lastLine = b != '-';
                column++;
            }
        }
    }

    @Override
    protected void foundTerminator() {
        throw new IllegalStateException("no terminator is set");
    }

    private int expectedCode() {
        return switch (phase) {
            case BANNER, STARTTLS -> 220;
            case EHLO -> 250;
            case MESSAGE -> script.mode != PipeliningMode.BDAT && nextReply == script.recipients + 1 ? 354 : 250;
            case QUIT -> 221;
            case CONNECT, CLOSED -> 0;
        };
    }

    private void receive(int received) {
        int expected = expectedCode();
        if (received != expected) {
            fail("reply " + received + " instead of " + expected + " to " + pendingCommand());
            return;
        }
        switch (phase) {
            case BANNER -> sendEhlo();
            case STARTTLS -> startTls(tlsSettings());
            case EHLO -> receiveCapabilities();
            case MESSAGE -> receiveMessageReply();
            case QUIT -> end();
            case CONNECT, CLOSED -> throw new IllegalStateException("a reply in phase " + phase);
        }
    }

    private void sendEhlo() {
        phase = Phase.EHLO;
        push(script.ehlo);
    }

    private void receiveCapabilities() {
        if (!isSecure() && plan.tlsMode() != TlsMode.NONE) {
            phase = Phase.STARTTLS;
            push(script.startTls);
            return;
        }
        boolean offersChunking =
                capabilities.toString().toUpperCase(Locale.ROOT).contains("CHUNKING");
        if (script.mode == PipeliningMode.BDAT && !offersChunking) {
            fail("the server does not offer CHUNKING");
            return;
        }
        phase = Phase.MESSAGE;
        sendFirstGroup(); // takes its message before the owner decides whether another connection has one to send
        owner.opened();
    }

    private void sendFirstGroup() {
        if (!startMessage()) {
            quit();
            return;
        }
        push(script.mode == PipeliningMode.LOCKSTEP ? script.mail : script.group);
        if (script.mode == PipeliningMode.BDAT) {
            for (int ahead = 1; ahead < plan.depth() && startMessage(); ahead++) {
                push(script.group);
            }
        }
    }

    /** Notes that one more message begins, if there is one. */
    private boolean startMessage() {
        if (!owner.takeMessage(started == 0)) {
            return false;
        }
        startNanos[(int) (started++ % startNanos.length)] = System.nanoTime();
        return true;
    }

    private void receiveMessageReply() {
        nextReply++;
        if (nextReply == script.replies()) {
            owner.succeeded(System.nanoTime() - startNanos[(int) (answered++ % startNanos.length)]);
            nextReply = 0;
            continueAfterMessage();
        } else if (script.mode != PipeliningMode.BDAT && nextReply == script.recipients + 2) {
            sendBody();
        } else if (script.mode == PipeliningMode.LOCKSTEP) {
            push(nextReply <= script.recipients ? script.rcpt[nextReply - 1] : script.data);
        }
    }

    private void sendBody() {
        if (script.mode == PipeliningMode.TRAIN) {
            push(startMessage() ? script.bodyAndGroup : script.bodyAndQuit);
        } else {
            push(script.body);
        }
    }

    /** Decides what to do after the last reply to a message. */
    private void continueAfterMessage() {
        boolean morePending = answered < started;
        switch (script.mode) {
            case LOCKSTEP, PIPELINED -> sendFirstGroup();
            case TRAIN -> phase = morePending ? Phase.MESSAGE : Phase.QUIT;
            case BDAT -> {
                if (startMessage()) {
                    push(script.group);
                } else if (!morePending) {
                    quit();
                }
            }
        }
    }

    private void quit() {
        phase = Phase.QUIT;
        push(script.quit);
    }

    /** Fails if nothing was received since this time. */
    void checkTimeout(long sinceNanos) {
        if (lastInputNanos - sinceNanos < 0) {
            fail("timeout waiting for the reply to " + pendingCommand());
        }
    }

    private String pendingCommand() {
        return switch (phase) {
            case CONNECT -> "the connection";
            case BANNER, EHLO, STARTTLS, QUIT, CLOSED -> phase.toString();
            case MESSAGE -> {
                if (nextReply == 0) {
                    yield "MAIL";
                }
                if (nextReply <= script.recipients) {
                    yield "RCPT";
                }
                boolean isData = nextReply == script.recipients + 1 && script.mode != PipeliningMode.BDAT;
                yield isData ? "DATA" : "the message";
            }
        };
    }

    @Override
    protected void handleEnd() {
        fail("the server closed the connection before its reply to " + pendingCommand());
    }

    @Override
    protected void handleClose() {
        fail("connection lost before the reply to " + pendingCommand());
    }

    @Override
    protected void handleError(Exception failure) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        fail(pendingCommand() + ": " + reason);
    }

    private void fail(String reason) {
        if (phase != Phase.CLOSED) {
            owner.failed(reason, Math.max(1, started - answered));
            end();
        }
    }

    private void end() {
        boolean opened = phase == Phase.MESSAGE || phase == Phase.QUIT;
        phase = Phase.CLOSED;
        close();
        owner.ended(this, opened);
    }
}
