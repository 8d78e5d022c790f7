// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** One session: a client, the server, and the bytes between them. Confined to the loop thread. */
final class ProxySession {
    private final int id;
    private final Proxy proxy;
    private final ProxyEnd client;
    private final ProxyEnd server;

    ProxySession(int id, Proxy proxy, EventLoop loop) {
        this.id = id;
        this.proxy = proxy;
        this.client = new ProxyEnd(loop, this, "==>");
        this.server = new ProxyEnd(loop, this, "<==");
    }

    void start(SocketChannel socket) throws IOException {
        try {
            client.setSocket(socket);
        } catch (IOException e) {
            client.close();
            server.close();
            throw e;
        }
        server.connectTo(proxy.target());
    }

    /** Shows a line of one side. */
    void showLine(String arrow, String line) {
        proxy.show(arrow + " (" + id + ") " + line);
    }

    ProxyEnd opposite(ProxyEnd end) {
        return end == client ? server : client;
    }

    /** Whether the session may read more; false while the display is behind. */
    boolean mayRead() {
        return !proxy.isBehind();
    }

    /** One end is lost. Bytes that it had sent still go to the other end, which closes after that. */
    void lost(ProxyEnd end, String reason) {
        if (end == server && !end.wasConnected()) {
            proxy.show("[proxy] (" + id + ") cannot reach " + Proxy.text(proxy.target()) + ": " + reason);
        } else {
            proxy.show("[proxy] (" + id + ") lost the " + (end == client ? "client" : "server") + ": " + reason);
        }
        opposite(end).closeAfterOutput();
    }

    /** One end is closed. The session is over when both are. */
    void closed() {
        if (client.isClosed() && server.isClosed()) {
            proxy.show("[proxy] (" + id + ") closed: " + client.bytesReceived() + " bytes to the server, "
                    + server.bytesReceived() + " to the client");
        }
    }
}
