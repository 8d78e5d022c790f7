// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A spool cannot be opened, read or closed. The message is one line for the user: what is wrong, and where. */
public final class SpoolException extends IOException {
    private static final long serialVersionUID = 1;

    public SpoolException(String message) {
        super(message);
    }

    public SpoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
