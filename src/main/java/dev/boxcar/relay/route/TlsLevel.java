// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

/** Whether mail to a server must travel inside TLS, and whether the server's certificate counts. */
public enum TlsLevel {
    /** Never TLS. */
    NONE,
    /** TLS if the server offers STARTTLS, whatever its certificate (RFC 7435); in clear otherwise. */
    OPPORTUNISTIC,
    /** Always TLS, whatever the certificate. */
    REQUIRED,
    /** Always TLS, with a certificate that is trusted and has the server's name. */
    VERIFIED
}
