// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

/** Whether a session uses TLS, and from when on. */
public enum TlsMode {
    /** No TLS. */
    NONE,
    /** STARTTLS if the server offers it, else no TLS (RFC 7435). */
    OPPORTUNISTIC,
    /** STARTTLS is required: nothing but EHLO and STARTTLS is sent in clear text (RFC 3207). */
    STARTTLS,
    /** TLS from the first byte (RFC 8314 §3). */
    IMPLICIT;

    boolean usesStartTls() {
        return this == OPPORTUNISTIC || this == STARTTLS;
    }
}
