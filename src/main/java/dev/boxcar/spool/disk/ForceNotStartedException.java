// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;

/**
 * A directory could not be opened to be forced, for example because there are too many open files. Nothing is lost by
 * that, and unlike after a {@link ForceFailedException} the force may be tried again.
 */
public final class ForceNotStartedException extends IOException {
    private static final long serialVersionUID = 1;

    public ForceNotStartedException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
