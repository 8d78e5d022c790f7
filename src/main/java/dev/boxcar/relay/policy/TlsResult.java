// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy;

import java.util.Locale;

/** How the connection of a delivery was secured. */
public enum TlsResult {
    /** It was not: in clear, or there was no connection. */
    NONE,
    /** By TLS, but nothing proves that the server is the right one. */
    ENCRYPTED,
    /** By TLS with a trusted certificate that has the server's name, as the configuration or the sender demands. */
    VERIFIED,
    /** The same, as the MTA-STS policy of the recipient's domain demands (RFC 8461). */
    STS,
    /** By TLS with a certificate that matches TLSA records (RFC 7672). */
    DANE;

    /** The word in logs and metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
