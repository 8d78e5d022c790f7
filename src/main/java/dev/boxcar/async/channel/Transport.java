// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes between a channel and its peer, either as they are or through a layer such as TLS. Never blocks.
 *
 * <p>Confined to the loop thread. An {@link IOException} means that the connection cannot be used any more.
 */
public interface Transport {

    /** Reads available bytes into {@code target}. Returns how many, 0 for none now, or -1 for the end of input. */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes as much of the first {@code count} sources as can be written now, and advances their positions. Returns
     * the number of bytes written.
     */
    long write(@Nullable ByteBuffer[] sources, int count) throws IOException;

    /** Tells the peer that nothing more will be written. The transport can still be read. */
    void shutdownOutput() throws IOException;

    /** Closes the connection. May be called again. */
    void close() throws IOException;
}
