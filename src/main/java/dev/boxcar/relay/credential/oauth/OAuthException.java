// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import java.io.IOException;

/** An OAuth server did not do what it was asked for. The message is for people and has no secret. */
public final class OAuthException extends IOException {
    private static final long serialVersionUID = 1;

    private final String error;
    private final boolean isRefusal;

    private OAuthException(String message, String error, boolean isRefusal) {
        super(message);
        this.error = error;
        this.isRefusal = isRefusal;
    }

    /** The server could not be reached, or its answer makes no sense. */
    static OAuthException failure(String message) {
        return new OAuthException(message, "", false);
    }

    /** The server answered with this error code (RFC 6749 §5.2, RFC 8628 §3.5). */
    static OAuthException error(String message, String error, boolean isRefusal) {
        return new OAuthException(message, error, isRefusal);
    }

    /** The server's error code, such as {@code invalid_grant}; empty if there is none. */
    public String error() {
        return error;
    }

    /** Whether the server refused the request, so that the same request would be refused again. */
    public boolean isRefusal() {
        return isRefusal;
    }
}
