// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.io.IOException;
import java.io.InputStream;

/**
 * A message in the form in which RETR and TOP send it (RFC 1939 §3). Every line ends in CRLF, even where the stored
 * message has a bare CR or LF. A dot at the beginning of a line is doubled. Confined to one thread at a time.
 */
final class MessageLines extends InputStream {
    /** RETR: all lines of the body. */
    static final long ALL_LINES = Long.MAX_VALUE;

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int END = -1;

    private final InputStream message;
    private final byte[] input = new byte[BUFFER_BYTES];
    private int inputFrom;
    private int inputTo;

    /** The byte to return before the next byte of the input: the second half of a CRLF or of a doubled dot. */
    private int owed = END;

    private long bodyLinesLeft;
    private boolean inHeader = true;
    private boolean atLineStart = true;
    private boolean afterCr;
    private boolean ended;

    /** The header of {@code message} and at most {@code bodyLines} lines of its body. */
    MessageLines(InputStream message, long bodyLines) {
        this.message = message;
        this.bodyLinesLeft = bodyLines;
    }

    @Override
    public int read() throws IOException {
        if (owed != END) {
            int next = owed;
            owed = END;
            return next;
        }
        while (true) {
            if (isDone()) {
                return END;
            }
            int next = nextInput();
            if (next == END) {
                return endOfMessage();
            }
            if (next == '\n' && afterCr) {
                afterCr = false; // its CR has become a CRLF already
                continue;
            }
            afterCr = next == '\r';
            if (next == '\r' || next == '\n') {
                return endLine();
            }
            boolean doubled = next == '.' && atLineStart;
            atLineStart = false;
            owed = doubled ? '.' : END;
            return next;
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = 0;
        while (count < length) {
            int next = read();
            if (next == END) {
                break;
            }
            target[offset + count++] = (byte) next;
        }
        return count == 0 && length > 0 ? END : count;
    }

    /** Counts the line that ends here, and returns the first byte of its CRLF. */
    private int endLine() {
        if (inHeader) {
            inHeader = !atLineStart; // an empty line ends the header
        } else if (bodyLinesLeft != ALL_LINES) {
            bodyLinesLeft--;
        }
        atLineStart = true;
        owed = '\n';
        return '\r';
    }

    private boolean isDone() {
        return ended || (!inHeader && bodyLinesLeft == 0);
    }

    private int endOfMessage() {
        ended = true;
        return atLineStart ? END : endLine();
    }

    private int nextInput() throws IOException {
        if (inputFrom == inputTo) {
            inputFrom = 0;
            inputTo = Math.max(0, message.read(input, 0, BUFFER_BYTES));
            if (inputTo == 0) {
                return END;
            }
        }
        return input[inputFrom++] & 0xFF;
    }

    @Override
    public void close() throws IOException {
        message.close();
    }
}
