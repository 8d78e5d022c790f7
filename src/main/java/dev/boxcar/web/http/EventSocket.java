// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** A WebSocket that events are sent to; what the client sends is not looked at. Any thread; nothing blocks. */
public final class EventSocket extends Outlet implements Session.Listener.AutoDemanding {
    private final Consumer<EventSocket> opened;
    private volatile @Nullable Session session;

    EventSocket(Consumer<EventSocket> opened) {
        this.opened = opened;
    }

    /** Asks the client for a sign of life, so that a dead connection is noticed. */
    public void ping() {
        Session open = session;
        if (open != null) {
            open.sendPing(ByteBuffer.allocate(0), Callback.from(() -> {}, failure -> close()));
        }
    }

    @Override
    void write(String event) {
        Session open = session;
        if (open == null) {
            close();
        } else {
            open.sendText(event, Callback.from(this::written, failure -> close()));
        }
    }

    @Override
    void disconnect() {
        Session open = session;
        if (open != null) {
            open.disconnect();
        }
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
