// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A network between a relay and its broker that can be cut. While it is cut, connections stay open and new ones are
 * accepted, but no byte passes; when it is healed, the bytes that were on their way arrive. Any thread.
 */
public final class CuttableLink implements AutoCloseable {
    private static final int PIECE = 64 * 1024;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private boolean cut;

    private CuttableLink(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** A link to this port of this machine. */
    public static CuttableLink to(int port) throws IOException {
        var link = new CuttableLink(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        start("link-accept", link::accept);
        return link;
    }

    /** The port that stands for the target. */
    public int port() {
        return server.getLocalPort();
    }

    /** From now on no byte passes. */
    public synchronized void cut() {
        cut = true;
    }

    /** Bytes pass again. */
    public synchronized void heal() {
        cut = false;
        notifyAll();
    }

    private static void start(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                start("link-open", () -> join(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void join(Socket client) {
        try {
            awaitHealed();
            var broker = new Socket();
            sockets.add(broker);
            broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            start("link-back", () -> copy(broker, client));
            copy(client, broker);
        } catch (IOException | InterruptedException e) {
            close(client);
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var piece = new byte[PIECE];
            int length;
            while ((length = in.read(piece)) >= 0) {
                awaitHealed();
                out.write(piece, 0, length);
            }
            awaitHealed();
        } catch (IOException | InterruptedException e) {
            // the other end learns it below
        }
        close(from);
        close(to);
    }

    private synchronized void awaitHealed() throws InterruptedException {
        while (cut) {
            wait();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed enough
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        sockets.forEach(CuttableLink::close);
        heal();
    }
}
