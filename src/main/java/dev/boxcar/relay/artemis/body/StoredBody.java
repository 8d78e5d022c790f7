// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.body;

import java.io.IOException;
import java.io.InputStream;

/** Bytes in memory or in a file of this process. They are complete and do not change. Any thread. */
public interface StoredBody {
    long length();

    /** Opens the bytes from this position on. The caller closes the stream. May block. */
    InputStream open(long from) throws IOException;

    /** Frees memory or file. A stream that is open can still be read. A second call does nothing. */
    void release();
}
