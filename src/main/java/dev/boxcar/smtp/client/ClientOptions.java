// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * How a client behaves. Immutable; any thread.
 *
 * @param hostname what it calls itself at EHLO: a domain or an address literal (RFC 5321 §4.1.4)
 * @param mode how far it runs ahead of the answers
 * @param timeouts how long it waits
 * @param credentials who it says it is, or null for nobody
 * @param security whether TLS protects the session
 * @param tls how; needed unless security is NONE
 */
public record ClientOptions(
        String hostname,
        PipeliningMode mode,
        ClientTimeouts timeouts,
        @Nullable ClientCredentials credentials,
        TlsMode security,
        @Nullable TlsSettings tls) {
    public ClientOptions {
        if (!hostname.matches("[!-~]{1,255}")) {
            throw new IllegalArgumentException("'" + hostname + "' is no name to say at EHLO");
        }
        if (tls == null && security != TlsMode.NONE) {
            throw new IllegalArgumentException("TLS with nothing to tell how");
        }
    }

    /** A client that pipelines, waits as RFC 5321 says, and says nothing of who it is. */
    public static ClientOptions named(String hostname) {
        return new ClientOptions(hostname, PipeliningMode.PIPELINED, ClientTimeouts.RFC_5321, null, TlsMode.NONE, null);
    }

    public ClientOptions withMode(PipeliningMode wanted) {
        return new ClientOptions(hostname, wanted, timeouts, credentials, security, tls);
    }

    public ClientOptions withTimeouts(ClientTimeouts wanted) {
        return new ClientOptions(hostname, mode, wanted, credentials, security, tls);
    }

    public ClientOptions withCredentials(ClientCredentials wanted) {
        return new ClientOptions(hostname, mode, timeouts, wanted, security, tls);
    }

    public ClientOptions withTls(TlsMode wanted, TlsSettings how) {
        return new ClientOptions(hostname, mode, timeouts, credentials, wanted, how);
    }
}
