// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A spool cannot be opened, read or closed. The message is the one line that the user is shown: what is wrong, and
 * where.
 */
public final class SpoolException extends IOException {
    private static final long serialVersionUID = 1;

    /** With the user's line. */
    public SpoolException(String line) {
        super(line);
    }

    /** With the user's line, and what lay behind it. */
    public SpoolException(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
