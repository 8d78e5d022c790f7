// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;

/** Sends each client the time and closes (RFC 867). */
final class Daytime extends Dispatcher {
    private final Clock clock;

    Daytime(EventLoop loop, Clock clock) {
        super(loop);
        this.clock = clock;
    }

    @Override
    protected void handleWrite() throws IOException {
        send(ByteBuffer.wrap((clock.instant() + "\r\n").getBytes(US_ASCII)));
        close();
    }

    public static void main(String[] arguments) throws IOException {
        EventLoop loop = EventLoop.open("daytime");
        new Listener(loop, new InetSocketAddress("localhost", 8013), here -> new Daytime(here, Clock.systemUTC()));
        loop.serve();
    }
}
