// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

/** Whether TLS protects a session, and from when on. */
public enum TlsMode {
    /** All is said in clear. */
    NONE,
    /** STARTTLS where the server offers it, else in clear (RFC 7435). */
    OPPORTUNISTIC,
    /** Nothing but EHLO and STARTTLS is said in clear (RFC 3207). */
    STARTTLS,
    /** TLS from the first byte on (RFC 8314 §3). */
    IMPLICIT;

    boolean upgrades() {
        return this == OPPORTUNISTIC || this == STARTTLS;
    }
}
