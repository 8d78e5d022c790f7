// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.io.IOException;

/**
 * A file that is to hold a key or certificates does not; the message is one line that names it and says what is wrong.
 */
public final class KeyFileException extends IOException {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        super(message);
    }

    KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
