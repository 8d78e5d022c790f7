// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** One client, one server, and what passes between them. Confined to the loop thread. */
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

    void begin(SocketChannel socket) throws IOException {
        try {
            client.setSocket(socket);
        } catch (IOException e) {
            client.close();
            server.close();
            throw e;
        }
        server.reach(proxy.target());
    }

    /** Shows a line that passed. */
    void show(String arrow, String line) {
        proxy.say(arrow + " (" + id + ") " + line);
    }

    ProxyEnd otherThan(ProxyEnd end) {
        return end == client ? server : client;
    }

    /** Whether more may be read than was shown. */
    boolean mayRead() {
        return !proxy.isBehind();
    }

    /** One end is lost: what it said still goes to the other, which is closed then. */
    void lost(ProxyEnd end, String reason) {
        if (end == server && !end.wasConnected()) {
            proxy.say("[proxy] (" + id + ") cannot reach " + Proxy.text(proxy.target()) + ": " + reason);
        } else {
            proxy.say("[proxy] (" + id + ") lost the " + (end == client ? "client" : "server") + ": " + reason);
        }
        otherThan(end).endSoon();
    }

    /** One end is closed; the session is over when both are. */
    void closed() {
        if (client.isClosed() && server.isClosed()) {
            proxy.say("[proxy] (" + id + ") closed: " + client.bytesReceived() + " octets to the server, "
                    + server.bytesReceived() + " to the client");
        }
    }
}
