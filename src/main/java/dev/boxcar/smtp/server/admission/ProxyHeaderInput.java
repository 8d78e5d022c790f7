// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.context.InputSwitch;
import java.io.IOException;

/**
 * Reads the PROXY header at the start of a connection, however its bytes arrive. An invalid header is refused at its
 * first wrong byte. Confined to the loop thread.
 */
final class ProxyHeaderInput implements InputHandler {
    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');

    /** The part of the header that is coming in. */
    private enum Part {
        /** The first bytes, which tell version 1 from version 2. */
        FIRST,
        /** The rest of version 1. */
        LINE,
        /** The fixed part of version 2. */
        FIXED,
        /** The addresses of version 2, and what follows them. */
        REST
    }

    /** Receives the header, once. */
    interface Receiver {
        void headerRead(ProxyHeader header) throws IOException;

        /** The client should have sent a header and did not; nothing it says can be trusted. */
        void headerInvalid(String reason);
    }

    private final InputSwitch input;
    private final Receiver receiver;
    private final byte[] header =
            new byte[ProxyHeader.FIRST_BYTES + ProxyHeader.FIXED_BYTES + ProxyHeader.MAX_ADDRESS_BYTES];
    private int length;
    private Part part = Part.FIRST;

    ProxyHeaderInput(InputSwitch input, Receiver receiver) {
        this.input = input;
        this.receiver = receiver;
    }

    void begin() {
        input.receive(this, Terminator.count(ProxyHeader.FIRST_BYTES));
    }

    @Override
    public void collect(byte[] bytes, int from, int to) {
        int kept = Math.min(to - from, header.length - length); // bytes after the addresses are skipped
        System.arraycopy(bytes, from, header, length, kept);
        length += kept;
        if (part == Part.FIRST && !ProxyHeader.mayBegin(header, length)) {
            receiver.headerInvalid("missing PROXY header");
        } else if (part == Part.LINE && length > ProxyHeader.MAX_LINE_BYTES - 2) {
            receiver.headerInvalid("PROXY line longer than " + ProxyHeader.MAX_LINE_BYTES + " bytes");
        } else if (part == Part.LINE && hasLineEnd()) {
            receiver.headerInvalid("PROXY line with a bare CR or LF");
        }
    }

    private boolean hasLineEnd() {
        for (int i = 0; i < length; i++) {
            if (header[i] == '\r' || header[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    @Override
    public void found() throws IOException {
        try {
            switch (part) {
                case FIRST -> {
                    boolean binary = ProxyHeader.isBinary(header);
                    part = binary ? Part.FIXED : Part.LINE;
                    input.receive(this, binary ? Terminator.count(ProxyHeader.FIXED_BYTES) : LINE);
                }
                case LINE -> receiver.headerRead(ProxyHeader.ofLine(header, length));
                case FIXED -> {
                    part = Part.REST;
                    input.receive(this, Terminator.count(ProxyHeader.restBytes(header)));
                }
                case REST -> receiver.headerRead(ProxyHeader.ofBinary(header, length));
            }
        } catch (ProxyHeader.Malformed e) {
            receiver.headerInvalid(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean isMessage() {
        return false;
    }
}
