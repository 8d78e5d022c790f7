// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Fetches a page from a web server and prints it as it arrives. */
final class Fetch extends Dispatcher {
    private final ByteBuffer input = ByteBuffer.allocate(8192);
    private final String path;
    private final PrintStream out;

    Fetch(EventLoop loop, InetSocketAddress server, String path, PrintStream out) throws IOException {
        super(loop);
        this.path = path;
        this.out = out;
        createSocket(familyOf(server));
        connect(server);
    }

    @Override
    protected void handleConnect() throws IOException {
        send(ByteBuffer.wrap(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII)));
    }

    @Override
    protected boolean writable() {
        return false;
    }

    @Override
    protected void handleRead() throws IOException {
        int bytes = receive(input.clear());
        out.write(input.array(), 0, bytes);
    }

    public static void main(String[] hosts) throws IOException {
        try (EventLoop loop = EventLoop.open("fetch")) {
            for (String host : hosts) {
                new Fetch(loop, new InetSocketAddress(host, 80), "/", System.out);
            }
            loop.run(); // until the last channel has closed
        }
    }
}
