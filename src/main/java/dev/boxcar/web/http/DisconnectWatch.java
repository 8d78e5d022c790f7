// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a client disconnects while its request waits for an event. Jetty does not read from a connection while a
 * request is handled, so it would not notice before the next write. This class reads instead. The end of the input
 * means that the client has gone. Other input is the next request, which is handed to Jetty. Any thread; nothing
 * blocks.
 */
final class DisconnectWatch implements Callback {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final AbstractEndPoint endPoint;
    private final Connection.UpgradeTo connection;
    private final Runnable disconnected;
    private boolean stopped;

    private DisconnectWatch(AbstractEndPoint endPoint, Connection.UpgradeTo connection, Runnable disconnected) {
        this.endPoint = endPoint;
        this.connection = connection;
        this.disconnected = disconnected;
    }

    /**
     * Runs {@code disconnected} when the client of this request disconnects. {@link #stop} must be called before the
     * response is completed. Null if this kind of connection cannot be watched.
     */
    static @Nullable DisconnectWatch start(Request request, Runnable disconnected) {
        Connection connection = request.getConnectionMetaData().getConnection();
        if (connection instanceof Connection.UpgradeTo receiver
                && connection.getEndPoint() instanceof AbstractEndPoint endPoint) {
            var watch = new DisconnectWatch(endPoint, receiver, disconnected);
            return endPoint.tryFillInterested(watch) ? watch : null;
        }
        return null;
    }

    /** There is something to read, or the input has ended. */
    @Override
    public void succeeded() {
        if (read()) {
            disconnected.run();
        }
    }

    /** The connection has failed, or the watch was stopped. */
    @Override
    public void failed(Throwable cause) {
        boolean lost;
        synchronized (this) {
            lost = !stopped;
            stopped = true;
        }
        if (lost) {
            disconnected.run();
        }
    }

    /** Reads what there is. Returns whether the client has disconnected. */
    private synchronized boolean read() {
        if (stopped) {
            return false;
        }
        ByteBuffer buffer = BufferUtil.allocate(BUFFER_BYTES);
        int count;
        try {
            count = endPoint.fill(buffer);
        } catch (IOException e) {
            count = -1;
        }
        if (count == 0 && endPoint.tryFillInterested(this)) {
            return false;
        }
        stopped = true;
        if (count > 0) {
            connection.onUpgradeTo(buffer);
        }
        return count < 0;
    }

    /** Stops the watch, so that Jetty can read the next request. */
    void stop() {
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
        }
        endPoint.getFillInterest().onFail(new EOFException("the watch was stopped"));
    }
}
