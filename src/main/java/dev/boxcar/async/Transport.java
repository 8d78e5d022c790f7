// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How bytes pass between a channel and its peer: plainly, or wrapped by something such as TLS. Never blocks.
 *
 * <p>Confined to the loop thread. An {@link IOException} means that the connection is of no more use.
 */
public interface Transport {

    /** Reads what is there into {@code target}: how many bytes, 0 for none now, -1 for the end of input. */
    int read(ByteBuffer target) throws IOException;

    /** Writes as much of the first {@code count} sources as is taken now; their positions tell how far it came. */
    long write(@Nullable ByteBuffer[] sources, int count) throws IOException;

    /** Tells the peer that nothing more will be written; reading goes on. */
    void shutdownOutput() throws IOException;

    /** Gives the connection up. May be called again. */
    void close() throws IOException;
}
