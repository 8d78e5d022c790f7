// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import dev.boxcar.api.PublicApi;
import java.io.IOException;

/**
 * TLS failed: the handshake failed or took too long, or an invalid record arrived after it. The message is one line of
 * printable ASCII with a bounded length, even if it quotes the peer or its certificate.
 */
@PublicApi
public final class TlsFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 200;
    /** Maximum causes followed, because a chain of causes may be circular. */
    private static final int MAX_CAUSES = 8;

    TlsFailure(String reason) {
        super(printable(reason));
    }

    /** A failure with this cause. */
    public static TlsFailure of(IOException cause) {
        if (cause instanceof TlsFailure failure) {
            return failure;
        }
        var failure = new TlsFailure(innermostMessage(cause));
        failure.initCause(cause);
        return failure;
    }

    /**
     * The message of the innermost cause. The JDK wraps "the certificate has expired" in "the path is not valid", which
     * says less.
     */
    private static String innermostMessage(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; depth < MAX_CAUSES; depth++) {
            Throwable cause = innermost.getCause();
            if (cause == null || cause.getMessage() == null) {
                break;
            }
            innermost = cause;
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }

    /** The text with everything outside printable ASCII replaced, so that it is harmless in a log and in a reply. */
    static String printable(String text) {
        var clean = new StringBuilder();
        for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            clean.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return clean.toString();
    }
}
