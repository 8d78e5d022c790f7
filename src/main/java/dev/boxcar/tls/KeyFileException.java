// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.io.IOException;

/** A key or certificate file is missing or invalid. The message is one line that names the file and the problem. */
public final class KeyFileException extends IOException {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        super(message);
    }

    KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
