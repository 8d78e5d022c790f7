// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/** Turns a request into a WebSocket (RFC 6455). Any thread. */
public final class Sockets {
    private Sockets() {}

    /**
     * Answers with an upgrade, then hands the socket, open, to {@code opened}; a 400 where the request asks for none.
     */
    public static void open(HttpExchange exchange, Consumer<EventSocket> opened) throws HttpProblem {
        Request request = exchange.request();
        var container = ServerWebSocketContainer.get(request.getContext());
        boolean upgraded = container.upgrade(
                (asked, answered, callback) -> new EventSocket(opened),
                request,
                exchange.response(),
                exchange.callback());
        if (!upgraded) {
            throw HttpProblem.badRequest("Bad Request: a WebSocket is wanted here");
        }
    }
}
