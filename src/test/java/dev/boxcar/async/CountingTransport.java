// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.channel.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Counts reads, writes and bytes, and can be made to write less or to fail. */
final class CountingTransport implements Transport {
    private final Transport inner;
    int reads;
    int writes;
    long bytesRead;
    long bytesWritten;
    /** The largest number of bytes that one write takes. */
    int maxPerWrite = Integer.MAX_VALUE;

    /** Whether writes take everything and pass nothing on. */
    boolean swallows;

    @Nullable
    IOException readFails;

    @Nullable
    IOException writeFails;

    CountingTransport(Transport inner) {
        this.inner = inner;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        reads++;
        if (readFails != null) {
            throw readFails;
        }
        int bytes = inner.read(target);
        bytesRead += Math.max(0, bytes);
        return bytes;
    }

    @Override
    public long write(@Nullable ByteBuffer[] sources, int count) throws IOException {
        writes++;
        if (writeFails != null) {
            throw writeFails;
        }
        if (swallows) {
            return swallow(sources, count);
        }
        long written = maxPerWrite == Integer.MAX_VALUE ? inner.write(sources, count) : writeSome(sources, count);
        bytesWritten += written;
        return written;
    }

    private static long swallow(@Nullable ByteBuffer[] sources, int count) {
        long swallowed = 0;
        for (int i = 0; i < count; i++) {
            ByteBuffer source = sources[i];
            swallowed += source == null ? 0 : source.remaining();
            if (source != null) {
                source.position(source.limit());
            }
        }
        return swallowed;
    }

    private long writeSome(@Nullable ByteBuffer[] sources, int count) throws IOException {
        int left = maxPerWrite;
        for (int i = 0; i < count && left > 0; i++) {
            ByteBuffer source = sources[i];
            if (source == null) {
                throw new IllegalArgumentException("no source at " + i);
            }
            int part = Math.min(left, source.remaining());
            int end = source.limit();
            source.limit(source.position() + part);
            left -= (int) inner.write(new ByteBuffer[] {source}, 1);
            source.limit(end);
        }
        return maxPerWrite - left;
    }

    @Override
    public void shutdownOutput() throws IOException {
        inner.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }
}
