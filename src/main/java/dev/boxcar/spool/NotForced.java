// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;

/**
 * A directory could not even be opened to be forced (too few file descriptors): nothing was lost by that, and unlike
 * {@link ForceFailed} it may be tried again.
 */
final class NotForced extends IOException {
    private static final long serialVersionUID = 1;

    NotForced(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
