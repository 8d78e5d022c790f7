// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Reads a region of a file. Closing the stream closes its lease on the file. Confined to one thread. */
public final class FileRegionInputStream extends InputStream {
    private final ChannelLease lease;
    private final FileChannel channel;
    private final long end;
    private long position;

    /** Reads from {@code channel}, which closes with this stream. */
    public FileRegionInputStream(FileChannel channel, long from, long length) {
        this(ChannelLease.owned(channel), from, length);
    }

    public FileRegionInputStream(ChannelLease lease, long from, long length) {
        this.lease = lease;
        this.channel = lease.channel();
        this.position = from;
        this.end = from + length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        int count = channel.read(ByteBuffer.wrap(target, from, (int) Math.min(length, end - position)), position);
        if (count < 0) {
            throw new EOFException("the file ends within a message");
        }
        position += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public void close() throws IOException {
        lease.close();
    }
}
