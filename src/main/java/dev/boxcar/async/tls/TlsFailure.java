// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.io.IOException;

/**
 * TLS came to nothing: the handshake failed or took too long, or what came afterwards was no sound record. The message
 * is one line of printable ASCII and of bounded length, whatever the peer or its certificate put into it.
 */
public final class TlsFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;

    TlsFailure(String reason) {
        super(printable(reason));
    }

    /** Why; the cause is kept. */
    public static TlsFailure of(IOException cause) {
        if (cause instanceof TlsFailure failure) {
            return failure;
        }
        var failure = new TlsFailure(deepest(cause));
        failure.initCause(cause);
        return failure;
    }

    /**
     * What the JDK wraps says more than the wrapping: that a certificate has expired, and not that a path was not
     * valid.
     */
    private static String deepest(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; depth < 8; depth++) { // a chain of causes may be a ring
            Throwable cause = at.getCause();
            if (cause == null || cause.getMessage() == null) {
                break;
            }
            at = cause;
        }
        String message = at.getMessage();
        return message == null ? at.getClass().getSimpleName() : message;
    }

    /** The text with everything outside printable ASCII replaced, so that it is harmless in a log and in a reply. */
    static String printable(String text) {
        var clean = new StringBuilder();
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            clean.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return clean.toString();
    }
}
