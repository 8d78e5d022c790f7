// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A stretch of a file as a stream, which closes the file, a lease on one that is kept excepted. Confined to one thread.
 */
public final class FileRegionInputStream extends InputStream {
    private final ChannelLease lease;
    private final FileChannel channel;
    private final long end;
    private long at;

    public FileRegionInputStream(FileChannel channel, long from, long length) {
        this(new ChannelLease(channel, false), from, length);
    }

    public FileRegionInputStream(ChannelLease lease, long from, long length) {
        this.lease = lease;
        this.channel = lease.channel();
        this.at = from;
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
        if (at >= end) {
            return -1;
        }
        int count = channel.read(ByteBuffer.wrap(target, from, (int) Math.min(length, end - at)), at);
        if (count < 0) {
            throw new EOFException("the segment ends within a message");
        }
        at += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - at);
    }

    @Override
    public void close() throws IOException {
        lease.close();
    }
}
