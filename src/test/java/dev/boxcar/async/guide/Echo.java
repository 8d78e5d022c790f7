// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends back what it receives (RFC 862) and holds at most one small buffer of it. */
final class Echo extends Dispatcher {
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);

    Echo(EventLoop loop) {
        super(loop);
    }

    @Override
    protected boolean readable() {
        return buffer.hasRemaining();
    }

    @Override
    protected void handleRead() throws IOException {
        receive(buffer);
    }

    @Override
    protected boolean writable() {
        return buffer.position() > 0;
    }

    @Override
    protected void handleWrite() throws IOException {
        send(buffer.flip());
        buffer.compact(); // keeps what the system did not take
        closeWhenEmpty();
    }

    @Override
    protected void handleEnd() {
        closeWhenEmpty();
    }

    private void closeWhenEmpty() {
        if (hasEnded() && buffer.position() == 0) {
            close();
        }
    }
}
