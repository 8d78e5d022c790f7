// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A plain dispatcher, client or listener, that records its events. */
class RecordingDispatcher extends Dispatcher {
    final List<String> events = new ArrayList<>();
    final List<Exception> errors = new ArrayList<>();
    final List<SocketChannel> accepted = new ArrayList<>();
    final ByteBuffer input = ByteBuffer.allocate(4096);
    boolean readable = true;
    boolean writable;
    boolean writesFail;

    RecordingDispatcher(EventLoop loop) {
        super(loop);
    }

    SocketAddress listenAt(SocketAddress address) throws IOException {
        createServerSocket(familyOf(address));
        bind(address);
        listen();
        SocketAddress bound = localAddress();
        return bound == null ? address : bound;
    }

    RecordingDispatcher connectTo(SocketAddress address) throws IOException {
        createSocket(familyOf(address));
        connect(address);
        return this;
    }

    @Override
    protected boolean readable() {
        return readable;
    }

    @Override
    protected boolean writable() {
        return writable;
    }

    @Override
    protected void handleConnect() {
        events.add("connect");
    }

    @Override
    protected void handleAccepted(SocketChannel socket) throws IOException {
        events.add("accepted");
        accepted.add(socket);
    }

    @Override
    protected void handleRead() throws IOException {
        events.add("read");
        receive(input);
    }

    @Override
    protected void handleWrite() throws IOException {
        events.add("write");
        writable = false;
        if (writesFail) {
            throw new ArithmeticException("/ by zero");
        }
    }

    @Override
    protected void handleEnd() {
        events.add("end");
        super.handleEnd();
    }

    @Override
    protected void handleClose() {
        events.add("close");
        super.handleClose();
    }

    @Override
    protected void handleError(Exception failure) {
        events.add("error");
        errors.add(failure);
        super.handleError(failure);
    }

    @Override
    protected void closed() {
        events.add("closed");
    }
}
