// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

/**
 * The user name and password with which a client authenticates (RFC 4954). Immutable; any thread.
 *
 * @param user the authentication identity
 * @param password never logged, and not part of {@link #toString}
 * @param inClearText whether the password may be sent over a connection without TLS
 */
public record ClientCredentials(String user, String password, boolean inClearText) {
    public ClientCredentials {
        if ((user + password).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a user name or password must not contain NUL"); // RFC 4616 §2
        }
    }

    /** Credentials that are sent only inside TLS. */
    public static ClientCredentials onlyInsideTls(String user, String password) {
        return new ClientCredentials(user, password, false);
    }

    /** Credentials that are also sent in clear text: anyone who can read the connection learns the password. */
    public static ClientCredentials alsoInClearText(String user, String password) {
        return new ClientCredentials(user, password, true);
    }

    @Override
    public String toString() {
        return "ClientCredentials[user=" + user + "]";
    }
}
