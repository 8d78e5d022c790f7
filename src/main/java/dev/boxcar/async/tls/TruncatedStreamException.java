// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.io.IOException;

/** The connection ended without close_notify, so an attacker may have cut the stream short (RFC 8446 §6.1). */
public final class TruncatedStreamException extends IOException {
    private static final long serialVersionUID = 1L;

    TruncatedStreamException() {
        super("the connection ended without close_notify");
    }
}
