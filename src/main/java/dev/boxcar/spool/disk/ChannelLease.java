// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * The use of a file that is open for reading. The user can read on when the file is deleted.
 *
 * @param channel read from any thread, with explicit positions only
 * @param shared whether the channel's owner keeps it open: closing this lease then does nothing
 */
public record ChannelLease(FileChannel channel, boolean shared) implements Closeable {
    /** A lease on a channel that closes with it. */
    public static ChannelLease owned(FileChannel channel) {
        return new ChannelLease(channel, false);
    }

    /** A lease on a channel that its owner keeps open. */
    public static ChannelLease shared(FileChannel channel) {
        return new ChannelLease(channel, true);
    }

    @Override
    public void close() throws IOException {
        if (!shared) {
            channel.close();
        }
    }
}
