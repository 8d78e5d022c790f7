// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.async.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * The options of a client. Immutable; any thread.
 *
 * @param hostname the name sent with EHLO: a domain or an address literal (RFC 5321 §4.1.4)
 * @param protocol SMTP or LMTP
 * @param mode how many commands are sent before their replies have arrived
 * @param timeouts how long to wait for each reply
 * @param credentials the user to authenticate as, or null for no authentication
 * @param tlsMode whether and how the session uses TLS
 * @param tls the TLS settings; required unless {@code tlsMode} is NONE
 * @param requireTls whether the session fails unless the server offers REQUIRETLS inside TLS (RFC 8689 §4.2.1)
 */
public record ClientOptions(
        String hostname,
        ClientProtocol protocol,
        PipeliningMode mode,
        ClientTimeouts timeouts,
        @Nullable ClientCredentials credentials,
        TlsMode tlsMode,
        @Nullable TlsSettings tls,
        boolean requireTls) {
    public ClientOptions {
        if (!hostname.matches("[!-~]{1,255}")) {
            throw new IllegalArgumentException("invalid host name for EHLO: '" + hostname + "'");
        }
        if (tls == null && tlsMode != TlsMode.NONE) {
            throw new IllegalArgumentException(tlsMode + " needs TLS settings");
        }
    }

    /** A client that pipelines, has the timeouts of RFC 5321, and uses neither authentication nor TLS. */
    public static ClientOptions named(String hostname) {
        return new ClientOptions(
                hostname,
                ClientProtocol.SMTP,
                PipeliningMode.PIPELINED,
                ClientTimeouts.RFC_5321,
                null,
                TlsMode.NONE,
                null,
                false);
    }

    public ClientOptions withProtocol(ClientProtocol newProtocol) {
        return new ClientOptions(hostname, newProtocol, mode, timeouts, credentials, tlsMode, tls, requireTls);
    }

    public ClientOptions withMode(PipeliningMode newMode) {
        return new ClientOptions(hostname, protocol, newMode, timeouts, credentials, tlsMode, tls, requireTls);
    }

    public ClientOptions withTimeouts(ClientTimeouts newTimeouts) {
        return new ClientOptions(hostname, protocol, mode, newTimeouts, credentials, tlsMode, tls, requireTls);
    }

    public ClientOptions withCredentials(ClientCredentials newCredentials) {
        return new ClientOptions(hostname, protocol, mode, timeouts, newCredentials, tlsMode, tls, requireTls);
    }

    public ClientOptions withTls(TlsMode newMode, TlsSettings settings) {
        return new ClientOptions(hostname, protocol, mode, timeouts, credentials, newMode, settings, requireTls);
    }

    /** Returns a copy with which a session fails unless the server offers REQUIRETLS inside TLS. */
    public ClientOptions requiringTlsOfServer() {
        return new ClientOptions(hostname, protocol, mode, timeouts, credentials, tlsMode, tls, true);
    }
}
