// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One end of a session. What it hears goes to the other end at once, in whatever pieces it comes; the lines to look at
 * are made on the side. It reads only while the other end has sent all that it was given, so that a session holds one
 * read for each direction, and a direction that is stuck does not hold up the other one.
 *
 * <p>Confined to the loop thread.
 */
final class ProxyEnd extends AsyncChat {
    /** Well below what makes a chat stop reading: output that is stuck must not stop the input of the same end. */
    private static final int READ_BYTES = 32 * 1024;
    /** How long a server is tried. */
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(30);
    /** How long the rest of what a lost end said may take. */
    private static final Duration REST_PATIENCE = Duration.ofSeconds(10);
    /** After this a line without an end, such as a prompt, is shown as it is. */
    private static final Duration LINE_PATIENCE = Duration.ofMillis(500);

    private final ProxySession session;
    private final LineView view;
    private @Nullable Timer patience;
    private boolean connected;
    private boolean stuck;
    private long bytesReceived;
    private @Nullable Timer prompt;

    ProxyEnd(EventLoop loop, ProxySession session, String arrow) {
        super(loop);
        this.session = session;
        this.view = new LineView(line -> session.show(arrow, line));
        setTerminator(Terminator.none());
    }

    /** Begins to connect. */
    void reach(InetSocketAddress address) {
        patience = loop().schedule(CONNECT_PATIENCE, this::tooLate);
        try {
            connect(address);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void tooLate() {
        fail(new IOException("no connection within " + CONNECT_PATIENCE.toSeconds() + " s"));
    }

    @Override
    protected void handleConnect() {
        connected = true;
        cancel(patience);
        other().interestChanged();
    }

    /** Whether the connection that it was to make ever came to be. */
    boolean wasConnected() {
        return connected;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    private ProxyEnd other() {
        return session.otherThan(this);
    }

    // what passes

    @Override
    protected int readBytes() {
        return READ_BYTES;
    }

    @Override
    protected boolean mayDispatch() {
        return other().isConnected() && !other().stuck && session.mayRead();
    }

    /** Asked at the end of every event, when what could leave has left. */
    @Override
    protected boolean writable() {
        boolean wasStuck = stuck;
        stuck = super.writable();
        if (wasStuck && !stuck) {
            other().interestChanged();
        }
        return stuck;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        bytesReceived += to - from;
        other().push(bytes, from, to);
        view.take(bytes, from, to);
        planPrompt();
    }

    @Override
    protected void foundTerminator() {
        throw new IllegalStateException("there is no terminator to be found");
    }

    private void planPrompt() {
        if (!view.isUnfinished()) {
            cancel(prompt);
        } else if (prompt == null) {
            prompt = loop().schedule(LINE_PATIENCE, view::show);
        } else {
            loop().reschedule(prompt, LINE_PATIENCE);
        }
    }

    // how it ends

    /** A half-close, which is passed on; behind the second one both ends close by themselves. */
    @Override
    protected void handleEnd() {
        view.show();
        if (!other().isClosed()) {
            other().shutdownWhenDone();
        }
    }

    @Override
    protected void handleClose() {
        fail(new IOException("the connection broke"));
    }

    @Override
    protected void handleError(Exception failure) {
        if (failure instanceof IOException lost) {
            fail(lost);
        } else {
            super.handleError(failure);
            other().endSoon();
        }
    }

    private void fail(IOException failure) {
        if (!isClosed()) {
            view.show();
            session.lost(this, Failures.reasonOf(failure));
            close();
        }
    }

    /** The other end is lost: sends what it said, and closes. */
    void endSoon() {
        if (isConnected()) {
            closeWhenDone();
            loop().schedule(REST_PATIENCE, this::close);
        } else {
            close();
        }
    }

    @Override
    protected void closed() {
        cancel(patience);
        cancel(prompt);
        view.show();
        session.closed();
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
