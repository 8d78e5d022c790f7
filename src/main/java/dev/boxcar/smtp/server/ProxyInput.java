// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Terminator;
import java.io.IOException;

/**
 * The PROXY header before a dialogue, wherever its bytes are cut; what is not one is refused at its first wrong byte.
 * Confined to the loop thread.
 */
final class ProxyInput implements Input {
    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');

    private enum Part {
        FIRST,
        LINE,
        FIXED,
        REST
    }

    private final SmtpSession session;
    private final Entrance entrance;
    private final byte[] header =
            new byte[ProxyHeader.FIRST_BYTES + ProxyHeader.FIXED_BYTES + ProxyHeader.MOST_ADDRESS_BYTES];
    private int length;
    private Part part = Part.FIRST;

    ProxyInput(SmtpSession session, Entrance entrance) {
        this.session = session;
        this.entrance = entrance;
    }

    void begin() {
        session.hear(this, Terminator.count(ProxyHeader.FIRST_BYTES));
    }

    @Override
    public void collect(byte[] bytes, int from, int to) {
        int kept = Math.min(to - from, header.length - length); // what a header has behind its addresses is skipped
        System.arraycopy(bytes, from, header, length, kept);
        length += kept;
        if (part == Part.FIRST && !ProxyHeader.mayBegin(header, length)) {
            entrance.refuseHeader("there is no PROXY header");
        } else if (part == Part.LINE && length > ProxyHeader.MOST_LINE_BYTES - 2) {
            entrance.refuseHeader("a PROXY line of more than " + ProxyHeader.MOST_LINE_BYTES + " octets");
        } else if (part == Part.LINE && hasLineEnd()) {
            entrance.refuseHeader("a PROXY line with a bare CR or LF");
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
                    session.hear(this, binary ? Terminator.count(ProxyHeader.FIXED_BYTES) : LINE);
                }
                case LINE -> entrance.proxied(ProxyHeader.ofLine(header, length));
                case FIXED -> {
                    part = Part.REST;
                    session.hear(this, Terminator.count(ProxyHeader.restBytes(header)));
                }
                case REST -> entrance.proxied(ProxyHeader.ofBinary(header, length));
            }
        } catch (ProxyHeader.Malformed e) {
            entrance.refuseHeader(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean isMessage() {
        return false;
    }
}
