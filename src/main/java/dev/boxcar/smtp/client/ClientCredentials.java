// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

/**
 * Who to say that we are (RFC 4954). Immutable; any thread.
 *
 * @param user the authentication identity
 * @param password never logged, and not part of {@link #toString}
 * @param inClearText whether it may be said on a connection without TLS
 */
public record ClientCredentials(String user, String password, boolean inClearText) {
    public ClientCredentials {
        if ((user + password).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a user or a password with NUL in it"); // RFC 4616 §2
        }
    }

    @Override
    public String toString() {
        return "Login[user=" + user + "]";
    }
}
