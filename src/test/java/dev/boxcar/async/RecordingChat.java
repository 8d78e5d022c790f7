// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Records its items and events. Tests add behaviour with hooks. */
class RecordingChat extends AsyncChat {
    static final Terminator LF = Terminator.of((byte) '\n');
    static final Terminator CRLF = Terminator.of((byte) '\r', (byte) '\n');
    static final Terminator DOT = terminator("\r\n.\r\n");

    /** Behaviour that a test adds. */
    interface Hook {
        void run() throws IOException;
    }

    final List<String> items = new ArrayList<>();
    final StringBuilder current = new StringBuilder();
    final List<String> events = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    int pieces;
    int released;
    boolean gate = true;
    boolean closesAtEnd = true;
    boolean closesAtError = true;
    Hook whenFound = () -> {};
    Hook whenCollected = () -> {};
    Hook whenConnected = () -> {};
    Hook whenEnded = () -> {};
    Hook whenError = () -> {};

    RecordingChat(EventLoop loop) {
        super(loop);
    }

    static Terminator terminator(String text) {
        return Terminator.of(text.getBytes(ISO_8859_1));
    }

    void send(String text) {
        push(text.getBytes(ISO_8859_1));
    }

    String lastItem() {
        return items.get(items.size() - 1);
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) throws IOException {
        if (from >= to) {
            throw new IllegalArgumentException("an empty piece");
        }
        pieces++;
        current.append(new String(bytes, from, to - from, ISO_8859_1));
        whenCollected.run();
    }

    @Override
    protected void foundTerminator() throws IOException {
        items.add(current.toString());
        current.setLength(0);
        whenFound.run();
    }

    @Override
    protected void inputReleased() {
        released++;
    }

    @Override
    protected boolean mayDispatch() {
        return gate;
    }

    @Override
    protected void handleConnect() throws IOException {
        events.add("connect");
        whenConnected.run();
    }

    @Override
    protected void handleEnd() {
        events.add("end");
        run(whenEnded);
        if (closesAtEnd) {
            super.handleEnd();
        }
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
        run(whenError);
        if (closesAtError) {
            close();
        }
    }

    @Override
    protected void closed() {
        events.add("closed");
    }

    private static void run(Hook hook) {
        try {
            hook.run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
