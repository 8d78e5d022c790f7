// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;

/**
 * A directory could not even be opened to be forced (too few file descriptors): nothing was lost by that, and unlike
 * {@link ForceFailedException} it may be tried again.
 */
public final class ForceNotStartedException extends IOException {
    private static final long serialVersionUID = 1;

    ForceNotStartedException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
