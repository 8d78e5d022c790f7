// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/** A WebSocket (RFC 6455) that sends events. Messages from the client are ignored. Any thread; nothing blocks. */
public final class EventSocket implements Session.Listener.AutoDemanding {
    private final EventQueue queue = new EventQueue(new EventQueue.Connection() {
        @Override
        public void write(String event) {
            Session open = session;
            if (open == null) {
                close();
            } else {
                open.sendText(event, Callback.from(queue::written, failure -> close()));
            }
        }

        @Override
        public void disconnect() {
            Session open = session;
            if (open != null) {
                open.disconnect();
            }
        }
    });

    private final Consumer<EventSocket> opened;
    private volatile @Nullable Session session;

    private EventSocket(Consumer<EventSocket> opened) {
        this.opened = opened;
    }

    /**
     * Upgrades the request to a WebSocket and then passes the open socket to {@code opened}. A request that does not
     * ask for an upgrade gets a 400.
     */
    public static void open(HttpExchange exchange, Consumer<EventSocket> opened) throws HttpProblem {
        Request request = exchange.request();
        var container = ServerWebSocketContainer.get(request.getContext());
        boolean upgraded = container.upgrade(
                (upgradeRequest, upgradeResponse, callback) -> new EventSocket(opened),
                request,
                exchange.response(),
                exchange.callback());
        if (!upgraded) {
            throw HttpProblem.badRequest("Bad Request: expected a WebSocket upgrade");
        }
    }

    /** Sends an event, or queues it. A client that reads too slowly is disconnected. */
    public void offer(String event) {
        queue.offer(event);
    }

    /** Sends a ping frame, so that a broken connection is noticed. */
    public void ping() {
        Session open = session;
        if (open != null) {
            open.sendPing(ByteBuffer.allocate(0), Callback.from(() -> {}, failure -> close()));
        }
    }

    /** Runs {@code task} when the client has gone, or immediately if it has gone already. */
    public void onClose(Runnable task) {
        queue.onClose(task);
    }

    /** Disconnects the client. */
    public void close() {
        queue.close();
    }

    @Override
    public void onWebSocketOpen(Session open) {
        session = open;
        opened.accept(this);
    }

    @Override
    public void onWebSocketClose(int status, @Nullable String reason, Callback callback) {
        callback.succeed();
        close();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        close();
    }
}
