// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.sasl.client.ClientExchange;

/**
 * The user name and password, or access token, with which a client authenticates (RFC 4954). Immutable; any thread.
 *
 * @param user the authentication identity
 * @param password the password or token; never logged, and not part of {@link #toString}
 * @param kind which of the two it is
 * @param inClearText whether it may be sent over a connection without TLS
 */
public record ClientCredentials(String user, String password, ClientExchange.SecretKind kind, boolean inClearText) {
    public ClientCredentials {
        if ((user + password).indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a user name or password must not contain NUL"); // RFC 4616 §2
        }
    }

    /** Credentials that are sent only inside TLS. */
    public static ClientCredentials onlyInsideTls(String user, String password) {
        return new ClientCredentials(user, password, ClientExchange.SecretKind.PASSWORD, false);
    }

    /** Credentials that are also sent in clear text: anyone who can read the connection learns the password. */
    public static ClientCredentials alsoInClearText(String user, String password) {
        return new ClientCredentials(user, password, ClientExchange.SecretKind.PASSWORD, true);
    }

    /** An OAuth access token, which is sent only inside TLS (RFC 7628, RFC 6750 §5.3). */
    public static ClientCredentials token(String user, String token) {
        return new ClientCredentials(user, token, ClientExchange.SecretKind.TOKEN, false);
    }

    ClientExchange.Identity identity() {
        return new ClientExchange.Identity(user, password, kind);
    }

    @Override
    public String toString() {
        return "ClientCredentials[user=" + user + "]";
    }
}
