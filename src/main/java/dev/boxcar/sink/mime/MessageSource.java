// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of a message. Remembers a failure to read them, which is to be told from a malformed message. */
final class MessageSource extends FilterInputStream {
    private @Nullable IOException failure;

    MessageSource(InputStream message) {
        super(message);
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return super.read(target, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Throws the failure, if there was one. */
    void rethrowFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
