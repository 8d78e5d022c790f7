// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import dev.boxcar.spool.format.SegmentLeases;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * An open segment: who has it goes on reading it when it is removed.
 *
 * @param channel to be read from any thread, at positions alone
 * @param kept whether {@link SegmentLeases} keep it open: then to close this one does nothing
 */
public record ChannelLease(FileChannel channel, boolean kept) implements Closeable {
    @Override
    public void close() throws IOException {
        if (!kept) {
            channel.close();
        }
    }
}
