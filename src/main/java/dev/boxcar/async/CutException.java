// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;

/**
 * The connection ended without the word that TLS has for an end: what came may have been cut short by anybody. RFC 8446
 * §6.1.
 */
final class CutException extends IOException {
    private static final long serialVersionUID = 1L;

    CutException() {
        super("the connection ended without close_notify");
    }
}
