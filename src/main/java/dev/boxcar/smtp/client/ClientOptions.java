// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import org.jspecify.annotations.Nullable;

/**
 * How a client behaves. Immutable; any thread.
 *
 * @param hostname what it calls itself at EHLO: a domain or an address literal (RFC 5321 §4.1.4)
 * @param mode how far it runs ahead of the answers
 * @param timeouts how long it waits
 * @param login who it says it is, or null for nobody
 */
public record ClientOptions(
        String hostname, Mode mode, Timeouts timeouts, @Nullable Login login) {
    public ClientOptions {
        if (!hostname.matches("[!-~]{1,255}")) {
            throw new IllegalArgumentException("'" + hostname + "' is no name to say at EHLO");
        }
    }

    /** A client that pipelines, waits as RFC 5321 says, and says nothing of who it is. */
    public static ClientOptions named(String hostname) {
        return new ClientOptions(hostname, Mode.PIPELINED, Timeouts.RFC_5321, null);
    }

    public ClientOptions withMode(Mode wanted) {
        return new ClientOptions(hostname, wanted, timeouts, login);
    }

    public ClientOptions withTimeouts(Timeouts wanted) {
        return new ClientOptions(hostname, mode, wanted, login);
    }

    public ClientOptions withLogin(Login wanted) {
        return new ClientOptions(hostname, mode, timeouts, wanted);
    }
}
