// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The decoded bytes of a part. The stream ends at malformed bytes, and throws only if the message cannot be read. */
final class PartContent extends FilterInputStream {
    private final MessageSource source;

    PartContent(InputStream decoded, MessageSource source) {
        super(decoded);
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return super.read(target, offset, length);
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            source.rethrowFailure();
            return -1;
        }
    }

    @Override
    public void close() {
        // the parser continues after this part
    }
}
