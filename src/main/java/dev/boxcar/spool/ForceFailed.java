// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;

/** A force threw: whatever the cause, it is never tried again (after a failed fsync the kernel may have dropped the pages). */
final class ForceFailed extends IOException {
    private static final long serialVersionUID = 1;

    ForceFailed(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
