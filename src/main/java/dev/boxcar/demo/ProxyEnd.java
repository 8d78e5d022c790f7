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
 * One end of a session. It passes everything it receives to the other end immediately, and separately splits it into
 * lines for display. It reads only while the other end has no unsent output. So a session holds at most one read per
 * direction, and a blocked direction does not block the other one.
 *
 * <p>Confined to the loop thread.
 */
final class ProxyEnd extends AsyncChat {
    /** Well below the high-water mark, because blocked output must not stop the input of the same end. */
    private static final int READ_BYTES = 32 * 1024;
    /** How long connecting to the server may take. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    /** How long sending the remaining output may take after the other end is lost. */
    private static final Duration LAST_OUTPUT_TIMEOUT = Duration.ofSeconds(10);
    /** After this time an incomplete line, such as a prompt, is shown. */
    private static final Duration INCOMPLETE_LINE_DELAY = Duration.ofMillis(500);

    private final ProxySession session;
    private final LineView view;
    private @Nullable Timer connectTimer;
    private boolean connected;
    private boolean blocked;
    private long bytesReceived;
    private @Nullable Timer lineTimer;

    ProxyEnd(EventLoop loop, ProxySession session, String arrow) {
        super(loop);
        this.session = session;
        this.view = new LineView(line -> session.showLine(arrow, line));
        setTerminator(Terminator.none());
    }

    /** Starts to connect. */
    void connectTo(InetSocketAddress address) {
        connectTimer = loop().schedule(CONNECT_TIMEOUT, this::connectTimedOut);
        try {
            connect(address);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void connectTimedOut() {
        fail(new IOException("no connection within " + CONNECT_TIMEOUT.toSeconds() + " s"));
    }

    @Override
    protected void handleConnect() {
        connected = true;
        cancel(connectTimer);
        other().interestChanged();
    }

    /** Whether {@link #connectTo} has established its connection. */
    boolean wasConnected() {
        return connected;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    private ProxyEnd other() {
        return session.opposite(this);
    }

    // data

    @Override
    protected int readBytes() {
        return READ_BYTES;
    }

    @Override
    protected boolean mayDispatch() {
        return other().isConnected() && !other().blocked && session.mayRead();
    }

    /** Called at the end of every event, after everything that could be sent was sent. */
    @Override
    protected boolean writable() {
        boolean wasBlocked = blocked;
        blocked = super.writable();
        if (wasBlocked && !blocked) {
            other().interestChanged();
        }
        return blocked;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        bytesReceived += to - from;
        other().push(bytes, from, to);
        view.take(bytes, from, to);
        scheduleLine();
    }

    @Override
    protected void foundTerminator() {
        throw new IllegalStateException("there is no terminator");
    }

    private void scheduleLine() {
        if (!view.isUnfinished()) {
            cancel(lineTimer);
        } else if (lineTimer == null) {
            lineTimer = loop().schedule(INCOMPLETE_LINE_DELAY, view::show);
        } else {
            loop().reschedule(lineTimer, INCOMPLETE_LINE_DELAY);
        }
    }

    // the end

    /** Passes a half-close on to the other end. After both ends have half-closed, both close by themselves. */
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
            other().closeAfterOutput();
        }
    }

    private void fail(IOException failure) {
        if (!isClosed()) {
            view.show();
            session.lost(this, FailureText.reasonOf(failure));
            close();
        }
    }

    /** The other end is lost: sends the rest of what the other end had sent, then closes. */
    void closeAfterOutput() {
        if (isConnected()) {
            closeWhenDone();
            loop().schedule(LAST_OUTPUT_TIMEOUT, this::close);
        } else {
            close();
        }
    }

    @Override
    protected void closed() {
        cancel(connectTimer);
        cancel(lineTimer);
        view.show();
        session.closed();
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
