// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.smtp.Envelope;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/**
 * A message as it is sent if it has a CR or LF that is not part of a CRLF. RFC 5321 §2.3.8 forbids to send these: a
 * server that takes LF.CRLF for the end of a message would read the rest as commands, and so accept a message that
 * nobody was allowed to send. An LF becomes CRLF, and a CR becomes a space. The queue keeps the message as it came.
 *
 * <p>Any thread.
 */
record LineEndRepair(QueuedMail original, long bytes) implements QueuedMail {
    /** The message with its line ends repaired. */
    static LineEndRepair of(QueuedMail original, ContentScan scan) {
        return new LineEndRepair(original, original.bytes() + scan.bareLineFeeds());
    }

    @Override
    public Envelope envelope() {
        return original.envelope();
    }

    @Override
    public Instant received() {
        return original.received();
    }

    @Override
    public InputStream open() throws IOException {
        return new RepairedStream(new BufferedInputStream(original.open()));
    }

    @Override
    public String quarantine() throws IOException {
        return original.quarantine();
    }

    private static final class RepairedStream extends InputStream {
        private final BufferedInputStream in;
        private int last = -1;
        private boolean lineFeedFollows;

        RepairedStream(BufferedInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            last = next();
            return last;
        }

        /** Byte by byte from memory; the buffer below reads in large pieces. */
        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = 0;
            while (count < length) {
                int b = read();
                if (b < 0) {
                    return count == 0 ? b : count;
                }
                bytes[from + count++] = (byte) b;
            }
            return count;
        }

        private int next() throws IOException {
            if (lineFeedFollows) {
                lineFeedFollows = false;
                return '\n';
            }
            int b = in.read();
            if (b == '\n' && last != '\r') {
                lineFeedFollows = true;
                return '\r';
            }
            return b == '\r' && !lineFeedIsNext() ? ' ' : b;
        }

        private boolean lineFeedIsNext() throws IOException {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next == '\n';
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
